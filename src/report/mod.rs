//! Everything a forecast comes to, as text: one format each, never to a file.

pub mod number;
