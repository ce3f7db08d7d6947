//! Events in eight bytes each: written down in the order of the file, then sorted by case and time.

use std::ops::Range;

use super::{Event, Moment};

/// How many cases share a bucket.
pub(super) const CASES: usize = 256;
/// How many different activities there may be.
pub(super) const ACTIVITIES_MAX: usize = 1 << 12;
/// Times are kept from here, the beginning of the year 1700 …
const BEGIN: Moment = -8_520_336_000_000;
/// … for so many milliseconds, to the year 2257.
const SPAN: Moment = 1 << 44;
/// Events of a chunk.
const CHUNK: usize = 256;
/// No money.
const NOTHING: i64 = i64::MIN;

/// Whether a time can be kept.
pub(super) fn is_kept(time: Moment) -> bool {
    (BEGIN..BEGIN + SPAN).contains(&time)
}

/// Case within the bucket (8 bits), activity (12 bits), milliseconds since 1700 (44 bits).
type Packed = u64;

fn pack(case: u32, activity: u16, time: Moment) -> Packed {
    u64::from(case % CASES as u32) << 56 | u64::from(activity) << 44 | (time - BEGIN) as u64
}

fn time_of(packed: Packed) -> Moment {
    (packed & (SPAN as u64 - 1)) as Moment + BEGIN
}

fn activity_of(packed: Packed) -> u32 {
    (packed >> 44) as u32 & (ACTIVITIES_MAX as u32 - 1)
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Chunk {
    events: Box<[Packed; CHUNK]>,
    /// Only if events have money.
    values: Option<Box<[i64; CHUNK]>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Bucket {
    chunks: Vec<Chunk>,
    len: usize,
}

/// All events.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Table {
    buckets: Vec<Bucket>,
    /// By case: where its events end within its bucket, once they are sorted.
    ends: Vec<u32>,
    has_values: bool,
}

/// What sorting a part of the events showed.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    /// Events at the same time as the one of their case before them.
    pub(super) ties: u64,
    /// Events that stood behind a later one of their case.
    pub(super) out_of_order: u64,
    /// Events that are the same as an earlier one of their case in all that is kept.
    pub(super) duplicates: u64,
    /// By activity.
    pub(super) counts: Vec<u64>,
    /// First and last time.
    pub(super) span: Option<(Moment, Moment)>,
    /// By day since 1700: events.
    pub(super) days: Vec<u32>,
    /// The finest of the units that times have: milliseconds.
    pub(super) finest: Moment,
}

/// Units that a time may be a whole number of: day, hour, minute, second, millisecond.
const UNITS: [Moment; 5] = [DAY, 3_600_000, 60_000, 1_000, 1];
pub(super) const DAY: Moment = 86_400_000;
/// Days from the beginning of the kept times to 1970.
const DAYS_BEFORE: Moment = -BEGIN / DAY;

/// The day of a position in [`Found::days`], since 1970.
pub(super) fn day_at(position: usize) -> i64 {
    position as i64 - DAYS_BEFORE - 1
}

impl Table {
    /// A table of events with money or without.
    pub(super) fn new(has_values: bool) -> Self {
        Self {
            has_values,
            ..Self::default()
        }
    }

    /// Writes an event down. The time is one that [`is_kept`], the case at most one more than any before.
    #[inline]
    pub(super) fn push(&mut self, case: u32, activity: u16, time: Moment, value: Option<i64>) {
        let at = case as usize / CASES;
        if at == self.buckets.len() {
            self.buckets.push(Bucket::default());
        }
        let bucket = &mut self.buckets[at];
        let within = bucket.len % CHUNK;
        if within == 0 {
            bucket.chunks.push(Chunk {
                events: Box::new([0; CHUNK]),
                values: self.has_values.then(|| Box::new([NOTHING; CHUNK])),
            });
        }
        let chunk = bucket.chunks.last_mut().expect("one was pushed");
        chunk.events[within] = pack(case, activity, time);
        if let (Some(values), Some(value)) = (&mut chunk.values, value) {
            values[within] = value;
        }
        bucket.len += 1;
    }

    /// Sorts all events by case and time; those of a case at the same time keep their order. Times are
    /// moved by `shift` for what is found, not in the table.
    pub(super) fn settle(&mut self, cases: usize, shift: Moment, threads: usize) -> Found {
        self.ends = vec![0; cases];
        let size = self.buckets.len().div_ceil(threads * 8).max(1);
        let ends = self.ends.chunks_mut(size * CASES);
        let parts: Vec<_> = self.buckets.chunks_mut(size).zip(ends).collect();
        let found = crate::fit::parallel::in_parallel(parts, threads, |(buckets, ends)| {
            let mut found = Found::new();
            let mut scratch = Vec::new();
            for (bucket, ends) in buckets.iter_mut().zip(ends.chunks_mut(CASES)) {
                settle(bucket, ends, &mut scratch, shift, &mut found);
            }
            found
        });
        found.iter().fold(Found::new(), Found::and)
    }

    /// Where the events of a case are within its bucket.
    fn place(&self, case: usize) -> Range<usize> {
        let begin = if case.is_multiple_of(CASES) {
            0
        } else {
            self.ends[case - 1]
        };
        begin as usize..self.ends[case] as usize
    }

