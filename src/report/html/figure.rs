//! Charts as figures: each drawn for a sheet and for a phone, of which a reader sees one.

use super::markup::{Ids, escaped, put};
use super::picture::{Colors, inline};
use crate::forecast::Forecast;
use crate::report::chart::{Chart, ChartError, ChartKind, ChartOptions};
use crate::report::outline::metric_words;

/// Pixels of a chart on a sheet, and on a phone.
const WIDTHS: [(&str, u32); 2] = [("wide", 880), ("narrow", 360)];

/// The figures drawn so far.
#[derive(Debug)]
pub(super) struct Figures {
    colors: Colors,
    count: usize,
}

impl Default for Figures {
    fn default() -> Self {
        Self {
            colors: Colors::new(),
            count: 0,
        }
    }
}

impl Figures {
    /// The next figure: `svg` draws it as wide as it is told.
    ///
    /// # Errors
    ///
    /// Those of `svg`.
    pub(super) fn draw(
        &mut self,
        name: &str,
        caption: &str,
        ids: &mut Ids,
        svg: impl Fn(Width) -> Result<String, ChartError>,
    ) -> Result<String, ChartError> {
        self.count += 1;
        let mut text = String::new();
        for (class, width) in WIDTHS {
            let picture = svg(Width(width))?;
            if text.is_empty() {
                put!(text, "<figure class=\"{}\">\n", shape(&picture));
            }
            let prefix = ids.take(&format!("chart-{name}-{class}"));
            // What is inside has ids that begin with that one.
            text.push_str(&inline(&picture, &prefix, class, &self.colors));
        }
        put!(
            text,
            "<figcaption>Figure {}: {}</figcaption>\n</figure>\n",
            self.count,
            escaped(caption)
        );
        Ok(text)
    }
}

/// How wide a figure is drawn, in pixels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Width(u32);

impl Width {
    /// A chart that is drawn so wide.
    pub(super) fn of(self, options: &ChartOptions) -> ChartOptions {
        ChartOptions {
            width: self.0,
            ..options.clone()
        }
    }
}

/// How a picture goes on paper: two on a page, one on a page, or one that would be too small to
/// read there and is better drawn narrow.
fn shape(svg: &str) -> &'static str {
    let side = |name: &str| -> Option<f64> {
        let (_, value) = svg.split_once(&format!(" {name}=\""))?;
        value.split('"').next()?.parse().ok()
    };
    let ratio = side("height")
        .zip(side("width"))
        .map_or(0.0, |(height, width)| height / width);
    match ratio {
        it if it > 1.5 => "long",
        it if it > 1.0 => "tall",
        _ => "flat",
    }
}

/// What a figure shows; what it finds is in the picture.
pub(super) fn caption(forecast: &Forecast, chart: &Chart) -> String {
    let metric = metric_words(chart.options.metric.as_deref().unwrap_or("won"));
    let period = &forecast.run.period;
    match chart.kind {
        ChartKind::Funnel => "funnel".to_owned(),
        ChartKind::Fan => format!("{metric} by {period}"),
        ChartKind::Forks => "forks and where their branches end".to_owned(),
        ChartKind::Flow => "flow of customers".to_owned(),
        ChartKind::Journey => "the journey".to_owned(),
        ChartKind::Time => "time to convert".to_owned(),
        ChartKind::Cohorts => format!("cohorts by {period} of arrival"),
        ChartKind::Distribution => format!("distribution of {metric}"),
        ChartKind::Bridge => format!("bridge to {metric}"),
        ChartKind::Demand => format!("demand by {period}, {metric}"),
        ChartKind::Variants => format!("{metric} of every option"),
        ChartKind::Tornado | ChartKind::Shares | ChartKind::By => format!("what moves {metric}"),
        ChartKind::Difference => format!("differences to the base, {metric} by {period}"),
        ChartKind::Sweep => format!("{metric} over the values that were tried"),
        ChartKind::Backtest => format!("backtest of {metric}"),
    }
}
