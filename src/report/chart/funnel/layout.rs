//! Where everything of a funnel goes, so that no word is cut or stands on another.

use plotters::style::RGBColor;

use crate::report::chart::canvas::{Point, Rect};
use crate::report::chart::frame::{Frame, Sizes};
use crate::report::chart::palette::Palette;
use crate::report::chart::text::{self, Font, Wrapped};

use super::words::{Passage, Stage};

/// What bars and whiskers mean, and how thick the whiskers are.
pub(super) const KEY: [(&str, f64); 3] = [("mean", 0.0), ("80\u{a0}% interval", 4.0), ("90\u{a0}% interval", 1.3)];
/// Pixels from one stage to the next, times the scale.
const PITCH: f64 = 68.0;
const PITCH_MANY: f64 = 50.0;
const PITCH_LEAST: f64 = 40.0;
const PITCH_MOST: f64 = 260.0;
/// From this many stages on the chart is a list rather than a picture.
const MANY: usize = 10;

/// Words in one font and colour.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Piece {
    pub(super) words: String,
    pub(super) font: Font,
    pub(super) color: RGBColor,
}

/// Places, in pixels.
pub(super) struct Layout {
    pub(super) sizes: Sizes,
    pub(super) colors: &'static Palette,
    pub(super) left: f64,
    pub(super) name_width: f64,
    /// From where to where bars and their words go.
    pub(super) bars: (f64, f64),
    pub(super) share_right: f64,
    pub(super) share_heading: Wrapped,
    pub(super) share_intervals: bool,
    pub(super) count_intervals: bool,
    /// Which of [`KEY`] is where.
    pub(super) key: Vec<(usize, Point)>,
    pub(super) bar: f64,
    heading: f64,
    count: usize,
    top: f64,
    pitch: f64,
    pixels_per_customer: f64,
}

impl Layout {
    /// Everything but the vertical places, relative to the upper left corner of the picture.
    pub(super) fn new(frame: &Frame, stages: &[Stage]) -> Self {
        let (sizes, scale) = (frame.sizes, frame.sizes.scale);
        let widest = |words: &mut dyn Iterator<Item = f64>| words.fold(0.0, f64::max).ceil();
        let name_width = widest(&mut stages.iter().flat_map(|it| {
            let owner = it.owner.as_deref().unwrap_or_default();
            [text::width(&it.title, sizes.strong), text::width(owner, sizes.small)]
        }))
        .clamp(30.0 * scale, 0.27 * frame.width);

        let share_width = |intervals: bool| {
            widest(&mut stages.iter().map(|it| {
                let interval = it.share.1.as_ref().filter(|_| intervals);
                let interval = interval.map_or(0.0, |it| text::width(&format!("({it})"), sizes.small));
                text::width(&it.share.0, sizes.strong).max(interval)
            }))
            .max(56.0 * scale)
        };
        let room = |share: f64| frame.width - name_width - 12.0 * scale - share - 14.0 * scale;
        let share_intervals = room(share_width(true)) >= 0.45 * frame.width;
        let share_width = share_width(share_intervals);
        let bars_left = name_width + 12.0 * scale;
        let bars_width = room(share_width);

        let per_customer = |intervals| pixels_per_customer(stages, bars_width, sizes, intervals);
        let widest_bar = |pixels: f64| pixels * stages.iter().filter_map(|it| it.customers).fold(0.0, f64::max);
        let nobody = stages.iter().all(|it| it.customers.is_none_or(|it| it <= 0.0));
        let count_intervals = nobody || widest_bar(per_customer(true)) >= 0.4 * bars_width;
        let heading_width = share_width.max(text::width("of the first", sizes.small).ceil() + 1.0);
        let share_heading = text::wrap("of the first stage", sizes.small, heading_width, 4);

        let mut layout = Self {
            sizes,
            colors: frame.colors,
            left: 0.0,
            name_width,
            bars: (bars_left, bars_left + bars_width),
            share_right: frame.width,
            share_heading,
            share_intervals,
            count_intervals,
            key: Vec::new(),
            bar: 0.0,
            heading: 0.0,
            count: stages.len(),
            top: 0.0,
            pitch: 0.0,
            pixels_per_customer: per_customer(count_intervals),
        };
        layout.place_key(stages);
        layout
    }

    fn place_key(&mut self, stages: &[Stage]) {
        let font = self.sizes.small;
        let heading = self.share_heading.lines.iter();
        let heading = heading.map(|it| text::width(it, font)).fold(0.0, f64::max);
        let right = self.share_right - heading - 14.0 * self.scale();
        let mut at = (0.0, 0.0);
        if stages.iter().any(|it| it.interval_80.is_some()) {
            for (position, (words, _)) in KEY.iter().enumerate() {
                let width = self.swatch() + 6.0 * self.scale() + text::width(words, font);
                if at.0 > 0.0 && at.0 + width > right {
                    at = (0.0, at.1 + font.line_height());
                }
                self.key.push((position, at));
                at.0 += width + 18.0 * self.scale();
            }
        }
        let key = if self.key.is_empty() {
            0.0
        } else {
            at.1 + font.line_height()
        };
        let share = self.share_heading.lines.len() as f64 * font.line_height();
        let higher = key.max(share);
        for (_, at) in &mut self.key {
            at.1 += higher - key;
        }
        self.heading = higher + 8.0 * self.scale();
    }

    pub(super) fn height_natural(&self) -> f64 {
        let pitch = if self.count < MANY { PITCH } else { PITCH_MANY };
        self.heading + self.count as f64 * pitch * self.scale()
    }

