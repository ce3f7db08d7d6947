//! Periods as words, and which of them an axis names.

use super::text::{self, Font};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A period, read from its label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Label {
    Day {
        year: u32,
        month: u32,
        day: u32,
    },
    Week {
        year: u32,
        week: u32,
    },
    Month {
        year: u32,
        month: u32,
    },
    Quarter {
        year: u32,
        quarter: u32,
    },
    Year {
        year: u32,
    },
    /// Of an undated scenario, such as `month 3`.
    Counted {
        word: String,
        number: u32,
    },
    /// Anything else, as it is.
    Other(String),
}

impl Label {
    pub(crate) fn read(label: &str) -> Self {
        Self::dated(label)
            .or_else(|| {
                let (word, number) = label.split_once(' ')?;
                Some(Self::Counted {
                    word: word.to_owned(),
                    number: number.parse().ok()?,
                })
            })
            .unwrap_or_else(|| Self::Other(label.to_owned()))
    }

    fn dated(label: &str) -> Option<Self> {
        let month_of = |text: &str| text.parse().ok().filter(|it| (1..=12).contains(it));
        let parts: Vec<&str> = label.split('-').collect();
        let year = parts.first()?.parse().ok().filter(|it| *it < 10_000)?;
        Some(match parts.as_slice() {
            [_] => Self::Year { year },
            [_, rest] => {
                if let Some(week) = rest.strip_prefix('W') {
                    let week = week.parse().ok()?;
                    Self::Week { year, week }
                } else if let Some(quarter) = rest.strip_prefix('Q') {
                    let quarter = quarter.parse().ok()?;
                    Self::Quarter { year, quarter }
                } else {
                    let month = month_of(rest)?;
                    Self::Month { year, month }
                }
            }
            [_, month, day] => {
                let (month, day) = (month_of(month)?, day.parse().ok()?);
                Self::Day { year, month, day }
            }
            _ => return None,
        })
    }

    /// In full: `31 March 2026`, `week 14 of 2026`, `March 2026`, `Q1 2026`, `2026`, `month 3`.
    pub(crate) fn long(&self) -> String {
        match self {
            Self::Day { year, month, day } => format!("{day} {} {year}", month_name(*month)),
            Self::Week { year, week } => format!("week {week} of {year}"),
            Self::Month { year, month } => format!("{} {year}", month_name(*month)),
            Self::Quarter { year, quarter } => format!("Q{quarter} {year}"),
            Self::Year { year } => year.to_string(),
            Self::Counted { word, number } => format!("{word} {number}"),
            Self::Other(label) => label.clone(),
        }
    }

    /// With its preposition: `in March 2026`, `on 31 March 2026`.
    pub(crate) fn when(&self) -> String {
        let preposition = match self {
            Self::Day { .. } => "on",
            Self::Counted { word, .. } if word == "day" => "on",
            _ => "in",
        };
        format!("{preposition} {}", self.long())
    }

    /// A number that grows by one from each period to the next of its kind, so that multiples
    /// fall on round dates; `position` where the calendar has no such number.
    fn ordinal(&self, position: usize) -> usize {
        let ordinal = match self {
            Self::Month { year, month } => year * 12 + month - 1,
            Self::Quarter { year, quarter } => year * 4 + quarter.saturating_sub(1),
            Self::Week { week, .. } => week.saturating_sub(1),
            Self::Year { year } => *year,
            Self::Counted { number, .. } => *number,
            Self::Day { .. } | Self::Other(_) => return position,
        };
        ordinal as usize
    }

    /// Words on the axis and, under them, what they are part of.
    fn on_axis(&self) -> (String, String) {
        match self {
            Self::Day { year, month, day } => (day.to_string(), format!("{} {year}", month_short(*month))),
            Self::Week { year, week } => (format!("W{week}"), year.to_string()),
            Self::Month { year, month } => (month_short(*month).to_owned(), year.to_string()),
            Self::Quarter { year, quarter } => (format!("Q{quarter}"), year.to_string()),
            Self::Year { year } => (year.to_string(), String::new()),
            Self::Counted { word, number } => (number.to_string(), word.clone()),
            Self::Other(label) => (label.clone(), String::new()),
        }
    }

    /// The month that begins with this period, counted from the year 0.
    fn begins_month(&self) -> Option<usize> {
        match self {
            Self::Day { year, month, day: 1 } | Self::Month { year, month } => Some((year * 12 + month - 1) as usize),
            Self::Week { year, week: 1 } => Some((year * 12) as usize),
            Self::Quarter { year, quarter } => Some((year * 12 + quarter.saturating_sub(1) * 3) as usize),
            _ => None,
        }
    }

    /// The month or, every January, the year.
    fn as_month(&self) -> (String, String) {
        match self {
            Self::Day { year, month, .. } | Self::Month { year, month } => {
                (month_short(*month).to_owned(), year.to_string())
            }
            other => other.on_axis(),
        }
    }

