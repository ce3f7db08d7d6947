//! In which states customers begin: by source, and by what is drawn of them on arrival.

use crate::journey::{Journey, Key, Mix};
use crate::plan::known::{Caps, Known};
use crate::plan::{Plan, Rates};

use super::{Gains, Unfit};

/// How the customers of a source begin.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryPlan {
    /// The kinds of customers, told apart by the attributes that are drawn and matter.
    pub cases: Vec<EntryCase>,
}

/// One kind of customers of a source.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryCase {
    /// The attributes that are drawn, with their values.
    pub values: Vec<(usize, u32)>,
    /// The state they begin in.
    pub state: u32,
    /// What arriving there means; nothing for the pipeline, which is there already.
    pub gains: Gains,
}

impl EntryPlan {
    /// The share of each case among the customers of `source` who arrive during a stretch.
    #[must_use]
    pub fn shares(&self, plan: &Plan, rates: &Rates, stretch: usize, source: usize) -> Vec<f64> {
        let cases = self.cases.iter();
        cases
            .map(|it| share_of(&it.values, plan, rates, stretch, source))
            .collect()
    }
}

/// The share of customers with these values of drawn attributes among those of `source` who arrive
/// during a stretch.
pub(crate) fn share_of(values: &[(usize, u32)], plan: &Plan, rates: &Rates, stretch: usize, source: usize) -> f64 {
    let share = |(attribute, value): &(usize, u32)| {
        let mix = rates.shares(plan, stretch, source, *attribute);
        mix.iter().find(|it| it.0 == *value).map_or(0.0, |it| it.1)
    };
    values.iter().map(share).product()
}

/// A kind of customers before it begins.
pub(crate) struct Beginner {
    pub(crate) values: Vec<(usize, u32)>,
    pub(crate) known: Known,
}

/// The kinds of customers of a source, before they arrive anywhere.
pub(crate) fn beginners(
    journey: &Journey,
    plan: &Plan,
    caps: &Caps,
    source: usize,
    most: usize,
) -> Result<Vec<Beginner>, Unfit> {
    let arrival = source.min(plan.streams.len());
    let waiting = source.checked_sub(plan.streams.len()).map(|it| &plan.waiting[it]);
    let mix = match source.checked_sub(plan.streams.len()) {
        None => &journey.streams[source].mix,
        Some(entry) => &journey.pipeline[entry].mix,
    };
    let number = |at: usize| u32::try_from(at).expect("rows are few");
    let mut first = Known {
        words: vec![0; plan.memory.words],
        visits: vec![0; caps.count()],
        rows: plan.groups.packs.iter().map(|it| number(it.first_row)).collect(),
    };
    if let Some(field) = plan.memory.field(Key::Arrival) {
        field.set(&mut first.words, arrival as u64);
    }
    add_rows(plan, &mut first.rows, None, number(arrival));
    if let Some(waiting) = waiting {
        plan.memory
            .converted
            .set(&mut first.words, u64::from(waiting.converted));
        // The pipeline is in no row of the funnel: as if all stages were behind it.
        plan.memory.stage.set(&mut first.words, plan.stages as u64);
    }
    let mut kinds = vec![Beginner {
        values: Vec::new(),
        known: first,
    }];
    for (at, attribute) in plan.attributes.iter().enumerate() {
        if attribute.field.is_none() && !attribute.is_grouped {
            continue;
        }
        let values: Vec<u32> = match &mix[at] {
            Mix::Start(value) => vec![*value],
            Mix::Weights(weights) => weights.iter().map(|it| it.0).collect(),
        };
        if kinds.len() * values.len() > most {
            return Err(Unfit::States);
        }
        let is_drawn = values.len() > 1;
        kinds = kinds
            .iter()
            .flat_map(|kind| values.iter().map(move |value| (kind, *value)))
            .map(|(kind, value)| {
                let mut known = kind.known.clone();
                if let Some(field) = attribute.field {
                    field.set(&mut known.words, u64::from(value));
                }
                if attribute.is_grouped {
                    add_rows(plan, &mut known.rows, Some(at), value);
                }
                let mut values = kind.values.clone();
                if is_drawn {
                    values.push((at, value));
                }
                Beginner { values, known }
            })
            .collect();
    }
    Ok(kinds)
}

/// Moves the row of the pack that groups by `grouping` on to the group `value`.
fn add_rows(plan: &Plan, rows: &mut [u32], grouping: Option<usize>, value: u32) {
    for (row, pack) in rows.iter_mut().zip(&plan.groups.packs) {
        if let Some(position) = pack.groupings.iter().position(|it| it.0 == grouping) {
            // Rows count the last grouping of a pack fastest.
            let stride: usize = pack.groupings[position + 1..].iter().map(|it| it.1).product();
            *row += value * u32::try_from(stride).expect("rows are few");
        }
    }
}
