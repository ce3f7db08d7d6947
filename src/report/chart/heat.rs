//! A heat map: a grid of numbers with names of rows and columns, and the key of its colours.

use plotters::style::RGBColor;

use super::canvas::{Align, Canvas, Rect};
use super::frame::{Frame, Sizes};
use super::palette::Palette;
use super::text::{self, Font, Wrapped};

/// Height of all rows together, and of each, times the scale.
const ROWS: f64 = 420.0;
const ROW: (f64, f64) = (9.0, 40.0);
const ROW_LEAST: f64 = 4.0;
const ROW_MOST: f64 = 72.0;
/// The largest share of the width that names of rows take.
const NAMES_MOST: f64 = 0.32;
/// Up to so many columns each has its name, on lines of its own if need be.
const WRAPPED_MAX: usize = 12;
const LINES_MAX: usize = 3;
/// Colours of the key.
const SWATCHES: usize = 9;
/// Between the marks of a value that is not known.
const HATCH: f64 = 7.0;

/// What a heat map shows: as many cells in every row as there are columns.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Table {
    pub(crate) rows: Names,
    pub(crate) columns: Names,
    /// Row by row.
    pub(crate) cells: Vec<Vec<Cell>>,
}

/// Rows or columns.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Names {
    /// What they are.
    pub(crate) title: String,
    pub(crate) names: Vec<String>,
}

/// A number of a heat map.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cell {
    /// `None` if it is not known.
    pub(crate) value: Option<f64>,
    /// The number as words, the most exact first: all cells show the first that fits into every one.
    pub(crate) words: Vec<String>,
    /// What is said when it is pointed at.
    pub(crate) told: String,
    /// Whether it has a frame, such as the best one.
    pub(crate) is_marked: bool,
}

/// From numbers to colours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Scale {
    /// From little to much.
    Rising {
        /// Where it begins: zero, unless that would leave what is to be seen too little of it.
        low: f64,
        /// The most there is.
        high: f64,
    },
    /// Below and above zero, in colours of their own.
    Signed {
        /// The largest size on either side.
        most: f64,
    },
}

impl Scale {
    pub(crate) fn over(values: impl Iterator<Item = f64>) -> Self {
        let ends = values.fold(None, |ends: Option<(f64, f64)>, it| match ends {
            None => Some((it, it)),
            Some((low, high)) => Some((low.min(it), high.max(it))),
        });
        let (low, high) = ends.unwrap_or((0.0, 0.0));
        if low < 0.0 && high > 0.0 {
            return Self::Signed { most: high.max(-low) };
        }
        let most = high.abs().max(low.abs());
        if high - low < 0.75 * most && high > low {
            Self::Rising { low, high }
        } else {
            Self::Rising {
                low: low.min(0.0),
                high: high.max(0.0),
            }
        }
    }

    pub(crate) fn color(self, value: f64, colors: &Palette) -> RGBColor {
        match self {
            Self::Rising { low, high } if high > low => {
                colors.heat((value / 2.0 - low / 2.0) / (high / 2.0 - low / 2.0))
            }
            Self::Rising { .. } => colors.heat(0.0),
            Self::Signed { most } if value < 0.0 => colors.loss(-value / most),
            Self::Signed { most } => colors.heat(value / most),
        }
    }
}

/// A heat map laid out for the width of a frame.
pub(crate) struct Heat<'a> {
    sizes: Sizes,
    colors: &'static Palette,
    table: &'a Table,
    scale: Scale,
    width: f64,
    /// Room for the names of rows.
    names: f64,
    /// Names of columns, where each has its own.
    heads: Option<Vec<Wrapped>>,
}

