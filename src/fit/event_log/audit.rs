//! What is in a log and what is odd about it: nothing is dropped silently.

use serde::{Deserialize, Serialize};

use super::refusal::{Reason, Refusals};
use super::table::{DAY, Found, day_at};
use super::time::{written, written_day};
use super::{EventLog, Moment};

/// The version of the shape of an [`Audit`] in JSON.
const VERSION: u32 = 1;
/// Shorter gaps are no news, however dense the log.
const GAP_DAYS_MIN: f64 = 7.0;
/// Gaps are told if they are longer than so many usual ones.
const GAPS_USUAL: f64 = 10.0;
/// How many gaps are told, the longest ones.
const GAPS_TOLD: usize = 10;

/// What reading a log showed.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Audit {
    /// Version of this shape.
    pub audit: u32,
    /// How the log is written: `csv`, `xes` or `parquet`.
    pub format: String,
    /// What stands between cells of a text table.
    pub delimiter: Option<char>,
    /// Which columns were used, and for what.
    pub columns: ColumnsUsed,
    /// Rows read, without the header: events, or cases of a wide table.
    pub rows: u64,
    /// Rows that could not be used.
    pub refused: Refused,
    /// Cases with at least one event.
    pub cases: u64,
    /// Events.
    pub events: u64,
    /// What happened, and how often, in order of first appearance.
    pub activities: Vec<Counted>,
    /// Events at the same time as the event of their case before them; they keep the order of the file.
    pub ties: u64,
    /// Events that stood behind a later event of their case; they were moved to their place.
    pub out_of_order: u64,
    /// Events that are the same as another one in case, activity, time and value; they were kept.
    pub duplicates: u64,
    /// The first time, such as `2026-01-31 08:15:00`.
    pub first: Option<String>,
    /// The last time.
    pub last: Option<String>,
    /// The coarsest unit that all times are whole numbers of: `day`, `hour`, `minute`, `second` or
    /// `millisecond`.
    pub resolution: String,
    /// What clock the times are from.
    pub zone: Zone,
    /// Stretches without any event.
    pub gaps: Gaps,
    /// What is known of cases, in the order asked for.
    pub attributes: Vec<AttributeAudit>,
    /// Cases whose last event is not an end: they may still go on. Known once ends are.
    pub open_cases: Option<u64>,
}

/// Columns by what they were used for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ColumnsUsed {
    /// Whom it happened to.
    pub case: String,
    /// What happened; in a wide table, the stages.
    pub activity: Vec<String>,
    /// When it happened; in a wide table, the stages hold it.
    pub time: Option<String>,
    /// The money it came with.
    pub value: Option<String>,
    /// What is known of the case.
    pub attributes: Vec<String>,
    /// What was not used.
    pub ignored: Vec<String>,
}

/// Rows that could not be used.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Refused {
    /// How many.
    pub rows: u64,
    /// How many for which reason, in a fixed order.
    pub reasons: Vec<Counted>,
    /// The first ones.
    pub first: Vec<RefusedRow>,
}

/// A row that could not be used.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RefusedRow {
    /// Where it begins: line of the file, from 1; row in a Parquet file.
    pub line: u64,
    /// Why.
    pub reason: String,
}

/// Something and how often it is there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counted {
    /// What.
    pub name: String,
    /// How often.
    pub count: u64,
}

/// What clock times are from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Zone {
    /// No time has a zone: they are what the clock on the wall showed.
    #[default]
    Unsaid,
    /// All times have the same zone, so many minutes ahead of UTC: they are what the clock there showed.
    Same(i16),
    /// Times have different zones, or some have none: all were converted to UTC.
    Mixed {
        /// The offsets, in minutes ahead of UTC, and how many rows have them.
        offsets: Vec<(i16, u64)>,
        /// Rows without a zone, which were taken for UTC.
        unsaid: u64,
    },
}

/// Stretches without any event.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Gaps {
    /// From a day with events to the next one: the usual number of days, the median.
    pub usual_days: f64,
    /// The longest stretch, if there are two days with events.
    pub longest: Option<Gap>,
    /// Stretches of more than a week that are also more than ten times as long as usual: the longest
    /// ones, in order of time.
    pub long: Vec<Gap>,
}

