//! Where the parts of a branch go, from left to right.

use crate::report::chart::frame::{Frame, Sizes};
use crate::report::chart::text;

use super::words::Branch;

/// The places of a branch's parts, from the upper left corner of its row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Columns {
    pub(super) name_width: f64,
    /// Left, and how long 100 % is.
    pub(super) bar: (f64, f64),
    /// Where the share ends and its interval begins.
    pub(super) share: f64,
    pub(super) has_intervals: bool,
    /// Where the number of those who take it ends.
    pub(super) taken: f64,
    pub(super) ends: (f64, f64),
    /// From the top of a row to the middle of its name, bar and ends.
    pub(super) middles: [f64; 3],
}

/// A branch is a row of a table.
pub(super) fn table(frame: &Frame, branches: &[&Branch]) -> Columns {
    let (sizes, scale, width) = (frame.sizes, frame.sizes.scale, frame.width);
    let [share, interval, taken] = widths(sizes, branches);
    let names = branches.iter().map(|it| text::width(&it.name, sizes.body));
    let name = names.fold(0.0, f64::max).ceil().clamp(60.0 * scale, 0.27 * width);
    let taken = taken.max(text::width("taken", sizes.small).ceil());
    let has_intervals = interval > 0.0 && interval <= 0.2 * width;
    let interval = if has_intervals { interval + 6.0 * scale } else { 0.0 };
    let rest = width - name - share - interval - taken - (14.0 + 8.0 + 16.0 + 22.0) * scale;
    let bar_left = name + 14.0 * scale;
    let bar_width = 0.36 * rest;
    let share_right = bar_left + bar_width + 8.0 * scale + share;
    let taken_right = share_right + interval + 16.0 * scale + taken;
    let ends_left = taken_right + 22.0 * scale;
    let middle = sizes.body.line_height() / 2.0;
    Columns {
        name_width: name,
        bar: (bar_left, bar_width),
        share: share_right,
        has_intervals,
        taken: taken_right,
        ends: (ends_left, width - ends_left),
        middles: [middle; 3],
    }
}

/// A branch is a name with its bars below it, those side by side if `is_beside`.
pub(super) fn stacked(frame: &Frame, branches: &[&Branch], is_beside: bool) -> Columns {
    let (sizes, scale, width) = (frame.sizes, frame.sizes.scale, frame.width);
    let [share, interval, taken] = widths(sizes, branches);
    let left_width = if is_beside { 0.47 * width } else { width };
    let has_intervals = interval > 0.0 && interval + share <= 0.72 * left_width;
    let interval = if has_intervals { interval + 6.0 * scale } else { 0.0 };
    let bar_width = left_width - 8.0 * scale - share - interval;
    let name_middle = sizes.body.line_height() / 2.0;
    let bar_middle = name_middle + sizes.body.line_height() / 2.0 + 10.0 * scale;
    let (ends, ends_middle) = if is_beside {
        let left = left_width + 16.0 * scale;
        ((left, width - left), bar_middle)
    } else {
        ((0.0, width), bar_middle + 19.0 * scale)
    };
    let taken = taken + text::width(" times", sizes.small);
    Columns {
        name_width: (width - taken - 12.0 * scale).max(0.4 * width),
        bar: (0.0, bar_width),
        share: bar_width + 8.0 * scale + share,
        has_intervals,
        taken: width,
        ends,
        middles: [name_middle, bar_middle, ends_middle],
    }
}

/// Widths of shares, of their intervals in brackets, and of how often branches are taken.
fn widths(sizes: Sizes, branches: &[&Branch]) -> [f64; 3] {
    let widest = |of: &dyn Fn(&Branch) -> f64| branches.iter().map(|it| of(it)).fold(0.0, f64::max).ceil();
    let interval = |it: &Branch| it.share_words.1.as_ref().map(|it| format!("({it})"));
    [
        widest(&|it| text::width(&it.share_words.0, sizes.strong)),
        widest(&|it| interval(it).map_or(0.0, |it| text::width(&it, sizes.small))),
        widest(&|it| text::width(&it.taken.0, sizes.body)),
    ]
}
