//! Targets drawn across their periods, their words above or below the bands.

use crate::report::chart::canvas::{Align, Canvas, Point, Rect};
use crate::report::chart::text;

use super::plot::Plot;
use super::targets::Mark;

/// Where a mark's words go.
struct Placed<'a> {
    mark: &'a Mark,
    words: &'a str,
    place: Rect,
}

impl Plot<'_> {
    /// `taken` is where words are already.
    pub(super) fn draw_marks(&self, canvas: &mut Canvas, field: Rect, taken: &[Rect]) {
        let (font, colors, scale) = (self.sizes.small, self.colors, self.scale());
        let mut placed = self.place(field, taken, |mark| &mark.words);
        if placed.len() < self.marks.len() {
            placed = self.place(field, taken, |mark| &mark.share);
        }
        for it in &placed {
            let (x, y) = self.at(field, it.mark);
            let end = if it.place.bottom <= y {
                it.place.bottom
            } else {
                it.place.top
            };
            canvas.line(&[(x, y), (x, end)], colors.accent, scale);
        }
        for mark in self.marks {
            let (x, y) = self.at(field, mark);
            let half = (0.42 * self.slot(field)).clamp(5.0 * scale, 60.0 * scale);
            let ends = [(x - half, y), (x + half, y)];
            canvas.titled(&mark.title, |canvas| {
                canvas.line(&ends, colors.background, 5.0 * scale);
                canvas.line(&ends, colors.accent, 2.6 * scale);
            });
        }
        for it in &placed {
            let middle = f64::midpoint(it.place.left, it.place.right);
            let at = (middle, it.place.bottom - 0.25 * font.size);
            canvas.text(at, it.words, font, colors.ink, Align::Middle);
        }
    }

    fn at(&self, field: Rect, mark: &Mark) -> Point {
        (self.x(field, mark.position), self.y(field, mark.bound))
    }

    /// Room for the words of as many marks as there is.
    fn place<'m>(
        &'m self,
        field: Rect,
        taken: &[Rect],
        words: fn(&Mark) -> &str,
    ) -> Vec<Placed<'m>> {
        let (font, scale) = (self.sizes.small, self.scale());
        let mut taken = taken.to_vec();
        let mut placed = Vec::new();
        for mark in self.marks {
            let words = words(mark);
            let half = text::width(words, font) / 2.0;
            let x = self.x(field, mark.position);
            let middle = x.min(field.right - half).max(field.left + half);
            let (left, right) = (middle - half - 2.0 * scale, middle + half + 2.0 * scale);
            let (highest, lowest) = self.covered(field, left, right);
            let height = 1.25 * font.size;
            let free = [highest - 5.0 * scale - height, lowest + 4.0 * scale]
                .map(|top| Rect {
                    left,
                    top,
                    right,
                    bottom: top + height,
                })
                .into_iter()
                .find(|place| {
                    place.top >= field.top - 2.0 * scale
                        && place.bottom <= field.bottom - 2.0 * scale
                        && !taken.iter().any(|it| it.meets(*place))
                });
            if let Some(place) = free {
                taken.push(place);
                placed.push(Placed { mark, words, place });
            }
        }
        placed
    }

    /// Highest and lowest pixel of bands, line and marks between `left` and `right`.
    fn covered(&self, field: Rect, left: f64, right: f64) -> (f64, f64) {
        let slot = self.slot(field);
        let first = self.x(field, 0);
        // Bands are straight from one period to the next, so ends and corners tell all.
        let place = |x: f64| ((x - first) / slot).clamp(0.0, self.values.len() as f64 - 1.0);
        let (from, to) = (place(left), place(right));
        let corners = (from.ceil() as usize..=to.floor() as usize).map(|it| it as f64);
        let bands = corners.chain([from, to]).flat_map(|it| self.extent(it));
        let is_near = |mark: &&Mark| {
            let x = self.x(field, mark.position);
            x > left - slot && x < right + slot
        };
        let marks = self.marks.iter().filter(is_near).map(|it| it.bound);
        bands.chain(marks).map(|it| self.y(field, it)).fold(
            (f64::INFINITY, f64::NEG_INFINITY),
            |(highest, lowest), y| (highest.min(y), lowest.max(y)),
        )
    }

    /// Least and greatest value at a place between periods; nothing where one is not known.
    fn extent(&self, place: f64) -> Vec<f64> {
        let extent = |position: f64| {
            let numbers = || self.values[position as usize].numbers();
            numbers().reduce(f64::min).zip(numbers().reduce(f64::max))
        };
        let (one, other) = (extent(place.floor()), extent(place.ceil()));
        let Some(((low, high), (next_low, next_high))) = one.zip(other) else {
            return Vec::new();
        };
        let share = place.fract();
        vec![
            low + share * (next_low - low),
            high + share * (next_high - high),
        ]
    }
}
