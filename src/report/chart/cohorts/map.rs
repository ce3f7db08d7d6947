//! The picture of the cohorts: rows, columns, cells and the key of their colours.

use crate::report::chart::canvas::{Align, Canvas, Rect};
use crate::report::chart::frame::{Frame, Sizes};
use crate::report::chart::number;
use crate::report::chart::palette::Palette;
use crate::report::chart::period::{self, Label, Tick};
use crate::report::chart::text::{self, Font};

use super::table::{Row, Scale, Share, Table};

/// From this width on (times the scale) two panels stand side by side.
const BESIDE_FROM: f64 = 880.0;
/// Height of all rows together, and of each, times the scale.
const ROWS: f64 = 560.0;
const ROW: (f64, f64) = (7.0, 27.0);
const ROW_LEAST: f64 = 4.0;
const ROW_MOST: f64 = 48.0;
/// From so many ages on neighbours of one colour are one mark.
const APART_MAX: usize = 36;

/// Between a label and what it is part of, in em.
const LABEL_GAP: f64 = 0.5;

/// Places, in pixels.
pub(super) struct Map<'a> {
    sizes: Sizes,
    colors: &'static Palette,
    table: &'a Table,
    scale: Scale,
    is_beside: bool,
    /// Right of the labels, and of the numbers of arrivals.
    rights: (f64, f64),
    /// Left of the cells of each panel, and how wide they are.
    lefts: Vec<f64>,
    cells_width: f64,
    area: Rect,
    row: f64,
    /// Of the words in cells, and whether they are coarse; `None` if none fit.
    cell_font: Option<(Font, bool)>,
}

impl<'a> Map<'a> {
    pub(super) fn new(frame: &Frame, table: &'a Table, scale: Scale) -> Self {
        let sizes = frame.sizes;
        let (font, unit) = (sizes.small, sizes.scale);
        let panels = table.panels().len();
        let is_beside = panels > 1 && frame.width >= BESIDE_FROM * unit;
        let labels = table.rows.iter().map(|it| label_width(&it.label, font));
        let heading = text::width("arrived", font);
        let labels = labels.fold(heading, f64::max).ceil().min(0.3 * frame.width);
        let arrivals = table.rows.iter().map(|it| text::width(&arrivals(it), font));
        let arrivals = arrivals.fold(text::width("customers", font), f64::max).ceil();
        let left = labels + 12.0 * unit + arrivals + 8.0 * unit;
        let gap = 34.0 * unit;
        let (lefts, cells_width) = if is_beside {
            let width = (frame.width - left - gap) / 2.0;
            (vec![left, left + width + gap], width)
        } else {
            (vec![left; panels], frame.width - left)
        };
        Self {
            sizes,
            colors: frame.colors,
            table,
            scale,
            is_beside,
            rights: (labels, labels + 12.0 * unit + arrivals),
            lefts,
            cells_width,
            area: Rect {
                left: 0.0,
                top: 0.0,
                right: frame.width,
                bottom: 0.0,
            },
            row: 0.0,
            cell_font: None,
        }
    }

    /// The key of the colours.
    fn key_height(&self) -> f64 {
        self.sizes.small.line_height() + 12.0 * self.unit()
    }

    /// What stands above the rows of a panel.
    fn head_height(&self) -> f64 {
        let title = if self.table.has_retained {
            self.sizes.strong.line_height() + 2.0 * self.unit()
        } else {
            0.0
        };
        title + 2.0 * self.sizes.small.line_height() + 4.0 * self.unit()
    }

    /// How many panels stand one above the other, and the room between them.
    fn floors(&self) -> (f64, f64) {
        if self.lefts.len() > 1 && !self.is_beside {
            (2.0, 18.0 * self.unit())
        } else {
            (1.0, 0.0)
        }
    }

    fn height(&self, row: f64) -> f64 {
        let (floors, gap) = self.floors();
        self.key_height() + floors * (self.head_height() + row * self.table.rows.len() as f64) + gap
    }

    pub(super) fn height_natural(&self) -> f64 {
        let row = (ROWS / self.table.rows.len() as f64).clamp(ROW.0, ROW.1);
        self.height(row * self.unit())
    }

    pub(super) fn height_least(&self) -> f64 {
        self.height(ROW_LEAST * self.unit())
    }

