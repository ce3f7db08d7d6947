//! Where everything of the forks goes: a table on wide sheets, stacked rows on narrow ones.

use plotters::style::RGBColor;

use crate::report::chart::canvas::{Point, Rect};
use crate::report::chart::frame::{Frame, Sizes};
use crate::report::chart::palette::Palette;
use crate::report::chart::text::{self, Font, Wrapped};

use super::words::{Branch, ENDS, Fate, Fork};

/// From this width on (times the scale) a branch is one row of a table.
const TABLE_FROM: f64 = 720.0;
/// From this width on shares and ends of a branch stand side by side.
const BESIDE_FROM: f64 = 460.0;
/// How far the room between rows may shrink and grow.
const SLACK: (f64, f64) = (0.4, 2.2);

/// A mark and what it means.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct KeyEntry {
    pub(super) mark: Mark,
    pub(super) words: &'static str,
    pub(super) at: Point,
}

/// What a key explains.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Mark {
    Fill(RGBColor),
    Whisker,
    /// Words only: what the next marks are about.
    None,
}

/// The words over a column.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Heading {
    pub(super) lines: Vec<String>,
    pub(super) x: f64,
    pub(super) is_right: bool,
}

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

/// Places, in pixels.
pub(super) struct Layout {
    pub(super) sizes: Sizes,
    pub(super) colors: &'static Palette,
    pub(super) key: Vec<KeyEntry>,
    pub(super) headings: Vec<Heading>,
    pub(super) columns: Columns,
    /// Half the height of bars.
    pub(super) half: f64,
    pub(super) is_table: bool,
    pub(super) titles: Vec<Wrapped>,
    /// Whether what a fork is about stands right of its title.
    pub(super) is_about_beside: Vec<bool>,
    pub(super) names: Vec<Vec<Wrapped>>,
    pub(super) area: Rect,
    /// Top of the headings.
    pub(super) headings_top: f64,
    /// Top of each fork and of each of its branches.
    pub(super) tops: Vec<(f64, Vec<f64>)>,
    width: f64,
    top: f64,
}

impl Layout {
    /// Everything but the vertical places, relative to the upper left corner of the picture.
    pub(super) fn new(frame: &Frame, forks: &[Fork]) -> Self {
        let (sizes, scale) = (frame.sizes, frame.sizes.scale);
        let units = frame.width / scale;
        let is_table = units >= TABLE_FROM;
        let branches: Vec<&Branch> = forks.iter().flat_map(|it| &it.branches).collect();
        let columns = if is_table {
            table(frame, &branches)
        } else {
            stacked(frame, &branches, units >= BESIDE_FROM)
        };
        let names = |fork: &Fork| {
            let lines = if is_table { 2 } else { 1 };
            let wrap = |it: &Branch| text::wrap(&it.name, sizes.body, columns.name_width, lines);
            fork.branches.iter().map(wrap).collect()
        };
        let titles: Vec<Wrapped> = forks
            .iter()
            .map(|it| text::wrap(&it.title, sizes.strong, frame.width, 2))
            .collect();
        let is_beside = |(fork, title): (&Fork, &Wrapped)| {
            let last = title.lines.last().map_or(0.0, |it| text::width(it, sizes.strong));
            last + 10.0 * scale + about_width(fork, sizes) <= frame.width
        };
        let mut layout = Self {
            sizes,
            colors: frame.colors,
            key: Vec::new(),
            headings: Vec::new(),
            half: 7.5 * scale,
            is_table,
            is_about_beside: forks.iter().zip(&titles).map(is_beside).collect(),
            titles,
            names: forks.iter().map(names).collect(),
            area: Rect {
                left: 0.0,
                top: 0.0,
                right: frame.width,
                bottom: 0.0,
            },
            headings_top: 0.0,
            tops: Vec::new(),
            columns,
            width: frame.width,
            top: 0.0,
        };
        layout.place_key(&branches);
        layout
    }