    /// Adds the events of a case to `events`, in order of time.
    pub(super) fn events(&self, case: usize, shift: Moment, events: &mut Vec<Event>) {
        let chunks = &self.buckets[case / CASES].chunks;
        let mut place = self.place(case);
        while !place.is_empty() {
            let (chunk, within) = (&chunks[place.start / CHUNK], place.start % CHUNK);
            let here = within..CHUNK.min(within + place.len());
            place.start += here.len();
            let packed = &chunk.events[here.clone()];
            let bare = packed.iter().map(|it| Event {
                activity: activity_of(*it),
                time: time_of(*it) + shift,
                value: None,
            });
            match &chunk.values {
                None => events.extend(bare),
                Some(values) => events.extend(bare.zip(&values[here]).map(|(event, value)| Event {
                    value: Some(*value).filter(|it| *it != NOTHING),
                    ..event
                })),
            }
        }
    }

    /// How many events there are of the cases in the bucket of a case.
    pub(super) fn events_around(&self, case: usize) -> usize {
        self.buckets[case / CASES].len
    }
}

impl Found {
    fn new() -> Self {
        Self {
            finest: DAY,
            ..Self::default()
        }
    }

    fn and(mut self, other: &Self) -> Self {
        self.ties += other.ties;
        self.out_of_order += other.out_of_order;
        self.duplicates += other.duplicates;
        if self.counts.len() < other.counts.len() {
            self.counts.resize(other.counts.len(), 0);
        }
        self.counts
            .iter_mut()
            .zip(&other.counts)
            .for_each(|(it, more)| *it += more);
        if self.days.len() < other.days.len() {
            self.days.resize(other.days.len(), 0);
        }
        let days = self.days.iter_mut().zip(&other.days);
        days.for_each(|(it, more)| *it = it.saturating_add(*more));
        self.span = match (self.span, other.span) {
            (Some(one), Some(other)) => Some((one.0.min(other.0), one.1.max(other.1))),
            (one, other) => one.or(other),
        };
        self.finest = self.finest.min(other.finest);
        self
    }

    fn see(&mut self, activity: u32, time: Moment) {
        let activity = activity as usize;
        if activity >= self.counts.len() {
            self.counts.resize(activity + 1, 0);
        }
        self.counts[activity] += 1;
        // A zone may move a time to the day before the first one kept.
        let day = ((time - BEGIN).div_euclid(DAY) + 1) as usize;
        if day >= self.days.len() {
            self.days.resize(day + 1, 0);
        }
        self.days[day] = self.days[day].saturating_add(1);
        while time.rem_euclid(self.finest) != 0 {
            let coarser = UNITS
                .iter()
                .position(|it| *it == self.finest)
                .expect("it is one of them");
            self.finest = UNITS[coarser + 1];
        }
    }
}

fn settle(bucket: &mut Bucket, ends: &mut [u32], scratch: &mut Vec<(Packed, i64)>, shift: Moment, found: &mut Found) {
    let len = bucket.len;
    let all = bucket.chunks.iter().flat_map(|it| it.events.iter()).take(len);
    let mut places = [0_u32; CASES + 1];
    for packed in all {
        places[(packed >> 56) as usize + 1] += 1;
    }
    for case in 0..CASES {
        places[case + 1] += places[case];
    }
    ends.iter_mut().zip(&places[1..]).for_each(|(end, place)| *end = *place);
    scratch.clear();
    scratch.resize(len, (0, NOTHING));
    let mut left = len;
    for chunk in &bucket.chunks {
        let here = left.min(CHUNK);
        left -= here;
        for at in 0..here {
            let packed = chunk.events[at];
            let value = chunk.values.as_ref().map_or(NOTHING, |it| it[at]);
            let place = &mut places[(packed >> 56) as usize];
            scratch[*place as usize] = (packed, value);
            *place += 1;
        }
    }
    let mut begin = 0;
    for end in ends.iter() {
        order(&mut scratch[begin..*end as usize], shift, found);
        begin = *end as usize;
    }
    let mut sorted = scratch.iter();
    for chunk in &mut bucket.chunks {
        let places = chunk.events.iter_mut().enumerate();
        for ((at, place), (packed, value)) in places.zip(sorted.by_ref()) {
            *place = *packed;
            if let Some(values) = &mut chunk.values {
                values[at] = *value;
            }
        }
    }
}

/// Puts the events of a case in order.
fn order(case: &mut [(Packed, i64)], shift: Moment, found: &mut Found) {
    let mut latest = Moment::MIN;
    let before = found.out_of_order;
    for (packed, _) in case.iter() {
        let time = time_of(*packed);
        found.out_of_order += u64::from(time < latest);
        latest = latest.max(time);
        found.see(activity_of(*packed), time + shift);
    }
    if found.out_of_order > before {
        case.sort_by_key(|it| time_of(it.0));
    }
    if let ([first, ..], [.., last]) = (&*case, &*case) {
        let span = found.span.unwrap_or((Moment::MAX, Moment::MIN));
        found.span = Some((
            span.0.min(time_of(first.0) + shift),
            span.1.max(time_of(last.0) + shift),
        ));
    }
    let same_time = |one: &(Packed, i64), other: &(Packed, i64)| time_of(one.0) == time_of(other.0);
    for tied in case.chunk_by(same_time).filter(|it| it.len() > 1) {
        found.ties += tied.len() as u64 - 1;
        let mut tied = tied.to_vec();
        tied.sort_unstable();
        found.duplicates += tied.windows(2).filter(|it| it[0] == it[1]).count() as u64;
    }
}
