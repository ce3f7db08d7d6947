//! From the replications of several options, side by side, to a comparison.

use crate::forecast::{Layout, Record, RunInfo};
use crate::plan::Plan;

use super::comparison::{
    BranchComparison, Comparison, ForkComparison, MetricComparison, OptionValue, PeriodComparison, StageComparison,
};
use super::contender::Contender;
use super::option::{Better, better, standings};
use super::paired::{Paired, Values};

/// The version of a comparison's JSON.
const VERSION: u32 = 1;

/// The records of all options, side by side.
pub(super) struct Sheet<'a> {
    pub(super) contenders: &'a [Contender],
    pub(super) plans: &'a [Plan],
    pub(super) layouts: &'a [Layout],
    pub(super) records: Vec<&'a [Record]>,
}

impl Sheet<'_> {
    pub(super) fn comparison(&self, run: RunInfo) -> Comparison {
        let mut warnings = Vec::new();
        if run.cut_short {
            warnings.push(format!(
                "cut short after {} replications of each option",
                run.replications
            ));
        }
        if run.replications < 100 && run.engine != "exact" {
            let count = run.replications;
            warnings.push(format!("{count} replications are too few for trustworthy ranges"));
        }
        if run.engine == "exact" {
            warnings.push("the exact engine knows no luck: ranges and probabilities are over worlds only".to_owned());
        }
        Comparison {
            comparison: VERSION,
            forksight: env!("CARGO_PKG_VERSION").to_owned(),
            run,
            options: self.contenders.iter().map(|it| it.info.clone()).collect(),
            totals: self.totals(),
            periods: self.periods(),
            funnel: self.funnel(),
            forks: self.forks(),
            warnings,
        }
    }

    fn cell(&self, option: usize, cell: usize) -> Vec<f64> {
        self.records[option].iter().map(|it| it[cell]).collect()
    }

    /// One quantity of every option that has it.
    fn values(&self, better: Option<Better>, of: impl Fn(usize) -> Option<Values>) -> Vec<Option<OptionValue>> {
        let values: Vec<Option<Values>> = (0..self.contenders.len()).map(of).collect();
        let base = values[0].as_ref();
        let known: Vec<usize> = (0..values.len()).filter(|it| values[*it].is_some()).collect();
        let standings = better.filter(|_| known.len() > 1).map(|better| {
            let each: Vec<Vec<f64>> = values.iter().flatten().map(Values::each).collect();
            standings(&each, better)
        });
        let all = values.iter().enumerate();
        all.map(|(option, value)| {
            let value = value.as_ref()?;
            let paired = base.filter(|_| option > 0).map(|base| Paired::of(base, value));
            let standing = standings.as_ref().and_then(|all| {
                let at = known.iter().position(|it| *it == option)?;
                Some(all[at])
            });
            Some(OptionValue {
                value: value.estimate(),
                probability_better: paired.and_then(|it| match better? {
                    Better::Higher => it.probability_higher,
                    Better::Lower => it.probability_lower,
                }),
                paired,
                probability_best: standing.map(|it| it.probability_best),
                regret: standing.map(|it| it.regret),
            })
        })
        .collect()
    }

    fn metric(&self, metric: &str, of: impl Fn(usize) -> Option<Values>) -> MetricComparison {
        let better = better(metric);
        MetricComparison {
            metric: metric.to_owned(),
            better,
            options: self.values(better, of),
        }
    }

    fn totals(&self) -> Vec<MetricComparison> {
        let names = union(self.layouts.iter().map(|it| &it.totals[..]));
        let counted = names.iter().map(|name| {
            self.metric(name, |option| {
                let at = self.layouts[option].totals.iter().position(|it| it == name)?;
                Some(Values::plain(self.cell(option, at)))
            })
        });
        let rate = |rate: &str, part: &str, base: usize| {
            self.metric(rate, |option| {
                let layout = &self.layouts[option];
                let part = layout.totals.iter().position(|it| it == part)?;
                let (part, base) = (self.cell(option, part), self.cell(option, layout.bases + base));
                Some(Values::share(part, base))
            })
        };
        let rates = [rate("conversion_rate", "won", 0), rate("churn_rate", "churned", 1)];
        counted.chain(rates).collect()
    }

    fn periods(&self) -> Vec<PeriodComparison> {
        let names = union(self.layouts.iter().map(|it| &it.metrics[..]));
        let dated = self.contenders[0].journey.clock.dated;
        let periods = self.plans[0].periods.iter().enumerate();
        periods
            .map(|(period, span)| PeriodComparison {
                period: span.label.clone(),
                from: dated.then(|| span.from.to_string()),
                until: dated.then(|| span.until.to_string()),
                metrics: names
                    .iter()
                    .map(|name| {
                        self.metric(name, |option| {
                            let layout = &self.layouts[option];
                            let at = layout.metrics.iter().position(|it| it == name)?;
                            Some(Values::plain(self.cell(option, layout.period(period, at))))
                        })
                    })
                    .collect(),
            })
            .collect()
    }

    fn funnel(&self) -> Vec<StageComparison> {
        let stages = |option: usize| &self.contenders[option].journey.stages;
        let ids: Vec<Vec<String>> = (0..self.contenders.len())
            .map(|option| stages(option).iter().map(|it| it.id.clone()).collect())
            .collect();
        let names = union(ids.iter().map(|it| &it[..]));
        names
            .iter()
            .map(|id| {
                let at = |option: usize| ids[option].iter().position(|it| it == id);
                let reached = |option: usize| Some(self.cell(option, self.layouts[option].funnel + at(option)?));
                let first = |option: usize| self.cell(option, self.layouts[option].funnel);
                let title = (0..self.contenders.len()).find_map(|it| Some(stages(it)[at(it)?].title.clone()));
                StageComparison {
                    stage: id.clone(),
                    title: title.unwrap_or_default(),
                    reached: self.values(None, |option| reached(option).map(Values::plain)),
                    from_first: self.values(None, |option| {
                        reached(option).map(|it| Values::share(it, first(option)))
                    }),
                }
            })
            .collect()
    }

    fn forks(&self) -> Vec<ForkComparison> {
        let count = self.contenders.len();
        let journey = |option: usize| &self.contenders[option].journey;
        let is_fork = |option: usize, id| journey(option).branches(id).len() > 1;
        let steps: Vec<Vec<String>> = (0..count)
            .map(|option| {
                let steps = journey(option).steps().filter(|(id, _)| is_fork(option, *id));
                steps.map(|(_, step)| step.id.clone()).collect()
            })
            .collect();
        let forks = union(steps.iter().map(|it| &it[..]));
        forks
            .iter()
            .map(|step| {
                let id_in = |option: usize| journey(option).steps().find(|(_, it)| it.id == *step).map(|it| it.0);
                // By option: the branches of this fork, with their cells.
                let branches: Vec<Vec<(String, usize)>> = (0..count)
                    .map(|option| {
                        let ids = id_in(option).map(|id| journey(option).branches(id));
                        ids.into_iter()
                            .flatten()
                            .map(|it| {
                                let cell = self.layouts[option].taken + it.index();
                                (journey(option).branch(it).name.clone(), cell)
                            })
                            .collect()
                    })
                    .collect();
                let named: Vec<Vec<String>> = branches
                    .iter()
                    .map(|all| all.iter().map(|it| it.0.clone()).collect())
                    .collect();
                let names = union(named.iter().map(|it| &it[..]));
                let title = (0..count).find_map(|it| Some(journey(it).step(id_in(it)?).title.clone()));
                ForkComparison {
                    step: step.clone(),
                    title: title.unwrap_or_default(),
                    branches: names
                        .iter()
                        .map(|name| BranchComparison {
                            branch: name.clone(),
                            share: self.values(None, |option| {
                                let (_, cell) = branches[option].iter().find(|it| it.0 == *name)?;
                                let records = self.records[option].iter();
                                let all = records.map(|it| branches[option].iter().map(|(_, cell)| it[*cell]).sum());
                                Some(Values::share(self.cell(option, *cell), all.collect()))
                            }),
                        })
                        .collect(),
                }
            })
            .collect()
    }
}

/// The names of all lists, each once, in the order of the first list that has them.
fn union<'a>(lists: impl Iterator<Item = &'a [String]>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for list in lists {
        // What only a later list has stands behind what it follows there.
        let mut after = 0;
        for name in list {
            match names.iter().position(|it| it == name) {
                Some(at) => after = at + 1,
                None => {
                    names.insert(after, name.clone());
                    after += 1;
                }
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_their_order() {
        let list = |names: &[&str]| names.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        let lists = [list(&["a", "b", "d"]), list(&["a", "c", "d", "e"]), list(&["x", "b"])];
        assert_eq!(
            union(lists.iter().map(|it| &it[..])),
            list(&["x", "a", "c", "b", "d", "e"])
        );
    }
}