    /// In a table each mark is explained below the heading of its column.
    fn place_key(&mut self, branches: &[&Branch]) {
        let (font, scale) = (self.sizes.small, self.scale());
        let Columns { bar, taken, ends, .. } = self.columns;
        let ends_key = ends_key(self.colors, branches);
        let mut share_key = vec![(Mark::Fill(self.colors.bar), "share")];
        let has_width = |it: &&Branch| it.interval.is_some_and(|(low, high)| high > low);
        if branches.iter().any(has_width) {
            share_key.push((Mark::Whisker, "80\u{a0}% interval"));
        }
        let bottom = if self.is_table {
            self.place_headings(branches);
            let top = self.headings_lines() as f64 * font.line_height() + 3.0 * scale;
            let share = self.place_marks(share_key, (bar.0, taken), top);
            let ends = self.place_marks(ends_key, (ends.0, self.width), top);
            share.max(ends)
        } else {
            if ends_key.len() > 2 {
                share_key.push((Mark::None, "one horizon later:"));
            }
            share_key.extend(ends_key);
            self.place_marks(share_key, (0.0, self.width), 0.0)
        };
        self.top = bottom + 2.0 * scale;
    }

    /// Side by side from `left` on, in as many lines as it takes; says where they end.
    fn place_marks(&mut self, marks: Vec<(Mark, &'static str)>, (left, right): (f64, f64), top: f64) -> f64 {
        let (font, scale) = (self.sizes.small, self.scale());
        let mut at = (left, top);
        for (mark, words) in marks {
            let is_words = mark == Mark::None;
            let swatch = if is_words { 0.0 } else { self.swatch() + 5.0 * scale };
            let width = swatch + text::width(words, font);
            // Words that announce marks do not stand apart from the first of them.
            let needed = if is_words { width + 60.0 * scale } else { width };
            if at.0 > left && at.0 + needed > right {
                at = (left, at.1 + 1.1 * font.line_height());
            }
            self.key.push(KeyEntry { mark, words, at });
            at.0 += width + if is_words { 9.0 } else { 14.0 } * scale;
        }
        at.1 + font.line_height()
    }

    fn place_headings(&mut self, branches: &[&Branch]) {
        let (font, scale) = (self.sizes.small, self.scale());
        let Columns { bar, taken, ends, .. } = self.columns;
        let is_ends = branches.iter().any(|it| matches!(it.fate, Fate::Ends(_)));
        let is_chances = branches.iter().any(|it| !it.fate.chances().is_empty());
        let ends_words = match (is_ends, is_chances) {
            (true, _) => "where they are one horizon later",
            (false, true) => "chances within one horizon",
            (false, false) => "",
        };
        let wrap = |words: &str, width: f64| text::wrap(words, font, width, 3).lines;
        let heading = |lines, x, is_right| Heading { lines, x, is_right };
        let room = taken - bar.0 - text::width("times taken", font) - 8.0 * scale;
        self.headings = vec![
            heading(wrap("branch", self.columns.name_width), 0.0, false),
            heading(wrap("share of the decisions", room), bar.0, false),
            heading(vec!["times taken".to_owned()], taken, true),
            heading(wrap(ends_words, ends.1), ends.0, false),
        ];
    }

    pub(super) fn headings_lines(&self) -> usize {
        self.headings.iter().map(|it| it.lines.len()).max().unwrap_or(0)
    }

    /// What is fixed, and what may shrink and grow.
    fn heights(&self) -> (f64, f64) {
        let forks = self.names.len();
        let branches: usize = self.names.iter().map(Vec::len).sum();
        let titles: f64 = (0..forks).map(|it| self.title_height(it)).sum();
        let rows = self.names.iter().flatten().map(|it| self.row_height(it));
        let slack = forks as f64 * (self.fork_gap() + self.title_gap()) + branches as f64 * self.row_gap();
        (self.top + titles + rows.sum::<f64>(), slack)
    }

    pub(super) fn height_natural(&self) -> f64 {
        let (fixed, slack) = self.heights();
        fixed + slack
    }

    pub(super) fn height_least(&self) -> f64 {
        let (fixed, slack) = self.heights();
        fixed + SLACK.0 * slack
    }

    /// Fills `area`.
    pub(super) fn place(&mut self, area: Rect) {
        let (fixed, slack) = self.heights();
        let room = ((area.height() - fixed) / slack.max(1.0)).clamp(SLACK.0, SLACK.1);
        let mut y = area.top + self.top;
        for (fork, names) in self.names.iter().enumerate() {
            y += room * self.fork_gap();
            let top = y;
            y += self.title_height(fork) + room * self.title_gap();
            let rows = names.iter().map(|name| {
                let top = y;
                y += self.row_height(name) + room * self.row_gap();
                top
            });
            let rows = rows.collect();
            self.tops.push((top, rows));
        }
        self.headings_top += area.top;
        for entry in &mut self.key {
            entry.at = (entry.at.0 + area.left, entry.at.1 + area.top);
        }
        self.area = area;
    }

    fn title_height(&self, fork: usize) -> f64 {
        let lines = self.titles[fork].lines.len() as f64 * self.sizes.strong.line_height();
        let about = if self.is_about_beside[fork] {
            0.0
        } else {
            self.sizes.small.line_height()
        };
        lines + about
    }

    fn row_height(&self, name: &Wrapped) -> f64 {
        let line = self.sizes.body.line_height();
        if self.is_table {
            line * name.lines.len().max(1) as f64
        } else {
            self.columns.middles[2].max(self.columns.middles[1]) + self.half
        }
    }

    fn fork_gap(&self) -> f64 {
        16.0 * self.scale()
    }

    fn title_gap(&self) -> f64 {
        5.0 * self.scale()
    }

    fn row_gap(&self) -> f64 {
        if self.is_table {
            7.0 * self.scale()
        } else {
            10.0 * self.scale()
        }
    }

    pub(super) fn scale(&self) -> f64 {
        self.sizes.scale
    }

    pub(super) fn swatch(&self) -> f64 {
        15.0 * self.scale()
    }
}

/// Colours of [`ENDS`].
pub(super) fn end_colors(colors: &Palette) -> [RGBColor; 5] {
    let ends = colors.ends;
    [ends.won, ends.churned, ends.lost, ends.other, ends.open]
}

/// The marks of where customers end up, as far as there are any.
fn ends_key(colors: &Palette, branches: &[&Branch]) -> Vec<(Mark, &'static str)> {
    let fills = end_colors(colors);
    let is_end = |end: usize| {
        let has = |it: &&Branch| matches!(it.fate, Fate::Ends(parts) if parts[end] > 0.0);
        branches.iter().any(has)
    };
    let ends = (0..ENDS.len()).filter(|it| is_end(*it));
    let ends: Vec<(Mark, &str)> = ends.map(|it| (Mark::Fill(fills[it]), ENDS[it])).collect();
    if !ends.is_empty() || branches.iter().all(|it| it.fate.chances().is_empty()) {
        return ends;
    }
    vec![
        (Mark::Fill(fills[0]), "chance to convert"),
        (Mark::Fill(fills[2]), "chance to leave"),
    ]
}

/// Stands beside the title of the fork that decides most.
pub(super) const MOST: &str = "decides most";

fn about_width(fork: &Fork, sizes: Sizes) -> f64 {
    let most = if fork.decides_most {
        text::width(MOST, Font::bold(sizes.small.size)) + 10.0 * sizes.scale
    } else {
        0.0
    };
    text::width(&fork.about, sizes.small) + most
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

fn table(frame: &Frame, branches: &[&Branch]) -> Columns {
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

fn stacked(frame: &Frame, branches: &[&Branch], is_beside: bool) -> Columns {
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