    pub(super) fn height_least(&self) -> f64 {
        self.heading + self.count as f64 * PITCH_LEAST * self.scale()
    }

    /// Fills `area`.
    pub(super) fn place(&mut self, area: Rect) {
        let pitch = (area.height() - self.heading) / self.count as f64;
        self.pitch = pitch.min(PITCH_MOST * self.scale());
        self.bar = (0.44 * self.pitch).min(60.0 * self.scale());
        self.top = area.top + self.heading;
        self.left += area.left;
        self.share_right += area.left;
        self.bars = (self.bars.0 + area.left, self.bars.1 + area.left);
        for (_, at) in &mut self.key {
            *at = (at.0 + area.left, at.1 + area.top);
        }
    }

    pub(super) fn scale(&self) -> f64 {
        self.sizes.scale
    }

    pub(super) fn swatch(&self) -> f64 {
        22.0 * self.scale()
    }

    /// Thickness of the whisker that is number `kind` of [`KEY`].
    pub(super) fn whisker(&self, kind: usize) -> f64 {
        KEY[kind].1 * self.scale()
    }

    /// Between the words of a passage.
    pub(super) fn gap(&self) -> f64 {
        7.0 * self.scale()
    }

    pub(super) fn row_top(&self, position: usize) -> f64 {
        self.top + position as f64 * self.pitch
    }

    pub(super) fn x(&self, customers: f64) -> f64 {
        self.bars.0 + customers.max(0.0) * self.pixels_per_customer
    }

    /// The title in as many lines as there is room for.
    pub(super) fn name(&self, stage: &Stage) -> Wrapped {
        let line = self.sizes.strong.line_height();
        let owner = stage.owner.as_ref().map_or(0.0, |_| self.sizes.small.line_height());
        let room = self.pitch - (self.bar - line) / 2.0 - owner;
        let lines = (room / line).floor().max(1.0) as usize;
        text::wrap(&stage.title, self.sizes.strong, self.name_width, lines)
    }

    /// The lines between two bars: as much as fits, the numbers first.
    pub(super) fn passage_words(&self, passage: &Passage) -> Vec<Vec<Piece>> {
        let width_max = self.bars.1 - self.bars.0 - 12.0 * self.scale();
        let room = self.pitch - self.bar - 2.0 * self.scale();
        let two_lines = room >= 2.0 * self.sizes.body.line_height();
        let fits = |line: &Vec<Piece>| {
            let words: f64 = line.iter().map(|it| text::width(&it.words, it.font)).sum();
            words + self.gap() * (line.len() as f64 - 1.0) <= width_max
        };
        let mut least = Vec::new();
        for detail in [Detail::Intervals, Detail::Words, Detail::Numbers] {
            let (share, leavers) = self.passage_pieces(passage, detail);
            let one: Vec<Piece> = share.iter().chain(&leavers).cloned().collect();
            if fits(&one) {
                return vec![one];
            }
            let two = vec![share, leavers.clone()];
            if two_lines && two.iter().all(fits) {
                return two;
            }
            least = leavers;
        }
        for piece in &mut least {
            piece.words = text::shorten(&piece.words, piece.font, width_max);
        }
        vec![least]
    }

    fn passage_pieces(&self, passage: &Passage, detail: Detail) -> (Vec<Piece>, Vec<Piece>) {
        let (sizes, colors) = (self.sizes, self.colors);
        let piece = |words: String, font, color| Piece { words, font, color };
        let with_words = detail != Detail::Numbers;
        let mut share = Vec::new();
        match &passage.share {
            Some((value, interval)) => {
                let words = if with_words {
                    format!("{value} go on")
                } else {
                    value.clone()
                };
                share.push(piece(words, sizes.body, colors.ink));
                if let (Some(interval), Detail::Intervals) = (interval, detail) {
                    share.push(piece(format!("({interval})"), sizes.small, colors.muted));
                }
            }
            None => share.push(piece("nobody to go on".to_owned(), sizes.body, colors.muted)),
        }
        let (font, color) = if passage.is_biggest {
            (Font::bold(sizes.body.size), colors.accent)
        } else {
            (sizes.body, colors.ink)
        };
        let leavers = match (passage.leavers > 0.0, passage.share.is_some()) {
            (true, _) if with_words => format!("−{} leave here", passage.leavers_words),
            (true, _) => format!("−{}", passage.leavers_words),
            (false, true) => "nobody leaves here".to_owned(),
            (false, false) => return (share, Vec::new()),
        };
        (share, vec![piece(leavers, font, color)])
    }
}

/// How much the words between two bars say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Detail {
    Intervals,
    Words,
    Numbers,
}

/// So that every bar, its whisker and the words after it end within `bars_width`.
fn pixels_per_customer(stages: &[Stage], bars_width: f64, sizes: Sizes, intervals: bool) -> f64 {
    let limit = |stage: &Stage| {
        let customers = stage.customers.unwrap_or(0.0);
        let high = |interval: Option<(f64, f64)>| interval.map_or(0.0, |(_, high)| high);
        let extent = customers.max(high(stage.interval_80)).max(high(stage.interval_90));
        let interval = stage.count.1.as_ref().filter(|_| intervals);
        let interval = interval.map_or(0.0, |it| {
            text::width(&format!("({it})"), sizes.small) + 6.0 * sizes.scale
        });
        let words = 8.0 * sizes.scale + text::width(&stage.count.0, sizes.strong) + interval;
        (extent > 0.0).then(|| (bars_width - words).max(0.0) / extent)
    };
    let least = stages.iter().filter_map(limit).fold(f64::INFINITY, f64::min);
    if least.is_finite() { least } else { 0.0 }
}
