//! Everything a journey comes to as text and pictures, never to a file.
pub mod graph;
pub mod paths;
