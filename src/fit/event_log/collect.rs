//! Rows of all pieces of a log put to their cases, in the order of the file.

use super::audit::{AttributeAudit, Audit, Zone};
use super::batch::{Batch, UNKNOWN};
use super::names::{Numbering, hash};
use super::refusal::Refusals;
use super::table::{ACTIVITIES_MAX, Found, Table};
use super::{Attribute, EventLog, LogError, Moment};

/// How many different values an attribute may have that was asked for.
const VALUES_MAX: usize = u16::MAX as usize - 1;
/// How many one may have that nobody asked for: names and addresses are no categories.
const VALUES_UNASKED_MAX: usize = 1_000;
/// So many cases are looked up together.
const TOGETHER: usize = 256;
const MINUTE: Moment = 60_000;

/// What is known so far.
#[derive(Debug)]
pub(super) struct Collector {
    cases: Numbering,
    activities: Numbering,
    attributes: Vec<Known>,
    table: Table,
    has_values: bool,
    refusals: Refusals,
    rows: u64,
    /// Zones met and how often.
    offsets: Vec<(Option<i16>, u64)>,
    /// By number of an activity in a batch: its number here.
    activity_here: Vec<u16>,
    /// By attribute and number of a value in a batch: its number here, and one.
    value_here: Vec<Vec<u16>>,
    /// Cases of the rows that come next, if they are known.
    near: Vec<u32>,
}

/// An attribute of cases.
#[derive(Debug, Default)]
struct Known {
    name: String,
    values: Numbering,
    /// By case: the number of its value and one, or 0.
    by_case: Vec<u16>,
    /// By case: whether rows differ.
    differs: Vec<bool>,
    /// Whether it is a mistake if there are too many values; else it is left out.
    is_asked: bool,
    is_left_out: bool,
}

impl Collector {
    /// Nothing yet, of cases with these attributes. If nobody asked for them, those with very many values
    /// are left out.
    pub(super) fn new(attributes: &[String], is_asked: bool, has_values: bool) -> Self {
        let known = |name: &String| Known {
            name: name.clone(),
            is_asked,
            ..Known::default()
        };
        Self {
            cases: Numbering::default(),
            activities: Numbering::default(),
            attributes: attributes.iter().map(known).collect(),
            table: Table::new(has_values),
            has_values,
            refusals: Refusals::default(),
            rows: 0,
            offsets: Vec::new(),
            activity_here: Vec::new(),
            value_here: vec![Vec::new(); attributes.len()],
            near: Vec::new(),
        }
    }

    /// Takes in a batch.
    ///
    /// # Errors
    ///
    /// If there are more activities, values of an attribute or cases than a log may have.
    pub(super) fn take(&mut self, batch: &mut Batch) -> Result<(), LogError> {
        if let Some(mistake) = batch.mistake.take() {
            return Err(mistake);
        }
        self.rows += batch.rows_read;
        self.refusals.append(&mut batch.refusals);
        for (offset, count) in &batch.offsets {
            match self.offsets.iter_mut().find(|it| it.0 == *offset) {
                Some(known) => known.1 += count,
                None => self.offsets.push((*offset, *count)),
            }
        }
        self.activity_here.clear();
        for name in batch.activities.names().iter() {
            let number = self.activities.number(hash(name.as_bytes()), name.as_bytes());
            let number = number.filter(|it| (*it as usize) < ACTIVITIES_MAX);
            self.activity_here.push(number.ok_or(LogError::Activities)? as u16);
        }
        if batch.too_many_activities {
            return Err(LogError::Activities);
        }
        for ((known, here), values) in self
            .attributes
            .iter_mut()
            .zip(&mut self.value_here)
            .zip(&batch.attribute_values)
        {
            here.clear();
            for value in values.names().iter() {
                here.push(known.number(value)?);
            }
        }
        self.rows(batch)
    }

    fn rows(&mut self, batch: &Batch) -> Result<(), LogError> {
        for (at, row) in batch.rows.iter().enumerate() {
            if at % TOGETHER == 0 {
                let next = &batch.rows[at..batch.rows.len().min(at + TOGETHER)];
                self.cases.look_up(next.iter().map(|it| it.hash), &mut self.near);
            }
            let near = self.near[at % TOGETHER];
            let case = self
                .cases
                .number_near(near, row.hash, batch.id(row))
                .ok_or(LogError::Cases)?;
            let value = if self.has_values { batch.values[at] } else { None };
            let activity = self.activity_here[usize::from(row.activity)];
            self.table.push(case, activity, row.time, value);
            let width = self.attributes.len();
            let values = &batch.attributes[at * width..(at + 1) * width];
            for ((known, here), value) in self.attributes.iter_mut().zip(&self.value_here).zip(values) {
                let value = if *value == UNKNOWN { 0 } else { here[*value as usize] };
                known.see(case as usize, value);
            }
        }
        Ok(())
    }

