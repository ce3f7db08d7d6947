//! How far a lever can really be moved, and how finely that is told.

use crate::journey::Lever;

use super::bench::possible;
use super::{Question, SolveError};

/// Digits of the way between the limits that a change is rounded to.
const DIGITS: i32 = 4;

/// A lever and how far it can really be moved.
pub(super) struct Reach<'a> {
    pub(super) at: usize,
    pub(super) lever: &'a Lever,
    /// As they are written.
    pub(super) written: [String; 2],
    pub(super) low: f64,
    pub(super) high: f64,
    /// Where it stands now, held within the limits.
    pub(super) start: f64,
    pub(super) present: Option<f64>,
    /// Whether it stands within its limits now.
    pub(super) is_inside: bool,
    pub(super) notes: Vec<String>,
}

impl<'a> Reach<'a> {
    pub(super) fn of(question: &Question<'a>, at: usize) -> Result<Self, SolveError> {
        let lever = &question.journey.levers[at];
        let Some((one, two)) = lever.limits() else {
            return Err(SolveError::Limits(lever.path.clone()));
        };
        let (low, high) = (one.min(two), one.max(two));
        let written = [(question.change)(at, one), (question.change)(at, two)];
        let present = lever.present(question.journey);
        let neutral = lever.neutral(present);
        let start = neutral.unwrap_or(low).clamp(low, high);
        let mut reach = Self {
            at,
            lever,
            written,
            low,
            high,
            start,
            present,
            is_inside: neutral.is_none_or(|it| (low..=high).contains(&it)),
            notes: Vec::new(),
        };
        reach.low = reach.as_far_as_possible(question, low);
        reach.high = reach.as_far_as_possible(question, high);
        Ok(reach)
    }

    /// The end, or the last point before it at which the journey still makes sense.
    fn as_far_as_possible(&mut self, question: &Question<'_>, end: f64) -> f64 {
        let Err(reason) = possible(question, &[(self.at, end)]) else {
            return end;
        };
        let (mut sound, mut broken) = (self.start, end);
        for _ in 0..50 {
            let middle = sound + (broken - sound) / 2.0;
            if possible(question, &[(self.at, middle)]).is_ok() {
                sound = middle;
            } else {
                broken = middle;
            }
        }
        let (end, last) = (
            (question.change)(self.at, end),
            (question.change)(self.at, self.rounded(sound, None, end < self.start)),
        );
        self.notes
            .push(format!("`{end}` is too far, and `{last}` the most: {reason}"));
        sound
    }

    pub(super) fn width(&self) -> f64 {
        self.high - self.low
    }

    /// `value` with as many digits as matter, up or down, within the limits.
    pub(super) fn rounded(&self, value: f64, error: Option<f64>, up: bool) -> f64 {
        if self.width() <= 0.0 {
            return value;
        }
        let finest = DIGITS - self.width().log10().floor() as i32;
        // A tenth of the error says nothing more.
        let digits = error
            .filter(|it| *it > 0.0)
            .map_or(finest, |it| 1 - it.log10().floor() as i32)
            .min(finest);
        // Powers of ten below one are not exact: dividing by them leaves dust.
        let factor = 10f64.powi(digits.abs());
        let scaled = if digits >= 0 { value * factor } else { value / factor };
        // What is a whole number but for rounding stays as it is.
        let dust = 1e-6;
        let whole = if up {
            (scaled - dust).ceil()
        } else {
            (scaled + dust).floor()
        };
        let rounded = if digits >= 0 { whole / factor } else { whole * factor };
        if rounded < self.low || rounded > self.high {
            value
        } else {
            rounded
        }
    }
}
