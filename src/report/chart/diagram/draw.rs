//! Draws a diagram that has been fitted.

use plotters::style::RGBColor;

use super::fit::{CardWords, Fitted, badge_height, padding, step};
use super::{Arrow, Card, Form};
use crate::report::chart::canvas::{Align, Canvas, Point, Rect};
use crate::report::chart::layers::{Direction, Route};
use crate::report::chart::palette::Palette;
use crate::report::chart::text::Font;

impl Fitted<'_> {
    /// Draws everything with its upper left corner at `at`.
    pub(crate) fn draw(&self, canvas: &mut Canvas, colors: &Palette, at: Point) {
        let arrows = self.diagram.arrows.iter().zip(&self.layout.arrows).zip(&self.labels);
        let mut arrows: Vec<((&Arrow, &Route), &Vec<String>)> = arrows.collect();
        // The thinnest last, where arrows share a lane: each can be pointed at.
        arrows.sort_by(|one, other| other.0.0.weight.total_cmp(&one.0.0.weight));
        for ((arrow, route), lines) in arrows {
            canvas.titled(&arrow.hover, |canvas| {
                self.draw_arrow(canvas, colors, at, arrow, route, lines);
            });
        }
        let cards = self.diagram.cards.iter().zip(&self.layout.nodes).zip(&self.cards);
        for ((card, area), words) in cards {
            let area = Rect {
                left: area.left + at.0,
                top: area.top + at.1,
                right: area.right + at.0,
                bottom: area.bottom + at.1,
            };
            canvas.titled(&card.hover, |canvas| self.draw_card(canvas, colors, area, card, words));
        }
    }

    fn draw_arrow(
        &self,
        canvas: &mut Canvas,
        colors: &Palette,
        at: Point,
        arrow: &Arrow,
        route: &Route,
        lines: &[String],
    ) {
        let width = arrow.weight * self.sizes.scale;
        let mut points: Vec<Point> = route.points.iter().map(|it| (it.0 + at.0, it.1 + at.1)).collect();
        let Some(tip) = points.last().copied() else { return };
        let length = self.spacing.head;
        let half = 3.2 * self.sizes.scale + 0.75 * width;
        let (base, corners) = match self.direction {
            Direction::Right => {
                let x = tip.0 - length;
                ((x + 1.0, tip.1), [(x, tip.1 - half), (x, tip.1 + half)])
            }
            Direction::Down => {
                let y = tip.1 - length;
                ((tip.0, y + 1.0), [(tip.0 - half, y), (tip.0 + half, y)])
            }
        };
        if let Some(last) = points.last_mut() {
            *last = base;
        }
        canvas.line(&points, arrow.color, width);
        canvas.polygon(&[tip, corners[0], corners[1]], arrow.color);
        if let Some(middle) = route.label {
            let middle = (middle.0 + at.0, middle.1 + at.1);
            self.draw_label(canvas, colors, middle, lines);
        }
    }

    fn draw_label(&self, canvas: &mut Canvas, colors: &Palette, middle: Point, lines: &[String]) {
        let font = self.sizes.small;
        let widest = lines
            .iter()
            .map(|it| crate::report::chart::text::width(it, font))
            .fold(0.0, f64::max);
        let half = (widest / 2.0 + 0.15 * font.size, step(font) * lines.len() as f64 / 2.0);
        let under = Rect {
            left: middle.0 - half.0,
            top: middle.1 - half.1,
            right: middle.0 + half.0,
            bottom: middle.1 + half.1,
        };
        canvas.rect(under, colors.background);
        let mut line_middle = under.top + step(font) / 2.0;
        for line in lines {
            let at = (middle.0, line_middle + font.middle_to_baseline());
            canvas.text(at, line, font, colors.ink, Align::Middle);
            line_middle += step(font);
        }
    }

    fn draw_card(&self, canvas: &mut Canvas, colors: &Palette, area: Rect, card: &Card, words: &CardWords) {
        let scale = self.sizes.scale;
        let border = |canvas: &mut Canvas, area: Rect, color: RGBColor, width: f64| {
            let mut outline = outline(area, card.form, scale);
            outline.extend(outline.first().copied());
            canvas.line(&outline, color, width);
        };
        canvas.polygon(&outline(area, card.form, scale), card.fill);
        if let (Some(badge), Some(text)) = (&card.badge, &words.badge) {
            let top = area.bottom - badge_height(self.sizes);
            let stripe = Rect { top, ..area };
            canvas.rect(stripe, badge.color);
            let font = self.sizes.small;
            let middle = f64::midpoint(top, area.bottom);
            let at = (f64::midpoint(area.left, area.right), middle + font.middle_to_baseline());
            canvas.text(at, text, font, colors.on(badge.color), Align::Middle);
        }
        border(canvas, area, card.border, scale);
        if card.is_marked {
            border(canvas, area, colors.accent, 3.5 * scale);
        }

        let color = colors.on(card.fill);
        let (_, above) = padding(card.form, self.sizes);
        let lines = words.title.lines.iter().map(|it| (it, self.sizes.strong));
        let lines: Vec<(&String, Font)> = lines
            .chain(words.notes.iter().map(|it| (it, self.sizes.small)))
            .collect();
        let height: f64 = lines.iter().map(|it| step(it.1)).sum();
        let foot = if words.badge.is_some() {
            badge_height(self.sizes)
        } else {
            0.0
        };
        let mut top = (area.top + above + area.bottom - above - foot - height) / 2.0;
        for (line, font) in lines {
            let at = (
                f64::midpoint(area.left, area.right),
                top + step(font) / 2.0 + font.middle_to_baseline(),
            );
            canvas.text(at, line, font, color, Align::Middle);
            top += step(font);
        }
    }
}

/// The corners of a card.
pub(super) fn outline(area: Rect, form: Form, scale: f64) -> Vec<Point> {
    let middle = f64::midpoint(area.top, area.bottom);
    match form {
        Form::Box => rectangle(area),
        Form::Slanted => {
            let by = 8.0 * scale;
            vec![
                (area.left + by, area.top),
                (area.right, area.top),
                (area.right - by, area.bottom),
                (area.left, area.bottom),
            ]
        }
        Form::Pointed => {
            let by = 9.0 * scale;
            vec![
                (area.left + by, area.top),
                (area.right - by, area.top),
                (area.right, middle),
                (area.right - by, area.bottom),
                (area.left + by, area.bottom),
                (area.left, middle),
            ]
        }
        Form::Round => round(area, (area.height() / 2.0).min(14.0 * scale)),
    }
}

fn rectangle(area: Rect) -> Vec<Point> {
    vec![
        (area.left, area.top),
        (area.right, area.top),
        (area.right, area.bottom),
        (area.left, area.bottom),
    ]
}

fn round(area: Rect, radius: f64) -> Vec<Point> {
    let centers = [
        (area.right - radius, area.top + radius, -90.0f64),
        (area.right - radius, area.bottom - radius, 0.0),
        (area.left + radius, area.bottom - radius, 90.0),
        (area.left + radius, area.top + radius, 180.0),
    ];
    let corner = |(x, y, from): (f64, f64, f64)| {
        (0..=6).map(move |it| {
            let angle = (from + 15.0 * f64::from(it)).to_radians();
            (x + radius * angle.cos(), y + radius * angle.sin())
        })
    };
    centers.into_iter().flat_map(corner).collect()
}
