//! What was counted and booked in one replication: whole numbers only, so that the order of
//! adding cannot matter.

use crate::plan::Plan;

/// The counts and sums of a replication, or of a part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// By bin and column: arrivals, moves by the branch that led there, first conversions, …
    pub counts: Vec<u64>,
    /// The same by row of groups and stretch.
    pub groups: Vec<u64>,
    /// Amounts that vary, by bin and sum, in ten-thousandths.
    pub sums: Vec<i128>,
    /// The same by row of groups.
    pub group_sums: Vec<i128>,
    /// By branch: decisions for it whose move falls behind the horizon.
    pub cut: Vec<u64>,
    /// By branch: moves of the pipeline that were decided before the horizon began.
    pub from_waiting: Vec<u64>,
    /// By visited step: customers who reached it at all.
    pub distinct: Vec<u64>,
    /// By stage: arrivals who came this far or further.
    pub funnel: Vec<u64>,
    /// By period of arrival and period: arrivals won. `None` if there are too many periods.
    pub cohorts: Option<Vec<u64>>,
    /// By stretch and place: decisions at steps whose delays differ; empty if there are none.
    pub places: Vec<u64>,
    /// By tick: revenue minus cost, if there is a discount rate.
    pub net: Vec<i128>,
    /// By row: customers of the pipeline.
    pub waiting: Vec<u64>,
    /// A step at which an amount was too large to book.
    pub overflow: Option<usize>,
    /// How many times a customer took a branch.
    pub moves: u64,
}

/// With more periods than this a table of arrivals by period and age is no use to anybody.
pub(super) const COHORT_PERIODS_MAX: usize = 1_000;

impl Tally {
    /// Nothing counted yet.
    #[must_use]
    pub fn new(plan: &Plan) -> Self {
        let (bins, columns, rows) = (plan.bins.len(), plan.columns.count, plan.groups.rows);
        let periods = plan.periods.len();
        Self {
            counts: vec![0; bins * columns],
            groups: vec![0; rows * plan.stretches.len() * columns],
            sums: vec![0; bins * plan.columns.sums],
            group_sums: vec![0; rows * plan.columns.sums],
            cut: vec![0; plan.branch_to.len()],
            from_waiting: vec![0; plan.branch_to.len()],
            distinct: vec![0; plan.visited.len()],
            funnel: vec![0; plan.stages],
            cohorts: (periods <= COHORT_PERIODS_MAX).then(|| vec![0; periods * periods]),
            places: vec![0; if plan.counts_places { plan.delays.len() } else { 0 }],
            net: vec![0; plan.discounts.as_ref().map_or(0, Vec::len)],
            waiting: vec![0; rows],
            overflow: None,
            moves: 0,
        }
    }

    /// Forgets everything, keeping the room.
    pub fn clear(&mut self) {
        for counts in [
            &mut self.counts,
            &mut self.groups,
            &mut self.cut,
            &mut self.from_waiting,
            &mut self.distinct,
            &mut self.funnel,
            &mut self.places,
            &mut self.waiting,
        ] {
            counts.fill(0);
        }
        if let Some(cohorts) = &mut self.cohorts {
            cohorts.fill(0);
        }
        for sums in [&mut self.sums, &mut self.group_sums, &mut self.net] {
            sums.fill(0);
        }
        self.overflow = None;
        self.moves = 0;
    }

    /// Adds another part of the same replication.
    pub fn add(&mut self, other: &Self) {
        let pairs = [
            (&mut self.counts, &other.counts),
            (&mut self.groups, &other.groups),
            (&mut self.cut, &other.cut),
            (&mut self.from_waiting, &other.from_waiting),
            (&mut self.distinct, &other.distinct),
            (&mut self.funnel, &other.funnel),
            (&mut self.places, &other.places),
            (&mut self.waiting, &other.waiting),
        ];
        for (mine, theirs) in pairs {
            mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine += theirs);
        }
        if let (Some(mine), Some(theirs)) = (&mut self.cohorts, &other.cohorts) {
            mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine += theirs);
        }
        let pairs = [
            (&mut self.sums, &other.sums),
            (&mut self.group_sums, &other.group_sums),
            (&mut self.net, &other.net),
        ];
        for (mine, theirs) in pairs {
            mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine += theirs);
        }
        self.overflow = self.overflow.or(other.overflow);
        self.moves += other.moves;
    }
}