impl<'a> Heat<'a> {
    pub(crate) fn new(frame: &Frame, table: &'a Table) -> Self {
        let (sizes, unit) = (frame.sizes, frame.sizes.scale);
        let names = table
            .rows
            .names
            .iter()
            .map(|it| text::width(&text::clean(it), sizes.small));
        let names = names.fold(0.0, f64::max).ceil().min(NAMES_MOST * frame.width) + 10.0 * unit;
        let values = table.cells.iter().flatten().filter_map(|it| it.value);
        let mut heat = Self {
            sizes,
            colors: frame.colors,
            table,
            scale: Scale::over(values),
            width: frame.width,
            names,
            heads: None,
        };
        let room = heat.cell() - 6.0 * unit;
        let columns = &table.columns.names;
        if columns.len() <= WRAPPED_MAX {
            let wrapped = columns.iter().map(|it| text::wrap(it, sizes.small, room, LINES_MAX));
            heat.heads = Some(wrapped.collect());
        }
        heat
    }

    fn unit(&self) -> f64 {
        self.sizes.scale
    }

    /// How wide a cell is.
    fn cell(&self) -> f64 {
        (self.width - self.names) / self.table.columns.names.len().max(1) as f64
    }

    fn key_height(&self) -> f64 {
        self.sizes.small.line_height() + 12.0 * self.unit()
    }

    /// What stands above the rows: what they and the columns are, and the names of columns.
    fn head_height(&self) -> f64 {
        let heads = self.heads.iter().flatten().map(|it| it.lines.len()).max();
        let lines = heads.unwrap_or(1).max(1) as f64;
        let titles = self.titles().lines.len() as f64;
        (titles + lines) * self.sizes.small.line_height() + 8.0 * self.unit()
    }

    /// What rows and what columns are.
    fn titles(&self) -> Wrapped {
        let Table { rows, columns, .. } = self.table;
        let words = [("down", &rows.title), ("across", &columns.title)];
        let font = self.sizes.small;
        let titles = words.map(|(where_to, title)| text::shorten(&format!("{where_to}: {title}"), font, self.width));
        let both = titles.join(&text::NO_BREAK.to_string().repeat(5));
        let is_one_line = text::width(&both, font) <= self.width;
        let shortened = titles.iter().any(|it| it.ends_with('…'));
        let lines = if is_one_line { vec![both] } else { titles.to_vec() };
        Wrapped { lines, shortened }
    }

    fn height(&self, row: f64) -> f64 {
        self.key_height() + self.head_height() + row * self.table.rows.names.len() as f64
    }

    pub(crate) fn height_natural(&self) -> f64 {
        let row = (ROWS / self.table.rows.names.len().max(1) as f64).clamp(ROW.0, ROW.1);
        self.height(row * self.unit())
    }

    pub(crate) fn height_least(&self) -> f64 {
        self.height(ROW_LEAST * self.unit())
    }

