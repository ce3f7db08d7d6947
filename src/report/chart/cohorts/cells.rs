//! The cells of the cohorts: their colours and words, and rows in which nobody arrived.

use crate::report::chart::canvas::{Align, Canvas, Rect};
use crate::report::chart::heat::hatch;
use crate::report::chart::number;
use crate::report::chart::text::{self, Font};

use super::map::{Map, arrivals};
use super::table::{Row, Share};

/// From so many ages on neighbours of one colour are one mark.
const APART_MAX: usize = 36;

impl Map<'_> {
    pub(super) fn draw_row(
        &self,
        canvas: &mut Canvas,
        (left, top): (f64, f64),
        (number, row): (usize, &Row),
        share: Share,
    ) {
        let cell = self.cell();
        // Without gaps, edges lie between pixels, or seams would show.
        let is_apart = cell.min(self.row) >= 11.0;
        let edge = |at: f64, gap: f64| if is_apart { at + gap } else { at.round() };
        let shares = row.shares(share);
        let key = |it: &Option<f64>| it.map(|it| (self.scale.at(it) * 8.0).round() as i64);
        let is_merged = self.table.ages > APART_MAX;
        let mut from = 0;
        while from < shares.len() {
            let same = |it: &&Option<f64>| key(it) == key(&shares[from]);
            let count = if is_merged || shares[from].is_none() {
                shares[from..].iter().take_while(same).count()
            } else {
                1
            };
            let area = Rect {
                left: edge(left + from as f64 * cell, 0.5),
                top: edge(top, 0.5),
                right: edge(left + (from + count) as f64 * cell, -0.5),
                bottom: edge(top + self.row, -0.5),
            };
            let told = self.told((number, row), share, (from, from + count - 1));
            canvas.titled(&told, |canvas| match shares[from] {
                Some(value) => self.draw_cell(canvas, area, value, count == 1),
                None => self.draw_hatch(canvas, area),
            });
            from += count;
        }
    }

    fn draw_cell(&self, canvas: &mut Canvas, area: Rect, value: f64, is_one: bool) {
        let color = self.colors.heat(self.scale.at(value));
        canvas.rect(area, color);
        if let Some((font, is_coarse)) = self.cell_font.filter(|_| is_one) {
            let words = self.scale.aligned(value, is_coarse);
            let x = f64::midpoint(area.left, area.right);
            let y = f64::midpoint(area.top, area.bottom) + font.middle_to_baseline();
            canvas.text((x, y), &words, font, self.colors.on(color), Align::Middle);
        }
    }

    pub(super) fn fitting_font(&self) -> Option<(Font, bool)> {
        let room = self.cell() - 8.0 * self.unit();
        let fonts = [12.0, 11.0].map(|it| Font::regular(it * self.unit()));
        let fits = |font: Font, is_coarse: bool| {
            let ends = [self.scale.low, self.scale.high].map(|it| self.scale.aligned(it, is_coarse));
            let widest = ends.iter().map(|it| text::width(it, font)).fold(0.0, f64::max);
            widest <= room && font.line_height() <= self.row
        };
        let exactness = if self.scale.has_coarse() {
            &[false, true][..]
        } else {
            &[false]
        };
        let all = exactness.iter().flat_map(|it| fonts.map(|font| (font, *it)));
        all.into_iter().find(|(font, is_coarse)| fits(*font, *is_coarse))
    }

    /// Where nobody arrived.
    pub(super) fn draw_hatch(&self, canvas: &mut Canvas, area: Rect) {
        hatch(canvas, area, self.colors.axis, self.unit());
    }

    /// The numbers of a cell, or of neighbours of one colour, in words.
    fn told(&self, (number, row): (usize, &Row), share: Share, (first, last): (usize, usize)) -> String {
        let arrived = format!("arrived {}", row.label.when());
        let shares = row.shares(share);
        let (Some(low), Some(high)) = (shares[first], shares[last]) else {
            return format!("{arrived}: nobody");
        };
        let label = |age: usize| self.table.rows.get(number + age).map(|it| it.label.long());
        let by = match (label(first), label(last)) {
            (Some(first), Some(last)) if first != last => format!("by the end of {first} to {last}"),
            (Some(first), _) => format!("by the end of {first}"),
            (None, _) => format!("{first} {}s later", self.table.period),
        };
        let words = [low, high].map(|it| number::share_with_interval(it, None).0);
        let value = if words[0] == words[1] {
            words[0].clone()
        } else {
            format!("{} to {}", words[0], words[1])
        };
        let what = match share {
            Share::Won => "have converted",
            Share::Retained => "have converted and not churned",
        };
        format!("{arrived} ({} customers): {value} {what} {by}", arrivals(row))
    }
}
