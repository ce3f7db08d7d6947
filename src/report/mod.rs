//! Everything a forecast comes to, as text: one format each, never to a file.

mod bar;
pub mod csv;
pub mod json;
pub mod markdown;
pub mod number;
pub mod outline;
pub mod text;

#[cfg(test)]
pub(crate) mod fixture;
