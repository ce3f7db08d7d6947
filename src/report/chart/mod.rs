//! Charts of a forecast and of a comparison: SVG as text and PNG as bytes, the same on every machine.
//!
//! A new kind of chart is one file, one variant of [`ChartKind`] and one line in [`svg`].

mod axis;
pub mod backtest;
mod bridge;
pub(crate) mod canvas;
#[cfg(test)]
pub(crate) mod check;
mod cohorts;
pub mod comparison;
mod demand;
pub(crate) mod diagram;
mod distribution;
mod error;
mod fan;
#[cfg(test)]
mod fixture;
mod flow;
mod forks;
pub(crate) mod frame;
mod funnel;
pub(crate) mod heat;
mod journey;
mod kind;
mod layers;
mod legend;
mod metric;
mod number;
pub(crate) mod palette;
mod period;
mod periods;
mod png;
pub mod sensitivity;
mod target;
pub(crate) mod text;
mod time;

use crate::forecast::Forecast;

pub use error::ChartError;
pub use kind::ChartKind;
pub(crate) use palette::{roles, themes};
pub use png::png;

/// How a chart is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartOptions {
    /// Pixels, 320 to 10,000. Letters and lines grow with it, though less than in proportion.
    pub width: u32,
    /// Pixels; `None` for as many as the content asks for.
    pub height: Option<u32>,
    /// Light on dark instead of dark on light.
    pub dark: bool,
    /// The metric of a fan, a distribution or a bridge, `None` for `won`; the product of a demand,
    /// as `units.PRODUCT`, `None` for the first one.
    pub metric: Option<String>,
}

impl Default for ChartOptions {
    fn default() -> Self {
        Self {
            width: 960,
            height: None,
            dark: false,
            metric: None,
        }
    }
}

/// The chart as SVG. It needs no file, script or font beside it; a viewer that lacks Noto Sans
/// takes another sans-serif.
///
/// # Errors
///
/// Any [`ChartError`] but [`ChartError::Svg`] and [`ChartError::Scale`].
pub fn svg(forecast: &Forecast, kind: ChartKind, options: &ChartOptions) -> Result<String, ChartError> {
    match kind {
        ChartKind::Funnel => funnel::draw(forecast, options),
        ChartKind::Fan => fan::draw(forecast, options),
        ChartKind::Forks => forks::draw(forecast, options),
        ChartKind::Flow => flow::draw(forecast, options),
        ChartKind::Journey => journey::draw(forecast, options),
        ChartKind::Time => time::draw(forecast, options),
        ChartKind::Cohorts => cohorts::draw(forecast, options),
        ChartKind::Distribution => distribution::draw(forecast, options),
        ChartKind::Bridge => bridge::draw(forecast, options),
        ChartKind::Demand => demand::draw(forecast, options),
        ChartKind::Variants | ChartKind::Difference | ChartKind::Sweep => Err(ChartError::Nothing {
            kind,
            why: "a forecast has no options (`compare` makes a comparison of several)".to_owned(),
        }),
        ChartKind::Backtest => Err(ChartError::Nothing {
            kind,
            why: "a forecast does not know what came (`backtest` holds forecasts against it)".to_owned(),
        }),
        ChartKind::Tornado | ChartKind::Shares | ChartKind::By => Err(ChartError::Nothing {
            kind,
            why: "a forecast does not tell what moves it (`sensitivity` does)".to_owned(),
        }),
    }
}

/// A chart that can be drawn of a forecast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chart {
    /// A name for its files, unique among the charts of the forecast: `funnel`, `fan-units-nights`.
    pub name: String,
    /// What it shows.
    pub kind: ChartKind,
    /// How it is drawn.
    pub options: ChartOptions,
}

/// The charts worth drawing of a forecast: every kind that it has something for, once for each
/// metric worth looking at.
#[must_use]
pub fn charts(forecast: &Forecast) -> Vec<Chart> {
    let mut charts: Vec<Chart> = Vec::new();
    for (word, kind) in ChartKind::ALL {
        for metric in worth_drawing(forecast, kind) {
            let stem = match &metric {
                Some(metric) => format!("{word}-{}", metric.replace('.', "-")),
                None => word.to_owned(),
            };
            charts.push(Chart {
                name: unused(&stem, &charts),
                kind,
                options: ChartOptions {
                    metric,
                    ..ChartOptions::default()
                },
            });
        }
    }
    charts
}

/// The metrics to draw a chart of, or one `None` for a kind that takes none; nothing if there is
/// nothing to be seen.
fn worth_drawing(forecast: &Forecast, kind: ChartKind) -> Vec<Option<String>> {
    let once = |it: bool| if it { vec![None] } else { Vec::new() };
    let each = |metrics: Vec<String>| metrics.into_iter().map(Some).collect();
    match kind {
        ChartKind::Funnel => once(!forecast.funnel.is_empty()),
        ChartKind::Fan => each(fan::worth_drawing(forecast)),
        ChartKind::Forks => once(forks::is_worth_drawing(forecast)),
        ChartKind::Flow => once(flow::is_worth_drawing(forecast)),
        ChartKind::Journey => once(journey::is_worth_drawing(forecast)),
        ChartKind::Time => once(time::is_worth_drawing(forecast)),
        ChartKind::Cohorts => once(cohorts::is_worth_drawing(forecast)),
        ChartKind::Distribution => each(distribution::worth_drawing(forecast)),
        ChartKind::Bridge => each(bridge::worth_drawing(forecast)),
        ChartKind::Demand => each(demand::worth_drawing(forecast)),
        ChartKind::Variants
        | ChartKind::Difference
        | ChartKind::Sweep
        | ChartKind::Tornado
        | ChartKind::Shares
        | ChartKind::By
        | ChartKind::Backtest => Vec::new(),
    }
}

