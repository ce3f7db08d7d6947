//! Cards and arrows between them, laid out for the width there is, and drawn.

mod draw;
mod fit;
mod key;

use plotters::style::RGBColor;

pub(crate) use fit::{fit, fit_natural};
pub(crate) use key::{Key, Swatch};

/// More cards than this nobody reads on one sheet.
const CARDS_MAX: usize = 600;
/// Nor more arrows.
const ARROWS_MAX: usize = 2_400;

/// What is drawn.
#[derive(Debug, Clone, Default)]
pub(crate) struct Diagram {
    pub(crate) cards: Vec<Card>,
    pub(crate) arrows: Vec<Arrow>,
}

impl Diagram {
    /// Whether there is too much of it for a picture.
    pub(crate) fn is_too_large(&self) -> bool {
        self.cards.len() > CARDS_MAX || self.arrows.len() > ARROWS_MAX
    }
}

/// A place that arrows lead to or from.
#[derive(Debug, Clone)]
pub(crate) struct Card {
    pub(crate) title: String,
    /// Small lines below the title.
    pub(crate) notes: Vec<String>,
    /// A stripe at the foot.
    pub(crate) badge: Option<Badge>,
    pub(crate) form: Form,
    pub(crate) fill: RGBColor,
    pub(crate) border: RGBColor,
    /// Whether to look here first.
    pub(crate) is_marked: bool,
    /// Told when pointed at.
    pub(crate) hover: String,
    /// Cards come behind those of an earlier phase where they can.
    pub(crate) phase: Option<usize>,
    /// Whether it is among the last.
    pub(crate) last: bool,
}

/// A word on a colour of its own.
#[derive(Debug, Clone)]
pub(crate) struct Badge {
    pub(crate) words: String,
    pub(crate) color: RGBColor,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Box,
    /// With slanted sides.
    Slanted,
    /// With pointed sides.
    Pointed,
    /// With round ends.
    Round,
}

/// A way from one card to another.
#[derive(Debug, Clone)]
pub(crate) struct Arrow {
    pub(crate) from: usize,
    pub(crate) to: usize,
    /// Its label, line by line; where there is little room, only the last one.
    pub(crate) words: Vec<String>,
    pub(crate) color: RGBColor,
    /// How thick it is, as a multiple of a thin line.
    pub(crate) weight: f64,
    /// Told when pointed at.
    pub(crate) hover: String,
}
