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
            let is_beside = it.place.top < y && y < it.place.bottom;
            if !is_beside {
                let end = y.clamp(it.place.top, it.place.bottom);
                canvas.line(&[(x, y), (x, end)], colors.accent, scale);
            }
        }
        for mark in self.marks {
            let (x, y) = self.at(field, mark);
            let half = self.half(field);
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

    /// Half the width of a mark.
    fn half(&self, field: Rect) -> f64 {
        let scale = self.scale();
        (0.42 * self.slot(field)).clamp(5.0 * scale, 60.0 * scale)
    }

    /// Room for the words of as many marks as there is.
    fn place<'m>(&'m self, field: Rect, taken: &[Rect], words: fn(&Mark) -> &str) -> Vec<Placed<'m>> {
        let (font, scale) = (self.sizes.small, self.scale());
        let mut taken = taken.to_vec();
        let mut placed = Vec::new();
        for mark in self.marks {
            let words = words(mark);
            let (x, y) = self.at(field, mark);
            let width = text::width(words, font) + 4.0 * scale;
            let height = 1.25 * font.size;
            let room = |left: f64, top: f64| Rect {
                left,
                top,
                right: left + width,
                bottom: top + height,
            };
            let left = (x - width / 2.0).min(field.right - width).max(field.left);
            let (highest, lowest) = self.covered(field, left, left + width);
            let beside = self.half(field) + 3.0 * scale;
            let candidates = [
                room(left, highest - 5.0 * scale - height),
                room(left, lowest + 4.0 * scale),
                room(x - beside - width, y - height / 2.0),
                room(x + beside, y - height / 2.0),
            ];
            let free = candidates.into_iter().find(|place| {
                let (highest, lowest) = self.covered(field, place.left, place.right);
                let is_clear = place.bottom <= highest || place.top >= lowest;
                is_clear
                    && place.left >= field.left
                    && place.right <= field.right
                    && place.top >= field.top - 2.0 * scale
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
        let (slot, half) = (self.slot(field), self.half(field));
        let first = self.x(field, 0);
        // Bands are straight from one period to the next, so ends and corners tell all.
        let place = |x: f64| ((x - first) / slot).clamp(0.0, self.values.len() as f64 - 1.0);
        let (from, to) = (place(left), place(right));
        let corners = (from.ceil() as usize..=to.floor() as usize).map(|it| it as f64);
        let bands = corners.chain([from, to]).flat_map(|it| self.extent(it));
        let is_near = |mark: &&Mark| {
            let x = self.x(field, mark.position);
            x + half > left && x - half < right
        };
        let marks = self.marks.iter().filter(is_near).map(|it| it.bound);
        bands
            .chain(marks)
            .map(|it| self.y(field, it))
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(highest, lowest), y| {
                (highest.min(y), lowest.max(y))
            })
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
        vec![low + share * (next_low - low), high + share * (next_high - high)]
    }
}