/// `stem`, numbered if a chart has it: some file systems do not tell `A` from `a`.
fn unused(stem: &str, charts: &[Chart]) -> String {
    let is_taken = |name: &String| charts.iter().any(|it| it.name.to_lowercase() == name.to_lowercase());
    std::iter::once(stem.to_owned())
        .chain((2..=charts.len() + 2).map(|number| format!("{stem}-{number}")))
        .find(|it| !is_taken(it))
        .expect("there are more numbers than charts")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_chart_of_a_forecast_has_a_name_and_can_be_drawn() {
        let mut forecast = fixture::hotel();
        let charts = super::charts(&forecast);
        let names: Vec<&str> = charts.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "funnel",
                "fan-won",
                "fan-revenue",
                "fan-profit",
                "fan-units-nights",
                "forks",
                "flow",
                "journey",
                "time",
                "cohorts",
                "distribution-won",
                "distribution-revenue",
                "distribution-profit",
                "distribution-units-nights",
                "bridge-won",
                "bridge-revenue",
                "bridge-profit",
                "demand-units-nights",
            ]
        );
        for chart in charts {
            let svg = svg(&forecast, chart.kind, &chart.options).expect("it applies");
            let picture = png(&svg, 1.0).expect("the SVG is sound");
            assert!(picture.starts_with(b"\x89PNG"), "{}", chart.name);
        }

        forecast.funnel.clear();
        forecast.flows.clear();
        fixture::remove_money(&mut forecast);
        let names: Vec<String> = super::charts(&forecast).into_iter().map(|it| it.name).collect();
        assert_eq!(
            names,
            [
                "fan-won",
                "fan-units-nights",
                "forks",
                "time",
                "cohorts",
                "distribution-won",
                "distribution-units-nights",
                "bridge-won",
                "demand-units-nights",
            ]
        );
    }

    #[test]
    fn names_differ_without_regard_to_case() {
        let mut forecast = fixture::hotel();
        for product in ["units.Nights", "units.nights.2"] {
            for period in &mut forecast.periods {
                let estimate = *period.metrics.get("won").expect("won is by period");
                period.metrics.0.push((product.to_owned(), estimate));
            }
        }
        let mut names: Vec<String> = super::charts(&forecast)
            .into_iter()
            .map(|it| it.name.to_lowercase())
            .collect();
        names.sort();
        let count = names.len();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn a_chart_that_cannot_be_drawn_says_why() {
        let whole = fixture::hotel();
        let mut empty = whole.clone();
        empty.funnel.clear();
        empty.periods.clear();
        let with = |metric: &str, width, height| ChartOptions {
            width,
            height,
            metric: Some(metric.to_owned()).filter(|it| !it.is_empty()),
            ..ChartOptions::default()
        };
        let (funnel, fan) = (ChartKind::Funnel, ChartKind::Fan);
        for (forecast, kind, options, expected) in [
            (
                &empty,
                funnel,
                with("", 960, None),
                "the scenario has no stages, so there is no `funnel` chart",
            ),
            (&empty, fan, with("", 960, None), "the forecast has no periods"),
            (
                &whole,
                fan,
                with("revenu", 960, None),
                "there is no metric `revenu`; did you mean `revenue`? (it",
            ),
            (
                &whole,
                fan,
                with("pipeline", 960, None),
                "there is no `fan` chart of `pipeline` (it can show `arrivals`",
            ),
            (
                &whole,
                funnel,
                with("won", 960, None),
                "a `funnel` chart takes no metric",
            ),
            (
                &whole,
                funnel,
                with("", 319, None),
                "a width of 319 pixels: this chart can have 320 to",
            ),
            (&whole, fan, with("", 960, Some(20_000)), "a height of 20000 pixels"),
            (&whole, funnel, with("", 960, Some(100)), "a height of 100 pixels"),
        ] {
            let error = svg(forecast, kind, &options).expect_err(expected).to_string();
            assert!(error.starts_with(expected), "{error}");
        }
    }

    #[test]
    fn the_least_height_that_is_named_is_enough() {
        for (kind, width) in [
            (ChartKind::Funnel, 960),
            (ChartKind::Funnel, 400),
            (ChartKind::Fan, 960),
            (ChartKind::Fan, 400),
            (ChartKind::Forks, 960),
            (ChartKind::Forks, 400),
            (ChartKind::Time, 960),
            (ChartKind::Time, 400),
            (ChartKind::Cohorts, 960),
            (ChartKind::Cohorts, 400),
            (ChartKind::Distribution, 960),
            (ChartKind::Distribution, 400),
            (ChartKind::Bridge, 960),
            (ChartKind::Bridge, 400),
            (ChartKind::Demand, 960),
            (ChartKind::Demand, 400),
        ] {
            let mut options = ChartOptions {
                width,
                height: Some(1),
                ..ChartOptions::default()
            };
            let forecast = fixture::hotel();
            let Err(ChartError::Side { allowed, .. }) = svg(&forecast, kind, &options) else {
                panic!("one pixel is not enough");
            };
            for height in [allowed.0, 1_500] {
                options.height = Some(height);
                let name = format!("{}-{width}-by-{height}", kind.word());
                check::check_one(&name, &forecast, kind, &options);
            }
        }
    }
}