    fn as_year(&self) -> (String, String) {
        match self {
            Self::Day { year, .. }
            | Self::Week { year, .. }
            | Self::Month { year, .. }
            | Self::Quarter { year, .. } => (year.to_string(), String::new()),
            other => other.on_axis(),
        }
    }

    /// How many periods apart named ones may be.
    fn strides(&self) -> &'static [usize] {
        match self {
            Self::Day { .. } => &[1, 2, 7, 14],
            Self::Week { .. } => &[1, 2, 4, 13, 26],
            Self::Month { .. } => &[1, 2, 3, 6],
            Self::Quarter { .. } => &[1, 2],
            Self::Counted { word, .. } if word == "month" => {
                &[1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1_200, 6_000, 12_000]
            }
            _ => &[1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 100_000],
        }
    }
}

fn month_name(month: u32) -> &'static str {
    MONTHS[(month as usize - 1) % 12]
}

fn month_short(month: u32) -> &'static str {
    &month_name(month)[..3]
}

/// A named period.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tick {
    /// Its position among the periods.
    pub(crate) position: usize,
    pub(crate) words: String,
    /// What it is part of, where that is worth repeating.
    pub(crate) part_of: Option<String>,
}

/// From here on the days of a month tell less than its name.
const DATES_MAX: usize = 70;

/// As many of `labels`, `slot` pixels apart, as can be named in `font` without touching: round
/// ones, such as the first of each quarter.
pub(crate) fn ticks(labels: &[Label], slot: f64, font: Font) -> Vec<Tick> {
    let gap = 0.9 * font.size;
    let ticks = named(labels, |ticks| stay_apart(ticks, slot, font, gap));
    drop_crowded_parts(ticks, slot, font, gap)
}

/// The same for labels below one another.
pub(crate) fn rows(labels: &[Label], slot: f64, font: Font) -> Vec<Tick> {
    named(labels, |ticks| {
        let mut pairs = ticks.windows(2);
        pairs.all(|it| (it[1].position - it[0].position) as f64 * slot >= font.line_height())
    })
}

/// The most names that `fit`; the first alone if none do.
fn named(labels: &[Label], fit: impl Fn(&[Tick]) -> bool) -> Vec<Tick> {
    let Some(first) = labels.first() else {
        return Vec::new();
    };
    let is_dates = matches!(first, Label::Day { .. });
    let strides = if is_dates && labels.len() > DATES_MAX {
        &[]
    } else {
        first.strides()
    };
    let by_stride = strides.iter().map(|stride| {
        let named = |(position, label): &(usize, &Label)| label.ordinal(*position).is_multiple_of(*stride);
        let all = labels.iter().enumerate().filter(named);
        with_parts(all.map(|(position, label)| (position, label.on_axis())))
    });
    let by_months = [1, 2, 3, 6].into_iter().map(|months| {
        let all = beginnings(labels, months);
        with_parts(all.map(|(position, label)| (position, label.as_month())))
    });
    let by_years = [1, 2, 5, 10, 20, 50, 100, 500, 1_000].into_iter().map(|years| {
        let all = beginnings(labels, 12 * years);
        with_parts(all.map(|(position, label)| (position, label.as_year())))
    });
    by_stride
        .chain(by_months)
        .chain(by_years)
        .filter(|ticks| ticks.len() > 1 || labels.len() == 1)
        .find(|ticks| fit(ticks))
        .unwrap_or_else(|| with_parts([(0, first.on_axis())].into_iter()))
}

fn beginnings(labels: &[Label], months: usize) -> impl Iterator<Item = (usize, &Label)> {
    labels
        .iter()
        .enumerate()
        .filter(move |(_, label)| label.begins_month().is_some_and(|month| month.is_multiple_of(months)))
}

/// A row of words under an axis. Words near an end of the sheet are pushed inwards, and those that
/// would then stand on the one before are left out.
pub(crate) struct Row {
    sheet: (f64, f64),
    taken: f64,
    gap: f64,
}

impl Row {
    /// A row between these ends of the sheet, with `gap` between words.
    pub(crate) fn new(sheet: (f64, f64), gap: f64) -> Self {
        Self {
            sheet,
            taken: f64::NEG_INFINITY,
            gap,
        }
    }

    /// The middle of words of this width that belong to `x`; words come from left to right.
    pub(crate) fn place(&mut self, x: f64, width: f64) -> Option<f64> {
        let x = x.min(self.sheet.1 - width / 2.0).max(self.sheet.0 + width / 2.0);
        if x - width / 2.0 < self.taken + self.gap {
            return None;
        }
        self.taken = x + width / 2.0;
        Some(x)
    }
}

fn with_parts(words: impl Iterator<Item = (usize, (String, String))>) -> Vec<Tick> {
    let mut last = String::new();
    words
        .map(|(position, (words, part_of))| {
            let part_of = (part_of != last).then(|| {
                last.clone_from(&part_of);
                part_of
            });
            Tick {
                position,
                words,
                part_of: part_of.filter(|it| !it.is_empty()),
            }
        })
        .collect()
}

