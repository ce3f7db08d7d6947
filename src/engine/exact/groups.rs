//! The groups of customers that totals are told for.

use crate::plan::{Model, States};

/// Which groups the customers of a source belong to. Everybody is group 0.
#[derive(Debug, Clone)]
pub(super) struct Groups {
    pub(super) count: usize,
    /// By source, then by case.
    of: Vec<Vec<Vec<usize>>>,
}

impl Groups {
    /// One group only.
    pub(super) fn everybody(states: &States) -> Self {
        Self {
            count: 1,
            of: states.entries.iter().map(|it| vec![vec![0]; it.cases.len()]).collect(),
        }
    }

    /// Everybody, then by arrival: the streams, and the pipeline if there is one; then by every
    /// category.
    pub(super) fn of(model: Model<'_>, states: &States) -> Self {
        let plan = model.plan;
        let mut it = Self::everybody(states);
        let groupings = (0..plan.attributes.len()).filter(|at| plan.attributes[*at].is_grouped);
        for grouping in [None].into_iter().chain(groupings.map(Some)) {
            let found = plan.groups.packs.iter().enumerate().find_map(|(pack, it)| {
                let position = it.groupings.iter().position(|it| it.0 == grouping)?;
                let below: usize = it.groupings[position + 1..].iter().map(|it| it.1).product();
                Some((pack, below, it.groupings[position].1))
            });
            let (pack, below, size) = found.expect("every grouping is in a pack");
            for (groups, entry) in it.of.iter_mut().zip(&states.entries) {
                for (groups, case) in groups.iter_mut().zip(&entry.cases) {
                    let row = states.rows_of(case.state as usize)[pack] as usize;
                    let group = (row - plan.groups.packs[pack].first_row) / below % size;
                    groups.push(it.count + group);
                }
            }
            // A pack has room for a pipeline whether there is one or not.
            it.count += if grouping.is_none() {
                plan.streams.len() + usize::from(!plan.waiting.is_empty())
            } else {
                size
            };
        }
        it
    }

    pub(super) fn of_case(&self, source: usize, case: usize) -> impl Iterator<Item = usize> {
        self.of[source][case].iter().copied()
    }
}
