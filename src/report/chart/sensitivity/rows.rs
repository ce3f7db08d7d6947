//! Rows with a name and a field: the name to the left of the field, or above it on a narrow sheet.

use crate::report::chart::axis::Axis;
use crate::report::chart::canvas::{Align, Canvas, Rect};
use crate::report::chart::frame::Frame;
use crate::report::chart::legend::{Entry, Legend};
use crate::report::chart::text::{self, Font};
use crate::report::chart::{ChartError, ChartOptions};

use plotters::style::RGBColor;

/// Below this width, times the scale, names stand above their fields.
const STACKED_BELOW: f64 = 560.0;
/// The largest share of the width that names take beside their fields.
const NAMES_MOST: f64 = 0.36;
const LINES_MAX: usize = 2;
/// Heights, times the scale: what a field has at least, by itself, and between rows.
const FIELD: (f64, f64) = (14.0, 22.0);
const BETWEEN: f64 = 10.0;

/// Rows laid out for the width of a frame.
pub(super) struct Rows {
    names: Vec<String>,
    font: Font,
    scale: f64,
    /// Room for names; 0 if they stand above.
    beside: f64,
    /// How many lines a name has at most.
    lines: usize,
    /// Room that is kept free on the left and right of the field.
    kept: (f64, f64),
}

impl Rows {
    pub(super) fn new(frame: &Frame, names: Vec<String>, kept: (f64, f64)) -> Self {
        let (font, scale) = (frame.sizes.body, frame.sizes.scale);
        let is_stacked = frame.width < STACKED_BELOW * scale;
        let widest = names
            .iter()
            .map(|it| text::width(&text::clean(it), font))
            .fold(0.0, f64::max);
        let beside = if is_stacked {
            0.0
        } else {
            (widest.ceil() + 1.0).min(NAMES_MOST * frame.width)
        };
        let room = if is_stacked { frame.width } else { beside };
        let lines = names.iter().map(|it| text::wrap(it, font, room, LINES_MAX).lines.len());
        Self {
            lines: lines.max().unwrap_or(1),
            names,
            font,
            scale,
            beside,
            kept,
        }
    }

    fn name_height(&self) -> f64 {
        self.lines as f64 * self.font.line_height()
    }

    /// The height of a row whose field is so high.
    fn pitch(&self, field: f64) -> f64 {
        let field = field * self.scale;
        let content = if self.beside > 0.0 {
            field.max(self.name_height())
        } else {
            field + self.name_height()
        };
        content + BETWEEN * self.scale
    }

    pub(super) fn height_natural(&self) -> f64 {
        self.names.len() as f64 * self.pitch(FIELD.1)
    }

    pub(super) fn height_least(&self) -> f64 {
        self.names.len() as f64 * self.pitch(FIELD.0)
    }

    /// Where the fields are, from left to right.
    pub(super) fn span(&self, area: Rect) -> (f64, f64) {
        let gap = if self.beside > 0.0 { 12.0 * self.scale } else { 0.0 };
        (area.left + self.beside + gap + self.kept.0, area.right - self.kept.1)
    }

    /// A sheet with a legend, and below it room for the rows and for their axis.
    pub(super) fn open(
        &self,
        frame: &Frame,
        entries: Vec<Entry>,
        options: &ChartOptions,
    ) -> Result<(Canvas, Rect), ChartError> {
        let legend = Legend::new(entries, frame.sizes, frame.width);
        let around = legend.height + 8.0 * self.scale + axis_height(frame);
        let (mut canvas, area) = frame.open(options, around + self.height_natural(), around + self.height_least())?;
        legend.draw(&mut canvas, (area.left, area.top), frame.colors.ink);
        let plot = Rect {
            top: area.top + legend.height + 8.0 * self.scale,
            bottom: area.bottom - axis_height(frame),
            ..area
        };
        Ok((canvas, plot))
    }

    /// Draws the names and says where each field is.
    pub(super) fn draw(&self, canvas: &mut Canvas, area: Rect, colors: &[RGBColor]) -> Vec<Rect> {
        let pitch = area.height() / self.names.len().max(1) as f64;
        let (left, right) = self.span(area);
        let half = 0.5 * BETWEEN * self.scale;
        let mut fields = Vec::new();
        for (at, (name, color)) in self.names.iter().zip(colors).enumerate() {
            let top = area.top + at as f64 * pitch + half;
            let bottom = area.top + (at + 1) as f64 * pitch - half;
            let room = if self.beside > 0.0 { self.beside } else { area.width() };
            let wrapped = text::wrap(name, self.font, room, LINES_MAX);
            let count = wrapped.lines.len() as f64;
            let (first, field_top) = if self.beside > 0.0 {
                let middle = f64::midpoint(top, bottom) - (count - 1.0) / 2.0 * self.font.line_height();
                (middle + self.font.middle_to_baseline(), top)
            } else {
                (top + self.font.size, top + self.name_height())
            };
            let draw = |canvas: &mut Canvas| {
                for (line, words) in wrapped.lines.iter().enumerate() {
                    let baseline = first + line as f64 * self.font.line_height();
                    canvas.text((area.left, baseline), words, self.font, *color, Align::Left);
                }
            };
            if wrapped.shortened {
                canvas.titled(name, draw);
            } else {
                draw(canvas);
            }
            fields.push(Rect {
                left,
                top: field_top,
                right,
                bottom,
            });
        }
        fields
    }
}

/// Round values below fields, and lines up from them; `words` writes a value.
pub(super) fn draw_axis(
    canvas: &mut Canvas,
    frame: &Frame,
    axis: &Axis,
    field: Rect,
    words: impl Fn(f64, String) -> String,
) {
    let (font, colors, scale) = (frame.sizes.small, frame.colors, frame.sizes.scale);
    let baseline = field.bottom + 4.0 * scale + font.size;
    let mut free = f64::NEG_INFINITY;
    let is_inside = |value: f64| axis.low <= value && value <= axis.high;
    for (value, plain) in axis.ticks().into_iter().filter(|it| is_inside(it.0)) {
        let x = axis.at(value, field.left, field.right);
        canvas.line(&[(x, field.top), (x, field.bottom)], colors.grid, scale);
        let words = words(value, plain);
        let half = 0.5 * text::width(&text::clean(&words), font);
        // What stands beyond the field is inside the room that is kept beside it.
        if x - half >= free {
            canvas.text((x, baseline), &words, font, colors.muted, Align::Middle);
            free = x + half + 8.0 * scale;
        }
    }
}

/// Room below the fields for the axis.
fn axis_height(frame: &Frame) -> f64 {
    frame.sizes.small.line_height() + 6.0 * frame.sizes.scale
}