fn stay_apart(ticks: &[Tick], slot: f64, font: Font, gap: f64) -> bool {
    ticks.windows(2).all(|pair| {
        let apart = (pair[1].position - pair[0].position) as f64 * slot;
        let half = |tick: &Tick| text::width(&tick.words, font) / 2.0;
        // The first test is quick and settles most.
        apart >= font.size && apart >= half(&pair[0]) + half(&pair[1]) + gap
    })
}

/// Where two parts would touch, the earlier one goes: the later one has more of the axis.
fn drop_crowded_parts(mut ticks: Vec<Tick>, slot: f64, font: Font, gap: f64) -> Vec<Tick> {
    let mut next: Option<(f64, f64)> = None;
    for tick in ticks.iter_mut().rev() {
        let Some(part_of) = &tick.part_of else {
            continue;
        };
        let at = tick.position as f64 * slot;
        let half = text::width(part_of, font) / 2.0;
        if next.is_some_and(|(later, later_half)| later - at < half + later_half + gap) {
            tick.part_of = None;
        } else {
            next = Some((at, half));
        }
    }
    ticks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(texts: &[String]) -> Vec<Label> {
        texts.iter().map(|it| Label::read(it)).collect()
    }

    fn named(labels: &[Label], slot: f64) -> Vec<String> {
        ticks(labels, slot, Font::regular(11.0))
            .into_iter()
            .map(|it| match it.part_of {
                Some(part_of) => format!("{}/{part_of}", it.words),
                None => it.words,
            })
            .collect()
    }

    fn months(count: u32) -> Vec<Label> {
        let label = |it| format!("{}-{:02}", 2026 + it / 12, it % 12 + 1);
        labels(&(0..count).map(label).collect::<Vec<_>>())
    }

    #[test]
    fn a_label_is_read_as_what_it_is() {
        for (label, long) in [
            ("2026-03-31", "on 31 March 2026"),
            ("2026-W14", "in week 14 of 2026"),
            ("2026-12", "in December 2026"),
            ("2026-Q1", "in Q1 2026"),
            ("2026", "in 2026"),
            ("month 3", "in month 3"),
            ("day 3", "on day 3"),
            ("2026-13", "in 2026-13"),
            ("whenever", "in whenever"),
            ("", "in "),
        ] {
            assert_eq!(Label::read(label).when(), long);
        }
    }

    #[test]
    fn a_wide_axis_names_every_month_and_each_year_once() {
        let year = named(&months(13), 60.0);
        assert_eq!(year[..2], ["Jan/2026", "Feb"]);
        assert_eq!(year[12], "Jan/2027");
    }

    #[test]
    fn a_narrow_axis_names_round_months_then_years() {
        assert_eq!(
            named(&months(24), 14.0)[..5],
            ["Jan/2026", "Apr", "Jul", "Oct", "Jan/2027"]
        );
        assert_eq!(named(&months(60), 4.0), ["2026", "2027", "2028", "2029", "2030"]);
    }

    #[test]
    fn days_become_months_when_there_are_many() {
        let days: Vec<String> = (0..365)
            .map(|it| format!("2026-{:02}-{:02}", it / 31 + 1, it % 31 + 1))
            .collect();
        let days = labels(&days);
        assert_eq!(named(&days, 2.4)[..2], ["Jan/2026", "Feb"]);
        assert_eq!(named(&days[..5], 60.0)[..2], ["1/Jan 2026", "2"]);
    }

    #[test]
    fn rows_are_named_as_often_as_lines_fit() {
        let font = Font::regular(10.0);
        let positions = |slot| -> Vec<usize> { rows(&months(12), slot, font).iter().map(|it| it.position).collect() };
        assert_eq!(positions(14.0), (0..12).collect::<Vec<_>>());
        assert_eq!(positions(7.0), [0, 2, 4, 6, 8, 10]);
        assert_eq!(positions(5.0), [0, 3, 6, 9]);
    }

    #[test]
    fn one_period_is_always_named() {
        assert_eq!(named(&months(1), 300.0), ["Jan/2026"]);
        assert_eq!(named(&labels(&["month 1".into()]), 300.0), ["1/month"]);
    }

    #[test]
    fn words_pushed_inwards_give_way() {
        let mut row = Row::new((0.0, 100.0), 4.0);
        assert_eq!(row.place(5.0, 20.0), Some(10.0));
        assert_eq!(row.place(40.0, 20.0), Some(40.0));
        assert_eq!(row.place(95.0, 90.0), None);
        assert_eq!(row.place(95.0, 40.0), Some(80.0));
    }

    #[test]
    fn parts_that_would_touch_give_way() {
        let days = labels(&["2026-03-31".into(), "2026-04-01".into()]);
        assert_eq!(named(&days, 40.0), ["31", "1/Apr 2026"]);
    }
}
