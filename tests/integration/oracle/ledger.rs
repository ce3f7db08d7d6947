//! What the customers of a flow add to cells: first and second moments.

use super::spec::Step;
use super::walk::Walk;

/// The chance to be in a state, and the moments of what was booked on the way there: of each
/// followed cell E\[R; here\] and E\[R²; here\].
#[derive(Debug, Clone, Default)]
pub(super) struct Flow {
    pub(super) chance: f64,
    pub(super) moments: Vec<(f64, f64)>,
}

impl Flow {
    pub(super) fn times(&self, share: f64) -> Self {
        let moments = self.moments.iter().map(|it| (it.0 * share, it.1 * share));
        Self {
            chance: self.chance * share,
            moments: moments.collect(),
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.chance += other.chance;
        if self.moments.len() < other.moments.len() {
            self.moments.resize(other.moments.len(), (0.0, 0.0));
        }
        for (mine, theirs) in self.moments.iter_mut().zip(&other.moments) {
            mine.0 += theirs.0;
            mine.1 += theirs.1;
        }
    }
}

/// How the second moment of a cell is found.
#[derive(Debug, Clone, Copy)]
pub(super) enum Follow {
    /// A customer adds 1 at most once: it is the first moment.
    Once,
    /// Along the path, at this position of a flow.
    Along(usize),
    /// Not at all, to save time.
    Not,
}

impl Follow {
    fn of(name: &str) -> Self {
        let (scope, metric) = name.split_once(' ').expect("names have two parts");
        let is_once = ["arrivals", "won", "lost", "churned", "other", "open"].contains(&metric);
        if is_once || ["customers", "funnel", "end"].contains(&scope) || metric.starts_with("open.") {
            Self::Once
        } else if ["total", "reached", "taken"].contains(&scope) {
            Self::Along(0)
        } else {
            Self::Not
        }
    }
}

/// What one customer adds to a cell.
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) first: f64,
    pub(super) second: f64,
    pub(super) jump: f64,
    pub(super) follow: Follow,
}

impl Walk<'_> {
    /// Adds an amount to a cell for the customers of a flow.
    pub(super) fn book(&mut self, name: String, mean: f64, variance: f64, flow: &mut Flow) {
        let known = self.ids.get(&name).copied();
        let at = known.unwrap_or_else(|| self.open_entry(name));
        let entry = &mut self.entries[at];
        entry.jump = entry.jump.max(mean.abs() + 8.0 * variance.sqrt());
        entry.first += flow.chance * mean;
        match entry.follow {
            Follow::Once => entry.second += flow.chance * mean,
            Follow::Not => entry.second = f64::NAN,
            Follow::Along(at) => {
                if flow.moments.len() <= at {
                    flow.moments.resize(at + 1, (0.0, 0.0));
                }
                let it = &mut flow.moments[at];
                it.1 += 2.0 * mean * it.0 + (mean * mean + variance) * flow.chance;
                it.0 += mean * flow.chance;
            }
        }
    }

    fn open_entry(&mut self, name: String) -> usize {
        let followed = self.entries.iter().filter(|it| matches!(it.follow, Follow::Along(_)));
        let follow = match Follow::of(&name) {
            Follow::Along(_) => Follow::Along(followed.count()),
            other => other,
        };
        self.ids.insert(name.clone(), self.entries.len());
        self.entries.push(Entry {
            name,
            first: 0.0,
            second: 0.0,
            jump: 0.0,
            follow,
        });
        self.entries.len() - 1
    }

    /// A metric of the horizon and the period.
    pub(super) fn metric(&mut self, metric: &str, tick: usize, mean: f64, variance: f64, flow: &mut Flow) {
        self.book(format!("total {metric}"), mean, variance, flow);
        self.book(format!("{} {metric}", self.tables.labels[tick]), mean, variance, flow);
    }

    /// The same, and of the groups of the customer.
    pub(super) fn of_customer(&mut self, metric: &str, tick: usize, mean: f64, variance: f64, flow: &mut Flow) {
        self.metric(metric, tick, mean, variance, flow);
        for group in self.groups.clone() {
            self.book(format!("{group} {metric}"), mean, variance, flow);
        }
    }

    /// The same for the groups of a step.
    pub(super) fn of_step(&mut self, step: &Step, metric: &str, mean: f64, variance: f64, flow: &mut Flow) {
        let owner = step.owner.or(step.stage.and_then(|at| self.spec.stages[at].owner));
        for (label, name) in [("channel", step.channel), ("owner", owner)] {
            if let Some(name) = name {
                self.book(format!("{label}={name} {metric}"), mean, variance, flow);
            }
        }
    }

    /// Nothing more will be booked.
    pub(super) fn finish(&mut self, flow: &Flow) {
        for entry in &mut self.entries {
            if let Follow::Along(at) = entry.follow {
                entry.second += flow.moments.get(at).map_or(0.0, |it| it.1);
            }
        }
    }
}