    /// Fills `area`.
    pub(super) fn place(&mut self, area: Rect) {
        let (floors, _) = self.floors();
        let rows = floors * self.table.rows.len() as f64;
        let row = (area.height() - self.height(0.0)) / rows;
        self.row = row.min(ROW_MOST * self.unit());
        self.area = area;
        self.cell_font = self.fitting_font();
    }

    fn unit(&self) -> f64 {
        self.sizes.scale
    }

    fn cell(&self) -> f64 {
        self.cells_width / self.table.ages as f64
    }

    pub(super) fn draw(&self, canvas: &mut Canvas) {
        self.draw_key(canvas);
        let mut top = self.area.top + self.key_height();
        for (position, share) in self.table.panels().iter().enumerate() {
            let left = self.area.left + self.lefts[position];
            self.draw_head(canvas, (left, top), *share);
            let rows_top = top + self.head_height();
            if position == 0 || !self.is_beside {
                self.draw_labels(canvas, rows_top);
            }
            for (number, row) in self.table.rows.iter().enumerate() {
                let top = rows_top + number as f64 * self.row;
                self.draw_row(canvas, (left, top), (number, row), *share);
            }
            if !self.is_beside {
                top = rows_top + self.table.rows.len() as f64 * self.row + self.floors().1;
            }
        }
    }

    /// From little to much, and what a hatched row means.
    fn draw_key(&self, canvas: &mut Canvas) {
        let (font, colors, unit) = (self.sizes.small, self.colors, self.unit());
        let baseline = self.area.top + font.size;
        let (top, bottom) = (baseline - 0.85 * font.size, baseline + 0.1 * font.size);
        let low = format!("{}\u{a0}%", self.scale.words(self.scale.low, false));
        let high = format!("{}\u{a0}%", self.scale.words(self.scale.high, false));
        let mut x = self.area.left;
        canvas.text((x, baseline), &low, font, colors.muted, Align::Left);
        x += text::width(&low, font) + 6.0 * unit;
        let swatch = 12.0 * unit;
        for color in colors.heat {
            let right = x + swatch;
            let area = Rect {
                left: x,
                top,
                right,
                bottom,
            };
            canvas.rect(area, color);
            x = right;
        }
        x += 6.0 * unit;
        canvas.text((x, baseline), &high, font, colors.muted, Align::Left);
        x += text::width(&high, font) + 18.0 * unit;
        if self.table.rows.iter().any(|it| it.won.iter().any(Option::is_none)) {
            let words = "nobody arrives";
            let area = Rect {
                left: x,
                top,
                right: x + 1.6 * swatch,
                bottom,
            };
            if area.right + 6.0 * unit + text::width(words, font) <= self.area.right {
                self.draw_hatch(canvas, area);
                let at = (area.right + 6.0 * unit, baseline);
                canvas.text(at, words, font, colors.muted, Align::Left);
            }
        }
    }

