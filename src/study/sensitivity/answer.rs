//! The answer to a question, part by part.

use crate::engine::{Choice, Engine, EngineFault, RunOptions};
use crate::forecast::RunInfo;
use crate::study::Better;
use crate::study::Contender;

use super::SensitivityError;
use super::fixed::Fixed;
use super::information::{self, Candidate};
use super::input::{Input, inputs};
use super::measure::{Course, Measure, Measured, Prepared};
use super::result::{Bar, Information, Point, Sensitivity, Shares, Skipped, TwoWay, Work};
use super::shares::{self, Sampling};
use super::tornado;
use super::two_way::{CELLS, Pair};

/// The version of a sensitivity's JSON.
const VERSION: u32 = 1;
/// Replications in a world for deciding between options, where there is luck.
const LUCKS_TO_DECIDE: u64 = 8;
/// Fewer replications than this make bars nobody should trust.
const REPLICATIONS_LEAST: u64 = 100;

/// A question, with all that is needed to answer it.
pub(super) struct Asked<'a> {
    pub(super) contenders: &'a [Contender],
    pub(super) prepared: &'a [Prepared],
    pub(super) measure: &'a Measure,
    pub(super) better: Option<Better>,
    pub(super) inputs: &'a [Input],
    pub(super) pairs: &'a [Pair],
    pub(super) fixed: &'a [Fixed],
    pub(super) run: RunOptions,
    pub(super) sampling: Sampling,
}

/// What is to be told about an answer.
#[derive(Default)]
struct Remarks {
    /// The parts that were stopped.
    missing: Vec<&'static str>,
    warnings: Vec<String>,
}

/// The metric with every assumption at its mean, and what each assumption does to it.
struct Bars {
    base: Point,
    all: Vec<Bar>,
    skipped: Vec<Skipped>,
}

