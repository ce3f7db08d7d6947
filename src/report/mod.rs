//! Everything a journey or a forecast comes to, as text and pictures: one format each, never to a
//! file.

mod bar;
pub mod chart;
pub mod csv;
pub mod diagnostic;
pub mod event_log;
pub mod graph;
pub mod html;
pub mod json;
pub mod level;
pub mod markdown;
mod notation;
pub mod number;
pub mod outline;
pub mod paths;
pub mod text;
pub mod words;

#[cfg(test)]
pub(crate) mod fixture;
