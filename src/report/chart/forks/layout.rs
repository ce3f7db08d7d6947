//! Where everything of the forks goes: a table on wide sheets, stacked rows on narrow ones.

use plotters::style::RGBColor;

use crate::report::chart::canvas::{Point, Rect};
use crate::report::chart::frame::{Frame, Sizes};
use crate::report::chart::palette::Palette;
use crate::report::chart::text::{self, Font, Wrapped};

use super::columns::{self, Columns};
use super::words::{Branch, ENDS, Fate, Fork};

/// From this width on (times the scale) a branch is one row of a table.
const TABLE_FROM: f64 = 720.0;
/// From this width on shares and ends of a branch stand side by side.
const BESIDE_FROM: f64 = 460.0;
/// A smaller part of a bar is not seen.
const SEEN: f64 = 0.002;
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
            columns::table(frame, &branches)
        } else {
            columns::stacked(frame, &branches, units >= BESIDE_FROM)
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
        let has = |it: &&Branch| matches!(it.fate, Fate::Ends(parts) if parts[end] >= SEEN);
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