    /// Title, headings and ages of a panel whose cells begin at `left`.
    fn draw_head(&self, canvas: &mut Canvas, (left, mut top): (f64, f64), share: Share) {
        let (sizes, colors, unit) = (self.sizes, self.colors, self.unit());
        let font = sizes.small;
        let is_labelled = share == Share::Won || !self.is_beside;
        let from = if is_labelled { self.area.left } else { left };
        if self.table.has_retained {
            let (long, short) = match share {
                Share::Won => ("Converted by then, in % of arrivals", "Converted, in % of arrivals"),
                Share::Retained => (
                    "Converted and not churned by then, in % of arrivals",
                    "Of these, not churned",
                ),
            };
            let room = left + self.cells_width - from;
            let fits = text::width(long, sizes.strong) <= room;
            let title = text::shorten(if fits { long } else { short }, sizes.strong, room);
            let at = (from, top + sizes.strong.size);
            canvas.text(at, &title, sizes.strong, colors.ink, Align::Left);
            top += sizes.strong.line_height() + 2.0 * unit;
        }
        let period = &self.table.period;
        let mut headings = vec![
            format!("{period}s after the {period} of arrival"),
            format!("{period}s after arrival"),
            format!("{period}s after"),
        ];
        if !self.table.has_retained {
            headings.insert(
                0,
                format!("converted, in % of arrivals, by {period}s after the {period} of arrival"),
            );
        }
        let baseline = top + font.size;
        let fits = |it: &&String| text::width(it, font) <= self.cells_width;
        if let Some(words) = headings.iter().find(fits) {
            canvas.text((left, baseline), words, font, colors.muted, Align::Left);
        }
        let baseline = baseline + font.line_height();
        if is_labelled {
            canvas.text((self.area.left, baseline), "arrived", font, colors.muted, Align::Left);
            let at = (self.area.left + self.rights.1, baseline);
            canvas.text(at, "customers", font, colors.muted, Align::Right);
        }
        let cell = self.cell();
        let widest = text::width(&format!("+{}", self.table.ages - 1), font) + 6.0 * unit;
        let strides: &[usize] = match period.as_str() {
            "month" => &[1, 2, 3, 6, 12, 24, 60],
            _ => &[1, 2, 5, 10, 20, 50],
        };
        let fits = strides.iter().find(|it| **it as f64 * cell >= widest);
        let stride = fits.copied().unwrap_or(self.table.ages);
        let mut free = left - self.rights.0;
        for age in (0..self.table.ages).step_by(stride) {
            let words = if age == 0 { "0".to_owned() } else { format!("+{age}") };
            let half = text::width(&words, font) / 2.0;
            let x = (left + (age as f64 + 0.5) * cell).min(self.area.right - half);
            if x - half >= free {
                canvas.text((x, baseline), &words, font, colors.ink, Align::Middle);
                free = x + half + 4.0 * unit;
            }
        }
    }

    /// Periods and how many arrived.
    fn draw_labels(&self, canvas: &mut Canvas, top: f64) {
        let (font, colors) = (self.sizes.small, self.colors);
        let labels: Vec<Label> = self.table.rows.iter().map(|it| it.label.clone()).collect();
        let (left, right) = (self.area.left, self.area.left + self.rights.0);
        for Tick {
            position,
            words,
            part_of,
        } in period::rows(&labels, self.row, font)
        {
            let middle = top + (position as f64 + 0.5) * self.row;
            let baseline = middle + font.middle_to_baseline();
            let words = text::shorten(&words, font, self.rights.0);
            canvas.text((right, baseline), &words, font, colors.ink, Align::Right);
            if let Some(part_of) = part_of {
                let room = self.rights.0 - text::width(&words, font) - 0.9 * LABEL_GAP * font.size;
                if text::width(&text::clean(&part_of), font) <= room {
                    canvas.text((left, baseline), &part_of, font, colors.muted, Align::Left);
                }
            }
            let words = arrivals(&self.table.rows[position]);
            let at = (left + self.rights.1, baseline);
            canvas.text(at, &words, font, colors.muted, Align::Right);
        }
    }

    fn draw_row(&self, canvas: &mut Canvas, (left, top): (f64, f64), (number, row): (usize, &Row), share: Share) {
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

    fn fitting_font(&self) -> Option<(Font, bool)> {
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

    /// Slanted lines within `area`.
    fn draw_hatch(&self, canvas: &mut Canvas, area: Rect) {
        let step = 7.0 * self.unit();
        let (width, height) = (area.width(), area.height());
        let count = ((width + height) / step).floor() as u32;
        for line in 1..=count {
            // From the left or upper edge down to the lower or right one, at 45°.
            let at = f64::from(line) * step;
            let from = (area.left + (at - height).max(0.0), area.top + at.min(height));
            let to = (area.left + at.min(width), area.top + (at - width).max(0.0));
            canvas.line(&[from, to], self.colors.axis, 0.5 * self.unit());
        }
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

fn arrivals(row: &Row) -> String {
    number::number(
        row.arrivals,
        number::unit(row.arrivals, None).max(if row.arrivals >= 1.0 { 1.0 } else { 0.0 }),
    )
}

/// How wide a label can be in its row, with what it is part of.
fn label_width(label: &Label, font: Font) -> f64 {
    let ticks = period::rows(std::slice::from_ref(label), font.line_height(), font);
    ticks.first().map_or(0.0, |it| {
        let part_of = it.part_of.as_ref();
        let part_of = part_of.map_or(0.0, |it| text::width(&text::clean(it), font) + LABEL_GAP * font.size);
        part_of + text::width(&text::clean(&it.words), font)
    })
}