/// A stretch without events.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Gap {
    /// The last day with events before it.
    pub from: String,
    /// The first day with events behind it.
    pub to: String,
    /// Days from one to the other.
    pub days: u64,
}

/// What is known of an attribute of cases.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AttributeAudit {
    /// Its name.
    pub name: String,
    /// Different values.
    pub values: u64,
    /// Cases without a value.
    pub unknown: u64,
    /// Cases whose rows differ; the first value counts.
    pub differing: u64,
}

impl Audit {
    /// Notes how many cases may still go on: those whose last event is none of `ends`, positions in
    /// [`EventLog::activities`].
    pub fn censored(&mut self, log: &EventLog, ends: &[u32]) {
        let mut open = 0;
        log.visit(0..log.cases(), |_, events| {
            open += u64::from(events.last().is_some_and(|it| !ends.contains(&it.activity)));
        });
        self.open_cases = Some(open);
    }

    /// Of the rows read, the share that could not be used.
    #[must_use]
    pub fn refused_share(&self) -> f64 {
        if self.rows == 0 {
            0.0
        } else {
            self.refused.rows as f64 / self.rows as f64
        }
    }

    /// What sorting showed.
    pub(super) fn note(&mut self, found: &Found, activities: &[String]) {
        self.audit = VERSION;
        self.events = found.counts.iter().sum();
        let counts = found.counts.iter().copied().chain(std::iter::repeat(0));
        let counted = activities.iter().zip(counts).map(|(name, count)| Counted {
            name: name.clone(),
            count,
        });
        self.activities = counted.collect();
        (self.ties, self.out_of_order, self.duplicates) = (found.ties, found.out_of_order, found.duplicates);
        self.first = found.span.map(|it| written(it.0));
        self.last = found.span.map(|it| written(it.1));
        resolution(found.finest).clone_into(&mut self.resolution);
        self.gaps = gaps(&found.days);
    }

    /// Which rows could not be used.
    pub(super) fn refuse(&mut self, refusals: &Refusals) {
        let reasons = Reason::ALL.iter().zip(refusals.counts);
        self.refused = Refused {
            rows: refusals.counts.iter().sum(),
            reasons: reasons
                .filter(|it| it.1 > 0)
                .map(|(reason, count)| Counted {
                    name: reason.words().to_owned(),
                    count,
                })
                .collect(),
            first: refusals.first.clone(),
        };
    }
}

fn resolution(finest: Moment) -> &'static str {
    match finest {
        DAY => "day",
        3_600_000 => "hour",
        60_000 => "minute",
        1_000 => "second",
        _ => "millisecond",
    }
}

fn gaps(days: &[u32]) -> Gaps {
    let busy: Vec<i64> = (0..days.len()).filter(|it| days[*it] > 0).map(day_at).collect();
    let gap = |days: &&[i64]| Gap {
        from: written_day(days[0]),
        to: written_day(days[1]),
        days: (days[1] - days[0]) as u64,
    };
    let length = |it: &&[i64]| it[1] - it[0];
    let mut lengths: Vec<i64> = busy.windows(2).map(|it| length(&it)).collect();
    lengths.sort_unstable();
    let middle = |at: usize| lengths.get(at).copied().unwrap_or(0) as f64;
    let half = lengths.len() / 2;
    let usual_days = match lengths.len() {
        0 => 0.0,
        count if count % 2 == 1 => middle(half),
        _ => f64::midpoint(middle(half - 1), middle(half)),
    };
    let bar = GAP_DAYS_MIN.max(GAPS_USUAL * usual_days);
    let mut long: Vec<&[i64]> = busy.windows(2).filter(|it| length(it) as f64 > bar).collect();
    long.sort_by_key(|it| std::cmp::Reverse(length(it)));
    long.truncate(GAPS_TOLD);
    long.sort_by_key(|it| it[0]);
    // Of several equally long ones, the first.
    let longest = busy.windows(2).rev().max_by_key(length);
    Gaps {
        usual_days,
        longest: longest.as_ref().map(gap),
        long: long.iter().map(gap).collect(),
    }
}
