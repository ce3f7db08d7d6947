//! How engines compare, in words.

use super::{Entry, Passage};
use crate::forecast::agreement::{Agreement, Apart, Compared};
use crate::report::number::{several, whole};

/// So many cells are told in which two engines disagree.
const TOLD_MAX: usize = 5;

/// What came of letting engines check each other: one entry for each comparison, and one for each
/// engine that `cannot` run the journey, with the reason.
#[must_use]
pub fn engines(agreements: &[Agreement], cannot: &[(&str, String)]) -> Passage {
    let compared = agreements.iter().map(comparison);
    let unfit = cannot.iter().map(|(engine, reason)| Entry {
        name: (*engine).to_owned(),
        text: format!("cannot run this journey: {reason}"),
        lines: Vec::new(),
    });
    let mut entries: Vec<Entry> = compared.chain(unfit).collect();
    if agreements.is_empty() {
        entries.insert(
            0,
            Entry {
                name: "nothing to compare".to_owned(),
                text: "a single engine can run this journey".to_owned(),
                lines: Vec::new(),
            },
        );
    }
    Passage {
        heading: "Engines".to_owned(),
        entries,
    }
}

fn comparison(agreement: &Agreement) -> Entry {
    let (one, other) = agreement.engines;
    let what = match agreement.compared {
        Compared::Means => "mean",
        Compared::Spread => "spread",
    };
    let cells = several(agreement.cells, "cell");
    let count = agreement.disagreements.len();
    let (text, lines) = match &agreement.furthest {
        _ if count > 0 => {
            let told = agreement.disagreements.iter().take(TOLD_MAX);
            let mut lines: Vec<String> = told.map(|it| format!("{}: {}", it.cell, by(it))).collect();
            if count > TOLD_MAX {
                lines.push(format!("and {} more", whole((count - TOLD_MAX) as u64)));
            }
            (
                format!("disagree in the {what} of {} of {cells}", whole(count as u64)),
                lines,
            )
        }
        Some(furthest) => {
            let furthest = format!("furthest apart: {}, by {}", furthest.cell, by(furthest));
            (format!("agree in the {what} of {cells}; {furthest}"), Vec::new())
        }
        None => (format!("are the same in the {what} of {cells}"), Vec::new()),
    };
    Entry {
        name: format!("{} and {}", one.word(), other.word()),
        text,
        lines,
    }
}

fn by(apart: &Apart) -> String {
    format!("{:.1} standard errors", apart.errors)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Engine;
    use crate::report::text::TextStyle;
    use crate::report::words::render;

    fn apart(cell: &str, errors: f64) -> Apart {
        Apart {
            cell: cell.to_owned(),
            errors,
        }
    }

    #[test]
    fn a_comparison_reads_well() {
        let agreement = |engines, compared, furthest: Option<Apart>, disagreements: Vec<Apart>| Agreement {
            engines,
            compared,
            cells: 2_154,
            furthest,
            disagreements,
        };
        let bad: Vec<Apart> = (0..7)
            .map(|it| apart(&format!("lost in 2026-0{it}"), 9.0 - f64::from(it)))
            .collect();
        let agreements = [
            agreement(
                (Engine::Individual, Engine::Exact),
                Compared::Means,
                Some(apart("won in 2026-03", 3.26)),
                Vec::new(),
            ),
            agreement(
                (Engine::Cohort, Engine::Exact),
                Compared::Means,
                bad.first().cloned(),
                bad,
            ),
            agreement((Engine::Individual, Engine::Cohort), Compared::Spread, None, Vec::new()),
        ];
        let style = TextStyle::default();
        let read = render(&[engines(&agreements, &[])], style);
        let told = "
Engines
  individual and exact: agree in the mean of 2,154 cells; furthest apart:
      won in 2026-03, by 3.3 standard errors
  cohort and exact: disagree in the mean of 7 of 2,154 cells
    lost in 2026-00: 9.0 standard errors
    lost in 2026-01: 8.0 standard errors
    lost in 2026-02: 7.0 standard errors
    lost in 2026-03: 6.0 standard errors
    lost in 2026-04: 5.0 standard errors
    and 2 more
  individual and cohort: are the same in the spread of 2,154 cells
";
        assert_eq!(read, told);
        let reason = "a rule at step `talk` looks at `days`".to_owned();
        let read = render(&[engines(&[], &[("exact", reason.clone()), ("cohort", reason)])], style);
        let told = "
Engines
  nothing to compare: a single engine can run this journey
  exact: cannot run this journey: a rule at step `talk` looks at `days`
  cohort: cannot run this journey: a rule at step `talk` looks at `days`
";
        assert_eq!(read, told);
    }
}