    /// Adds one event; for those who have no batches.
    ///
    /// # Errors
    ///
    /// As [`take`](Self::take).
    pub(super) fn add(
        &mut self,
        case: &str,
        activity: &str,
        time: Moment,
        value: Option<i64>,
        attributes: &[Option<&str>],
    ) -> Result<(), LogError> {
        let number = self.activities.number(hash(activity.as_bytes()), activity.as_bytes());
        let activity = number
            .filter(|it| (*it as usize) < ACTIVITIES_MAX)
            .ok_or(LogError::Activities)? as u16;
        let case = self
            .cases
            .number(hash(case.as_bytes()), case.as_bytes())
            .ok_or(LogError::Cases)?;
        self.table.push(case, activity, time, value);
        for (known, value) in self.attributes.iter_mut().zip(attributes) {
            let value = value.map_or(Ok(0), |it| known.number(it))?;
            known.see(case as usize, value);
        }
        Ok(())
    }

    /// How many attributes cases have.
    pub(super) fn attributes(&self) -> usize {
        self.attributes.len()
    }

    /// The log, and what was found on the way.
    pub(super) fn finish(mut self, threads: usize, audit: &mut Audit) -> EventLog {
        let (shift, zone) = clock(&self.offsets);
        let ids = self.cases.into_names();
        let found = self.table.settle(ids.len(), shift, threads);
        let activities: Vec<String> = self.activities.names().iter().map(str::to_owned).collect();
        audit.rows = self.rows;
        audit.cases = ids.len() as u64;
        audit.zone = zone;
        audit.refuse(&self.refusals);
        audit.note(&found, &activities);
        let Found { span, .. } = found;
        self.attributes.retain(|it| !it.is_left_out);
        let is_there = |name: &String| self.attributes.iter().any(|it| it.name == *name);
        let named = std::mem::take(&mut audit.columns.attributes);
        let (there, left_out): (Vec<String>, Vec<String>) = named.into_iter().partition(is_there);
        audit.columns.attributes = there;
        audit.columns.ignored.extend(left_out);
        for known in &mut self.attributes {
            known.by_case.resize(ids.len(), 0);
        }
        audit.attributes = self.attributes.iter().map(Known::audit).collect();
        EventLog {
            activities,
            attributes: self.attributes.iter().map(Known::attribute).collect(),
            known: self.attributes.into_iter().map(|it| it.by_case).collect(),
            ids,
            table: self.table,
            shift,
            span,
        }
    }
}

impl Known {
    /// The number of a value and one.
    fn number(&mut self, value: &str) -> Result<u16, LogError> {
        if self.is_left_out {
            return Ok(0);
        }
        let number = self.values.number(hash(value.as_bytes()), value.as_bytes());
        let values_max = if self.is_asked { VALUES_MAX } else { VALUES_UNASKED_MAX };
        match number {
            Some(number) if (number as usize) < values_max => Ok(number as u16 + 1),
            _ if self.is_asked => Err(LogError::Values(self.name.clone())),
            _ => {
                self.is_left_out = true;
                Ok(0)
            }
        }
    }

    #[inline]
    fn see(&mut self, case: usize, value: u16) {
        if case >= self.by_case.len() {
            self.by_case.resize(case + 1, 0);
            self.differs.resize(case + 1, false);
        }
        let known = &mut self.by_case[case];
        if *known == 0 {
            *known = value;
        } else if value != 0 && *known != value {
            self.differs[case] = true;
        }
    }

    fn audit(&self) -> AttributeAudit {
        AttributeAudit {
            name: self.name.clone(),
            values: self.values.len() as u64,
            unknown: self.by_case.iter().filter(|it| **it == 0).count() as u64,
            differing: self.differs.iter().filter(|it| **it).count() as u64,
        }
    }

    fn attribute(&self) -> Attribute {
        Attribute {
            name: self.name.clone(),
            values: self.values.names().iter().map(str::to_owned).collect(),
        }
    }
}

/// What to add to UTC to get the clock of the log, and which clock that is.
fn clock(offsets: &[(Option<i16>, u64)]) -> (Moment, Zone) {
    match offsets {
        [] | [(None, _)] => (0, Zone::Unsaid),
        [(Some(offset), _)] => (Moment::from(*offset) * MINUTE, Zone::Same(*offset)),
        _ => {
            let unsaid = offsets.iter().find(|it| it.0.is_none()).map_or(0, |it| it.1);
            let mut offsets: Vec<(i16, u64)> = offsets.iter().filter_map(|it| Some((it.0?, it.1))).collect();
            offsets.sort_unstable();
            (0, Zone::Mixed { offsets, unsaid })
        }
    }
}
