//! Sensitivities whose answers are known.