impl Asked<'_> {
    /// Worlds in which options are compared.
    fn to_decide(&self) -> Sampling {
        if self.run.engine == Engine::Exact {
            Sampling {
                worlds: 2 * self.sampling.worlds,
                ..self.sampling
            }
        } else {
            Sampling {
                replications: LUCKS_TO_DECIDE,
                ..self.sampling
            }
        }
    }

    /// Which option is better, if there is something to decide.
    fn decides(&self) -> Option<Better> {
        self.better.filter(|_| self.contenders.len() > 1)
    }

    /// How many evaluations it takes.
    pub(super) fn count(&self) -> u64 {
        let bars = tornado::count(self.inputs) + 2 * self.fixed.len() as u64;
        let tables = CELLS * self.pairs.len() as u64;
        let of_shares = if self.inputs.is_empty() {
            0
        } else {
            shares::count(self.inputs, self.sampling)
        };
        let of_options = self
            .decides()
            .map_or(0, |_| information::count(self.contenders.len(), self.to_decide()));
        (bars + tables) * self.run.replications + of_shares + of_options
    }

    /// What to tell of an engine that cannot work out an option.
    fn fault(&self, option: usize) -> impl Fn(EngineFault) -> SensitivityError {
        move |fault| self.contenders[option].at_fault(fault).into()
    }

    fn undefined(&self) -> SensitivityError {
        SensitivityError::Undefined(self.measure.metric.clone())
    }

    /// The answer; `None` if it was stopped before there was anything to tell.
    pub(super) fn answer(&self, choice: Choice, course: &Course<'_>) -> Result<Option<Sensitivity>, SensitivityError> {
        let mut remarks = Remarks::default();
        let measured = self.prepared[0].measured(self.run).map_err(self.fault(0))?;
        let Some(bars) = self.bars(&measured, course, &mut remarks)? else {
            return Ok(None);
        };
        let tables = self.tables(&measured, course, &mut remarks)?;
        let shares = self.shares(&measured, course, &mut remarks)?;
        let information = self.information(course, &mut remarks)?;
        let Remarks { missing, mut warnings } = remarks;
        if !missing.is_empty() {
            warnings.insert(0, format!("cut short: {} missing", missing.join(", ")));
        }
        if self.run.engine != Engine::Exact && self.run.replications < REPLICATIONS_LEAST {
            let count = self.run.replications;
            warnings.push(format!("{count} replications are too few for trustworthy bars"));
        }
        Ok(Some(Sensitivity {
            sensitivity: VERSION,
            forksight: env!("CARGO_PKG_VERSION").to_owned(),
            scenario: self.contenders[0].info.scenario.clone(),
            run: RunInfo {
                cut_short: !missing.is_empty(),
                ..RunInfo::of(
                    &self.contenders[0].journey.clock,
                    choice,
                    self.run.replications,
                    self.run.seed,
                )
            },
            work: Work {
                worlds: self.sampling.worlds,
                replications: self.sampling.replications,
                evaluations: course.done.get(),
            },
            metric: self.measure.metric.clone(),
            better: self.better,
            over: self.measure.over.clone().unwrap_or_else(|| "horizon".to_owned()),
            base: bars.base,
            tornado: bars.all,
            skipped: bars.skipped,
            shares,
            tables,
            information,
            warnings,
        }))
    }

    fn bars(
        &self,
        measured: &Measured<'_>,
        course: &Course<'_>,
        remarks: &mut Remarks,
    ) -> Result<Option<Bars>, SensitivityError> {
        let found = tornado::of_inputs(measured, self.inputs, self.run.replications, course);
        let Some((base, mut bars)) = found.map_err(self.fault(0))? else {
            return Ok(None);
        };
        let journey = &self.contenders[0].journey;
        let more = tornado::of_fixed(journey, self.measure, self.fixed, self.run, &base, course);
        let mut skipped = Vec::new();
        match more.map_err(self.fault(0))? {
            Some((more, left_out)) => {
                bars.extend(more);
                skipped = left_out;
            }
            None => remarks.missing.push("bars of what is fixed"),
        }
        if !base.point.value.is_finite() || bars.iter().any(|it| !it.swing.is_finite()) {
            return Err(self.undefined());
        }
        tornado::sort(&mut bars);
        Ok(Some(Bars {
            base: base.point,
            all: bars,
            skipped,
        }))
    }

    fn tables(
        &self,
        measured: &Measured<'_>,
        course: &Course<'_>,
        remarks: &mut Remarks,
    ) -> Result<Vec<TwoWay>, SensitivityError> {
        let mut tables = Vec::new();
        for pair in self.pairs {
            let about = (&self.contenders[0].journey, self.measure);
            let found = pair.table(measured, about, self.run, course);
            let Some((table, empty)) = found.map_err(self.fault(0))? else {
                remarks.missing.push("tables");
                break;
            };
            if empty > 0 {
                remarks.warnings.push(format!(
                    "{empty} cells of the table of `{}` and `{}` are empty: chances of a fork would pass 1",
                    table.rows.path, table.columns.path
                ));
            }
            tables.push(table);
        }
        Ok(tables)
    }

    fn shares(
        &self,
        measured: &Measured<'_>,
        course: &Course<'_>,
        remarks: &mut Remarks,
    ) -> Result<Option<Shares>, SensitivityError> {
        if self.inputs.is_empty() {
            let nothing = "nothing is uncertain in this scenario: there are no shares of variance";
            remarks.warnings.push(nothing.to_owned());
            return Ok(None);
        }
        match shares::shares(measured, self.inputs, self.sampling, course).map_err(self.fault(0))? {
            shares::Outcome::Known(it) => return Ok(Some(it)),
            shares::Outcome::NoVariance => remarks.warnings.push(format!(
                "what is uncertain does not move `{}`, or by less than luck hides",
                self.measure.metric
            )),
            shares::Outcome::Undefined => return Err(self.undefined()),
            shares::Outcome::Stopped => remarks.missing.push("shares of variance"),
        }
        Ok(None)
    }

    fn information(&self, course: &Course<'_>, remarks: &mut Remarks) -> Result<Option<Information>, SensitivityError> {
        let Some(better) = self.decides() else {
            if self.contenders.len() > 1 {
                remarks.warnings.push(format!(
                    "whether more `{}` is better depends on what one wants: there is no value of information",
                    self.measure.metric
                ));
            }
            return Ok(None);
        };
        let mut candidates = Vec::new();
        for (at, it) in self.contenders.iter().enumerate() {
            candidates.push(Candidate {
                option: it.info.option.clone(),
                note: it.info.note.clone(),
                measured: self.prepared[at].measured(self.run).map_err(self.fault(at))?,
                inputs: inputs(&it.journey),
            });
        }
        let found = information::information(&candidates, better, self.to_decide(), course);
        match found.map_err(self.fault(0))? {
            information::Outcome::Known(it) => Ok(Some(it)),
            information::Outcome::Undefined => Err(self.undefined()),
            information::Outcome::Stopped => {
                remarks.missing.push("value of information");
                Ok(None)
            }
        }
    }
}
