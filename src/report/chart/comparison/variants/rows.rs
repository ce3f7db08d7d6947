//! Where the parts of each row go: in columns on a wide sheet, below its name on a narrow one.

use crate::report::chart::frame::Frame;
use crate::report::chart::number;
use crate::report::chart::text::{self, Font, Wrapped};

use super::super::metric::Metric;
use super::Row;

/// From this width on the parts of a row stand beside its name.
const BESIDE_FROM: f64 = 640.0;
/// The largest share of the width that names take beside the rest.
const NAMES_MOST: f64 = 0.26;
const LINES_MAX: usize = 3;

/// Widths in pixels, from the left edge of the picture.
pub(super) struct Columns {
    pub(super) is_beside: bool,
    pub(super) names: f64,
    /// Left and right of the intervals, and of those of differences.
    pub(super) value: (f64, f64),
    pub(super) difference: (f64, f64),
    /// Where the numbers of each end, or begin if they do not stand beside.
    pub(super) numbers: (f64, f64),
    pub(super) right: f64,
}

impl Columns {
    pub(super) fn new(frame: &Frame, metric: &Metric, rows: &[Row]) -> Self {
        let (font, unit, width) = (frame.sizes.body, frame.sizes.scale, frame.width);
        if width < BESIDE_FROM {
            let middle = 0.5 * width;
            let gap = 9.0 * unit;
            return Self {
                is_beside: false,
                names: width,
                value: (5.0 * unit, middle - gap),
                difference: (middle + gap, width - 5.0 * unit),
                numbers: (0.0, middle + gap - 5.0 * unit),
                right: width,
            };
        }
        let widest = |words: &mut dyn Iterator<Item = String>, font: Font| {
            words
                .map(|it| text::width(&text::clean(&it), font))
                .fold(0.0, f64::max)
                .ceil()
        };
        let each = || rows.iter().map(|it| written(metric, it));
        let names = widest(&mut rows.iter().map(|it| it.name.clone()), font).min(NAMES_MOST * width);
        let values = widest(&mut each().map(|it| it.0), font);
        let differences = widest(&mut each().map(|it| it.1), font);
        let better = widest(
            &mut each().map(|it| it.2).chain([better_heading(metric)]),
            frame.sizes.small,
        );
        let gap = 14.0 * unit;
        let free = width - names - values - differences - better - 6.0 * gap;
        let panel = free / 2.0;
        let value_right = names + gap + values;
        let difference_right = value_right + gap + panel + gap + differences;
        Self {
            is_beside: true,
            names,
            value: (value_right + gap, value_right + gap + panel),
            difference: (difference_right + gap, difference_right + gap + panel),
            numbers: (value_right, difference_right),
            right: width,
        }
    }

    pub(super) fn wrapped(&self, name: &str, font: Font) -> Wrapped {
        text::wrap(name, font, self.names, LINES_MAX)
    }
}

/// Value, difference, and how often it is better.
pub(super) fn written(metric: &Metric, row: &Row) -> (String, String, String) {
    let Some(shown) = &metric.options[row.option] else {
        return (crate::report::number::NOTHING.to_owned(), String::new(), String::new());
    };
    let value = metric.bare_value(shown);
    let (difference, better) = match &shown.difference {
        None => (String::new(), String::new()),
        Some(it) if it.is_none => ("none".to_owned(), String::new()),
        Some(it) => (
            metric.difference(&it.value),
            it.better.map_or_else(String::new, number::share),
        ),
    };
    (value, difference, better)
}

pub(super) fn better_heading(metric: &Metric) -> String {
    format!("{} in", metric.better_word())
}
