//! Rows of a piece of a log, read but not yet put to their cases.

use super::LogError;
use super::names::{Numbering, hash};
use super::refusal::{Reason, Refusals};
use super::time::Stamp;

/// No value of an attribute.
pub(super) const UNKNOWN: u32 = u32::MAX;
/// Set in the place of an id that stands in [`Batch::spare`].
const SPARE: u32 = 1 << 31;

/// A row that can be used.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    /// When, in UTC.
    pub(super) time: i64,
    /// The hash of the id of its case.
    pub(super) hash: u32,
    id_begin: u32,
    id_length: u32,
    /// Its number among the batch's activities.
    pub(super) activity: u16,
}

/// Rows of a piece of a log.
#[derive(Debug, Default)]
pub(super) struct Batch {
    /// The piece of text.
    pub(super) text: Vec<u8>,
    /// The line of the file that the piece begins with, from 1.
    pub(super) line: u64,
    /// Ids that do not stand in the text as they are.
    spare: Vec<u8>,
    /// Rows that can be used.
    pub(super) rows: Vec<Row>,
    /// By row: its money, if it is asked for.
    pub(super) values: Vec<Option<i64>>,
    /// By row and attribute: the number of its value, or [`UNKNOWN`].
    pub(super) attributes: Vec<u32>,
    pub(super) activities: Numbering,
    pub(super) attribute_values: Vec<Numbering>,
    pub(super) refusals: Refusals,
    /// Rows read, refused or not.
    pub(super) rows_read: u64,
    /// Zones met and how often.
    pub(super) offsets: Vec<(Option<i16>, u64)>,
    /// Whether there are more activities than a log may have.
    pub(super) too_many_activities: bool,
    /// Why the stream ends here, if it should not.
    pub(super) mistake: Option<LogError>,
}

impl Batch {
    /// Forgets everything but the room it takes.
    pub(super) fn clear(&mut self, attributes: usize) {
        self.text.clear();
        self.spare.clear();
        self.rows.clear();
        self.values.clear();
        self.attributes.clear();
        self.activities.clear();
        self.attribute_values.iter_mut().for_each(Numbering::clear);
        self.attribute_values.resize_with(attributes, Numbering::default);
        self.refusals = Refusals::default();
        self.rows_read = 0;
        self.offsets.clear();
        self.too_many_activities = false;
        self.mistake = None;
    }

    /// Where an id of the text is, from its bounds.
    pub(super) fn place_in_text(begin: usize, end: usize) -> Place {
        Place {
            begin: begin as u32,
            length: (end - begin) as u32,
        }
    }

    /// Keeps an id that does not stand in the text as it is.
    pub(super) fn place_in_spare(&mut self, id: &[u8]) -> Place {
        let begin = self.spare.len() as u32 | SPARE;
        self.spare.extend_from_slice(id);
        Place {
            begin,
            length: id.len() as u32,
        }
    }

    /// The id of a row's case.
    #[inline]
    pub(super) fn id(&self, row: &Row) -> &[u8] {
        let begin = (row.id_begin & !SPARE) as usize;
        let held = if row.id_begin & SPARE == 0 {
            &self.text
        } else {
            &self.spare
        };
        &held[begin..begin + row.id_length as usize]
    }

    /// The number of an activity in this batch.
    #[inline]
    pub(super) fn activity(&mut self, name: &[u8]) -> u16 {
        let number = self.activities.number(hash(name), name);
        let number = number.and_then(|it| u16::try_from(it).ok());
        self.too_many_activities |= number.is_none();
        number.unwrap_or(0)
    }

    /// Adds a row that can be used, if its time is one that is kept; `case` is where the `id` is.
    ///
    /// # Errors
    ///
    /// The reason to refuse it.
    #[inline]
    pub(super) fn add(&mut self, id: &[u8], case: Place, activity: u16, stamp: Stamp) -> Result<(), Reason> {
        if !stamp.is_kept() {
            return Err(Reason::Years);
        }
        match self.offsets.iter_mut().find(|it| it.0 == stamp.offset) {
            Some((_, count)) => *count += 1,
            None => self.offsets.push((stamp.offset, 1)),
        }
        let row = Row {
            time: stamp.utc(),
            hash: hash(id),
            id_begin: case.begin,
            id_length: case.length,
            activity,
        };
        self.rows.push(row);
        Ok(())
    }

    /// Notes the attributes of the row added last, in their order; empty is unknown.
    #[inline]
    pub(super) fn attribute(&mut self, attribute: usize, value: &[u8]) {
        let number = if value.is_empty() {
            UNKNOWN
        } else {
            let number = self.attribute_values[attribute].number(hash(value), value);
            number.unwrap_or(UNKNOWN)
        };
        self.attributes.push(number);
    }
}

/// Where an id of a batch is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    begin: u32,
    length: u32,
}
