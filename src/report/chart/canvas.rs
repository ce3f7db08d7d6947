//! The sheet that charts draw on: plotters' shapes and words in pixels, as one SVG text.

use std::fmt::Write as _;

use plotters::backend::{DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontDesc, FontFamily, RGBColor, ShapeStyle, TextStyle};

use super::text::{self, FAMILY, Font};

/// plotters knows whole pixels only: shapes are drawn this many times larger, and the head of
/// the SVG scales them down. Otherwise shallow curves show stairs.
const FINE: f64 = 4.0;
/// plotters writes a font's size divided by this.
const SIZE_PER_EM: f64 = 1.24;
/// From the top of a line, as plotters places it, to its baseline, in em.
const TOP_TO_BASELINE: f64 = 0.76;

/// Part of the sheet, in pixels from its upper left corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rect {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) right: f64,
    pub(crate) bottom: f64,
}

impl Rect {
    pub(crate) fn width(self) -> f64 {
        self.right - self.left
    }

    pub(crate) fn height(self) -> f64 {
        self.bottom - self.top
    }

    pub(crate) fn meets(self, other: Self) -> bool {
        self.left < other.right && other.left < self.right && self.top < other.bottom && other.top < self.bottom
    }
}

/// Which part of a line of text its position means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Middle,
    Right,
}

/// A point in pixels from the upper left corner.
pub(crate) type Point = (f64, f64);

/// A sheet being drawn.
pub(crate) struct Canvas {
    width: u32,
    height: u32,
    body: String,
}

impl Canvas {
    pub(crate) fn new(width: u32, height: u32, background: RGBColor) -> Self {
        text::register_fonts();
        let mut canvas = Self {
            width,
            height,
            body: String::new(),
        };
        let all = Rect {
            left: 0.0,
            top: 0.0,
            right: f64::from(width),
            bottom: f64::from(height),
        };
        canvas.rect(all, background);
        canvas
    }

    pub(crate) fn rect(&mut self, area: Rect, color: RGBColor) {
        let from = fine((area.left, area.top));
        let to = fine((area.right, area.bottom));
        self.draw(|on| on.draw_rect(from, to, &color, true));
    }

    pub(crate) fn polygon(&mut self, points: &[Point], color: RGBColor) {
        self.draw(|on| on.fill_polygon(points.iter().copied().map(fine), &color));
    }

    /// What lies between two edges, both drawn in the same direction; an opacity from 0 to 1.
    pub(crate) fn ribbon(&mut self, one: &[Point], other: &[Point], color: RGBColor, opacity: f64) {
        let points = one.iter().chain(other.iter().rev()).copied().map(fine);
        self.draw(|on| on.fill_polygon(points, &color.mix(opacity)));
    }

    pub(crate) fn line(&mut self, points: &[Point], color: RGBColor, width: f64) {
        let style = stroke(color, width);
        self.draw(|on| on.draw_path(points.iter().copied().map(fine), &style));
    }

    pub(crate) fn dot(&mut self, center: Point, radius: f64, color: RGBColor) {
        let radius = (radius * FINE).round() as u32;
        self.draw(|on| on.draw_circle(fine(center), radius, &color, true));
    }

    pub(crate) fn ring(&mut self, center: Point, radius: f64, color: RGBColor, width: f64) {
        let radius = (radius * FINE).round() as u32;
        let style = stroke(color, width);
        self.draw(|on| on.draw_circle(fine(center), radius, &style, false));
    }

    /// One line of text with its baseline at `at`.
    pub(crate) fn text(&mut self, at: Point, text: &str, font: Font, color: RGBColor, align: Align) {
        let text = text::clean(text);
        if text.is_empty() {
            return;
        }
        let anchor = match align {
            Align::Left => HPos::Left,
            Align::Middle => HPos::Center,
            Align::Right => HPos::Right,
        };
        let size = font.size * FINE * SIZE_PER_EM;
        let style = TextStyle {
            font: FontDesc::new(FontFamily::Name(FAMILY), size, font.style()),
            color: color.to_backend_color(),
            pos: Pos::new(anchor, VPos::Top),
        };
        let from = fine((at.0, at.1 - TOP_TO_BASELINE * font.size));
        self.draw(|on| on.draw_text(&text, &style, from));
    }

    /// What is drawn inside `draw` tells `title` when pointed at, and to a screen reader.
    pub(crate) fn titled(&mut self, title: &str, draw: impl FnOnce(&mut Self)) {
        self.group("<g>", title, draw);
    }

    /// An area that shows nothing and tells `title` when pointed at.
    pub(crate) fn hover(&mut self, area: Rect, title: &str, color: RGBColor) {
        self.group("<g opacity=\"0\">", title, |canvas| {
            canvas.rect(area, color);
        });
    }

    fn group(&mut self, open: &str, title: &str, draw: impl FnOnce(&mut Self)) {
        self.body.push_str(open);
        let _ = writeln!(self.body, "<title>{}</title>", escape(&text::clean(title)));
        draw(self);
        self.body.push_str("</g>\n");
    }

    /// The SVG, with its alternative text.
    pub(crate) fn finish(self, title: &str, description: &str) -> String {
        let Self { width, height, body } = self;
        let title = escape(&text::clean(title));
        let description = escape(&text::clean(description));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{title}\" \
             stroke-linejoin=\"round\">\n\
             <title>{title}</title>\n<desc>{description}</desc>\n{body}</svg>\n",
            f64::from(width) * FINE,
            f64::from(height) * FINE,
        )
    }

    /// Appends what `draw` draws. The backend knows neither groups nor alternative text, so each
    /// shape is drawn on a sheet of its own, of which only the shape is kept.
    fn draw<E: std::fmt::Debug>(&mut self, draw: impl FnOnce(&mut SVGBackend<'_>) -> Result<(), E>) {
        let mut sheet = String::new();
        {
            let mut backend = SVGBackend::with_string(&mut sheet, (1, 1));
            draw(&mut backend).expect("drawing into a string cannot fail");
        }
        let shape = sheet
            .split_once('\n')
            .and_then(|(_, rest)| rest.strip_suffix("</svg>\n"))
            .expect("plotters puts the head and the foot of an SVG on lines of their own");
        self.body.push_str(shape);
    }
}

fn stroke(color: RGBColor, width: f64) -> ShapeStyle {
    ShapeStyle {
        color: color.to_rgba(),
        filled: false,
        stroke_width: (width * FINE).round().max(1.0) as u32,
    }
}

fn fine((x, y): Point) -> (i32, i32) {
    ((x * FINE).round() as i32, (y * FINE).round() as i32)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