    /// Draws everything into `area`.
    pub(crate) fn draw(&self, canvas: &mut Canvas, area: Rect) {
        let rows = self.table.rows.names.len().max(1) as f64;
        let row = ((area.height() - self.height(0.0)) / rows).min(ROW_MOST * self.unit());
        self.draw_key(canvas, area);
        let top = area.top + self.key_height();
        self.draw_heads(canvas, area, top);
        let top = top + self.head_height();
        self.draw_names(canvas, area, (top, row));
        let font = self.fitting(row);
        for (at, cells) in self.table.cells.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                let left = area.left + self.names + column as f64 * self.cell();
                let place = Rect {
                    left,
                    top: top + at as f64 * row,
                    right: left + self.cell(),
                    bottom: top + (at + 1) as f64 * row,
                };
                canvas.titled(&cell.told, |canvas| self.draw_cell(canvas, place, cell, font));
            }
        }
        // Frames lie on all cells, or neighbours would cover half of them.
        for (at, cells) in self.table.cells.iter().enumerate() {
            for (column, _) in cells.iter().enumerate().filter(|it| it.1.is_marked) {
                let left = area.left + self.names + column as f64 * self.cell();
                let (right, top) = (left + self.cell(), top + at as f64 * row);
                let bottom = top + row;
                let corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
                canvas.line(&corners, self.colors.accent, 2.4 * self.unit());
            }
        }
    }

    /// From little to much, and what a hatched cell means.
    fn draw_key(&self, canvas: &mut Canvas, area: Rect) {
        let (font, colors, unit) = (self.sizes.small, self.colors, self.unit());
        let baseline = area.top + font.size;
        let (top, bottom) = (baseline - 0.85 * font.size, baseline + 0.1 * font.size);
        let mut x = area.left;
        if let Some((low, high)) = self.ends() {
            let most = 0.3 * area.width();
            let (low, high) = (text::shorten(&low, font, most), text::shorten(&high, font, most));
            canvas.text((x, baseline), &low, font, colors.muted, Align::Left);
            x += text::width(&low, font) + 6.0 * unit;
            for color in self.ramp() {
                let right = x + 12.0 * unit;
                canvas.rect(
                    Rect {
                        left: x,
                        top,
                        right,
                        bottom,
                    },
                    color,
                );
                x = right;
            }
            x += 6.0 * unit;
            canvas.text((x, baseline), &high, font, colors.muted, Align::Left);
            x += text::width(&high, font) + 18.0 * unit;
        }
        if self.table.cells.iter().flatten().any(|it| it.value.is_none()) {
            let words = "not known";
            let right = x + 20.0 * unit;
            if right + 6.0 * unit + text::width(words, font) <= area.right {
                hatch(
                    canvas,
                    Rect {
                        left: x,
                        top,
                        right,
                        bottom,
                    },
                    colors.axis,
                    unit,
                );
                canvas.text((right + 6.0 * unit, baseline), words, font, colors.muted, Align::Left);
            }
        }
    }

    /// Colours from the lowest to the highest.
    fn ramp(&self) -> Vec<RGBColor> {
        let known = self.table.cells.iter().flatten().filter_map(|it| it.value);
        let (low, high) = match self.scale {
            Scale::Rising { low, high } => (low, high),
            Scale::Signed { .. } => known.fold((0.0, 0.0), |(low, high), it| (it.min(low), it.max(high))),
        };
        let at = |step: usize| step as f64 / (SWATCHES - 1) as f64;
        let values = (0..SWATCHES).map(|it| (1.0 - at(it)) * low + at(it) * high);
        values.map(|it| self.scale.color(it, self.colors)).collect()
    }

    /// The words of the lowest and the highest colour.
    fn ends(&self) -> Option<(String, String)> {
        let known = || self.table.cells.iter().flatten().filter_map(|it| Some((it.value?, it)));
        let lowest = known().min_by(|one, other| one.0.total_cmp(&other.0))?;
        let highest = known().max_by(|one, other| one.0.total_cmp(&other.0))?;
        let words = |it: (f64, &Cell)| it.1.words.first().cloned().unwrap_or_default();
        let zero = || "0".to_owned();
        Some(match self.scale {
            Scale::Rising { low, high } => (
                if low < lowest.0 { zero() } else { words(lowest) },
                if high > highest.0 { zero() } else { words(highest) },
            ),
            Scale::Signed { .. } => (words(lowest), words(highest)),
        })
    }

    fn draw_heads(&self, canvas: &mut Canvas, area: Rect, top: f64) {
        let (font, colors, unit) = (self.sizes.small, self.colors, self.unit());
        let left = area.left + self.names;
        let bottom = top + self.head_height() - 6.0 * unit - 0.25 * font.size;
        for (line, words) in self.titles().lines.iter().enumerate() {
            let at = (area.left, top + font.size + line as f64 * font.line_height());
            canvas.text(at, words, font, colors.muted, Align::Left);
        }
        if let Some(heads) = &self.heads {
            for (column, head) in heads.iter().enumerate() {
                let x = left + (column as f64 + 0.5) * self.cell();
                for (line, words) in head.lines.iter().rev().enumerate() {
                    let at = (x, bottom - line as f64 * font.line_height());
                    canvas.text(at, words, font, colors.ink, Align::Middle);
                }
            }
            return;
        }
        let names: Vec<String> = self.table.columns.names.iter().map(|it| text::clean(it)).collect();
        let widest = names.iter().map(|it| text::width(it, font)).fold(0.0, f64::max);
        let widest = widest.min(0.3 * (self.width - self.names));
        let stride = ((widest + 8.0 * unit) / self.cell()).ceil().max(1.0) as usize;
        let mut free = left;
        for (column, name) in names.iter().enumerate().step_by(stride) {
            let words = text::shorten(name, font, widest + 1.0);
            let half = text::width(&words, font) / 2.0;
            let x = (left + (column as f64 + 0.5) * self.cell()).min(area.right - half);
            let x = x.max(left + half);
            if x - half >= free {
                canvas.text((x, bottom), &words, font, colors.ink, Align::Middle);
                free = x + half + 4.0 * unit;
            }
        }
    }

    /// The names of rows, as many as there is room for.
    fn draw_names(&self, canvas: &mut Canvas, area: Rect, (top, row): (f64, f64)) {
        let (font, colors) = (self.sizes.small, self.colors);
        let room = self.names - 10.0 * self.unit();
        let stride = (font.line_height() / row).ceil().max(1.0) as usize;
        let lines_max = (row / font.line_height()).floor().max(1.0) as usize;
        for (at, name) in self.table.rows.names.iter().enumerate().step_by(stride) {
            let middle = top + (at as f64 + 0.5) * row;
            let wrapped = text::wrap(name, font, room, lines_max);
            let draw = |canvas: &mut Canvas| {
                let first = middle - (wrapped.lines.len() as f64 - 1.0) / 2.0 * font.line_height();
                for (line, words) in wrapped.lines.iter().enumerate() {
                    let baseline = first + line as f64 * font.line_height() + font.middle_to_baseline();
                    let x = area.left + room;
                    canvas.text((x, baseline), words, font, colors.ink, Align::Right);
                }
            };
            if wrapped.shortened {
                canvas.titled(name, draw);
            } else {
                draw(canvas);
            }
        }
    }

    /// Of the words in cells, and how exact these are; `None` if none fit into every cell.
    fn fitting(&self, row: f64) -> Option<(Font, usize)> {
        let room = self.cell() - 6.0 * self.unit();
        let fonts = [13.0, 12.0, 11.0].map(|it| Font::regular(it * self.unit()));
        let cells = || self.table.cells.iter().flatten().filter(|it| it.value.is_some());
        let least = cells().map(|it| it.words.len()).min()?;
        let fits = |font: Font, at: usize| {
            let mut widths = cells().map(|it| text::width(&text::clean(&it.words[at]), font));
            font.line_height() <= row && widths.all(|it| it <= room)
        };
        let all = (0..least).flat_map(|at| fonts.map(|font| (font, at)));
        all.into_iter().find(|(font, at)| fits(*font, *at))
    }

    fn draw_cell(&self, canvas: &mut Canvas, place: Rect, cell: &Cell, font: Option<(Font, usize)>) {
        // Without gaps, edges lie between pixels, or seams would show.
        let is_apart = place.width().min(place.height()) >= 11.0;
        let edge = |at: f64, gap: f64| if is_apart { at + gap } else { at.round() };
        let area = Rect {
            left: edge(place.left, 0.5),
            top: edge(place.top, 0.5),
            right: edge(place.right, -0.5),
            bottom: edge(place.bottom, -0.5),
        };
        let Some(value) = cell.value else {
            hatch(canvas, area, self.colors.axis, self.unit());
            return;
        };
        let color = self.scale.color(value, self.colors);
        canvas.rect(area, color);
        if let Some((font, at)) = font {
            let middle = f64::midpoint(area.top, area.bottom) + font.middle_to_baseline();
            let at_point = (f64::midpoint(area.left, area.right), middle);
            canvas.text(at_point, &cell.words[at], font, self.colors.on(color), Align::Middle);
        }
    }
}

/// Slanted lines within `area`.
pub(crate) fn hatch(canvas: &mut Canvas, area: Rect, color: RGBColor, unit: f64) {
    let step = HATCH * unit;
    let (width, height) = (area.width(), area.height());
    let count = ((width + height) / step).floor() as u32;
    for line in 1..=count {
        // From the left or upper edge down to the lower or right one, at 45°.
        let at = f64::from(line) * step;
        let from = (area.left + (at - height).max(0.0), area.top + at.min(height));
        let to = (area.left + at.min(width), area.top + (at - width).max(0.0));
        canvas.line(&[from, to], color, 0.5 * unit);
    }
}

#[cfg(test)]
mod tests;
