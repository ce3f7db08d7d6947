//! Everything → text and pictures, never to a file.
pub mod diagnostic;
