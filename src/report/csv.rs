//! Tidy tables for spreadsheets: one header line, one row per thing, empty cells for unknowns.

mod sensitivity;

use super::number;
use crate::forecast::{Estimate, Forecast};
use crate::study::Comparison;
use crate::study::comparison::MetricComparison;

pub use sensitivity::sensitivity;

/// The columns of an estimate.
const ESTIMATE: [&str; 11] = [
    "mean", "se", "p5", "p10", "p20", "p25", "p50", "p75", "p80", "p90", "p95",
];

/// Every file with its name, as `--out` writes them.
#[must_use]
pub fn files(forecast: &Forecast) -> Vec<(&'static str, String)> {
    vec![
        ("periods.csv", periods(forecast)),
        ("demand.csv", demand(forecast)),
        ("forks.csv", forks(forecast)),
        ("funnel.csv", funnel(forecast)),
        ("steps.csv", steps(forecast)),
        ("groups.csv", groups(forecast)),
        ("targets.csv", targets(forecast)),
    ]
}

/// Every metric in every period; `from` and `until` are empty in an undated scenario. This is also
/// what `--format csv` prints.
#[must_use]
pub fn periods(forecast: &Forecast) -> String {
    let mut sheet = Sheet::new(&header(
        &["period", "from", "until", "metric"],
        &[ESTIMATE.map(str::to_owned).to_vec()],
        &[],
    ));
    for period in &forecast.periods {
        for (metric, estimate) in period.metrics.iter() {
            let mut row = vec![
                period.period.clone(),
                optional(period.from.as_deref()),
                optional(period.until.as_deref()),
                metric.to_owned(),
            ];
            row.extend(estimate_cells(estimate));
            sheet.row(&row);
        }
    }
    sheet.text()
}

/// Every metric of every option, over the horizon (whose period is empty) and by period, with what
/// sets it apart from the base. This is what `compare --format csv` prints.
#[must_use]
pub fn comparison(comparison: &Comparison) -> String {
    let said = ["period", "from", "until", "metric", "option"];
    let standing = ["probability_better", "probability_best", "regret"];
    let estimates = [
        ESTIMATE.map(str::to_owned).to_vec(),
        columns("difference"),
        columns("lift"),
    ];
    let mut sheet = Sheet::new(&header(&said, &estimates, &standing));
    let mut rows = |[period, from, until]: [&str; 3], metrics: &[MetricComparison]| {
        for metric in metrics {
            for (option, value) in comparison.options.iter().zip(&metric.options) {
                let Some(value) = value else { continue };
                let said = [period, from, until, &metric.metric, &option.option];
                let mut row: Vec<String> = said.map(str::to_owned).to_vec();
                row.extend(estimate_cells(&value.value));
                let paired = value.paired.map(|it| [it.difference, it.lift]).unwrap_or_default();
                row.extend(paired.iter().flat_map(estimate_cells));
                row.extend([value.probability_better, value.probability_best, value.regret].map(cell));
                sheet.row(&row);
            }
        }
    };
    rows([""; 3], &comparison.totals);
    for it in &comparison.periods {
        let days = [it.from.as_deref(), it.until.as_deref()].map(Option::unwrap_or_default);
        rows([&it.period, days[0], days[1]], &it.metrics);
    }
    sheet.text()
}

/// The points of the grid that sweeps made, one row each: the value of every path that is swept, as a
/// number if all have one, and every metric over the horizon with its difference to the base.
/// `None` if nothing was swept.
#[must_use]
pub fn sweep(comparison: &Comparison) -> Option<String> {
    let points: Vec<usize> = (0..comparison.options.len())
        .filter(|it| !comparison.options[*it].sweep.is_empty())
        .collect();
    let first = &comparison.options[*points.first()?].sweep;
    let paths: Vec<&str> = first.iter().map(|it| it.path.as_str()).collect();
    let value = |option: usize, axis: usize| comparison.options[option].sweep.get(axis);
    let has_numbers = |axis: usize| {
        points
            .iter()
            .all(|it| value(*it, axis).is_some_and(|it| it.number.is_some()))
    };
    let of_metric = |it: &MetricComparison| {
        let estimates = ["mean", "se", "p10", "p90"];
        let value = estimates.map(|estimate| format!("{}_{estimate}", it.metric));
        let difference = estimates.map(|estimate| format!("{}_difference_{estimate}", it.metric));
        [&value[..], &difference, &[format!("{}_probability_better", it.metric)]].concat()
    };
    let metrics: Vec<Vec<String>> = comparison.totals.iter().map(of_metric).collect();
    let mut sheet = Sheet::new(&header(&[&["option"], &paths[..]].concat(), &metrics, &[]));
    for &option in &points {
        let mut row = vec![comparison.options[option].option.clone()];
        row.extend((0..paths.len()).map(|axis| match value(option, axis) {
            Some(it) if has_numbers(axis) => cell(it.number),
            it => it.map_or_else(String::new, |it| it.change.clone()),
        }));
        for metric in &comparison.totals {
            let value = metric.options[option].as_ref();
            let difference = value.and_then(|it| it.paired).map(|it| it.difference);
            for estimate in [value.map(|it| it.value), difference].map(Option::unwrap_or_default) {
                row.extend([estimate.mean, estimate.se, estimate.p10, estimate.p90].map(cell));
            }
            row.push(cell(value.and_then(|it| it.probability_better)));
        }
        sheet.row(&row);
    }
    Some(sheet.text())
}

/// Units of each product in each period, for those who have to deliver them: the median, and what
/// suffices with 80 % and 95 % confidence.
#[must_use]
pub fn demand(forecast: &Forecast) -> String {
    let mut sheet = Sheet::new(&header(&["product", "period", "p50", "p80", "p95"], &[], &[]));
    for (metric, product) in forecast.products() {
        for period in &forecast.periods {
            let units = period.metrics.get(metric).copied().unwrap_or_default();
            let mut row = vec![product.to_owned(), period.period.clone()];
            row.extend([units.p50, units.p80, units.p95].map(cell));
            sheet.row(&row);
        }
    }
    sheet.text()
}

/// Every branch of every fork: how often it is taken, its share, where it ends and its delay in
/// days.
#[must_use]
pub fn forks(forecast: &Forecast) -> String {
    let mut sheet = Sheet::new(&header(
        &["step", "kind", "branch", "to"],
        &[columns("taken"), columns("share")],
        &[
            "converts",
            "churns",
            "worth",
            "delay_days_mean",
            "delay_days_p50",
            "delay_days_p90",
        ],
    ));
    for fork in &forecast.forks {
        for branch in &fork.branches {
            let delay = branch.delay_days;
            let mut row = vec![
                fork.step.clone(),
                fork.kind.clone(),
                branch.branch.clone(),
                branch.to.clone(),
            ];
            row.extend(estimate_cells(&branch.taken));
            row.extend(estimate_cells(&branch.share));
            row.extend([branch.converts, branch.churns, branch.worth].map(cell));
            row.extend([delay.mean, delay.p50, delay.p90].map(cell));
            sheet.row(&row);
        }
    }
    sheet.text()
}

/// The stages in order, with shares of the previous and the first one.
#[must_use]
pub fn funnel(forecast: &Forecast) -> String {
    let mut sheet = Sheet::new(&header(
        &["stage", "title", "owner"],
        &[columns("reached"), columns("from_previous"), columns("from_first")],
        &[],
    ));
    for stage in &forecast.funnel {
        let mut row = vec![
            stage.stage.clone(),
            stage.title.clone(),
            optional(stage.owner.as_deref()),
        ];
        row.extend(estimate_cells(&stage.reached));
        row.extend(estimate_cells(&stage.from_previous.unwrap_or_default()));
        row.extend(estimate_cells(&stage.from_first.unwrap_or_default()));
        sheet.row(&row);
    }
    sheet.text()
}

/// Every step: visits, distinct customers and what follows.
#[must_use]
pub fn steps(forecast: &Forecast) -> String {
    let mut sheet = Sheet::new(&header(
        &["step", "title", "stage", "channel", "owner"],
        &[columns("reached"), columns("customers")],
        &["converts", "worth"],
    ));
    for step in &forecast.steps {
        let mut row = vec![
            step.step.clone(),
            step.title.clone(),
            optional(step.stage.as_deref()),
            optional(step.channel.as_deref()),
            optional(step.owner.as_deref()),
        ];
        row.extend(estimate_cells(&step.reached));
        row.extend(estimate_cells(&step.customers));
        row.extend([step.converts, step.worth].map(cell));
        sheet.row(&row);
    }
    sheet.text()
}

/// Every metric of every group; `by` is `arrival`, an attribute, `channel` or `owner`.
#[must_use]
pub fn groups(forecast: &Forecast) -> String {
    let mut sheet = Sheet::new(&header(
        &["by", "group", "metric"],
        &[ESTIMATE.map(str::to_owned).to_vec()],
        &[],
    ));
    for (by, groups) in forecast.groups.iter() {
        for group in groups {
            for (metric, estimate) in group.metrics.iter() {
                let mut row = vec![by.to_owned(), group.group.clone(), metric.to_owned()];
                row.extend(estimate_cells(estimate));
                sheet.row(&row);
            }
        }
    }
    sheet.text()
}

/// The targets, with the probability of meeting each.
#[must_use]
pub fn targets(forecast: &Forecast) -> String {
    let mut sheet = Sheet::new(&header(
        &[
            "target",
            "metric",
            "at_least",
            "at_most",
            "so_far",
            "over",
            "probability",
            "se",
            "expected",
            "gap_80",
        ],
        &[],
        &[],
    ));
    for target in &forecast.targets {
        sheet.row(&[
            target.target.clone(),
            target.metric.clone(),
            cell(target.at_least),
            cell(target.at_most),
            cell(Some(target.so_far)),
            target.over.clone(),
            cell(target.probability),
            cell(target.se),
            cell(Some(target.expected)),
            cell(target.gap_80),
        ]);
    }
    sheet.text()
}

/// The columns of one of several estimates in a row: `taken_mean`, `taken_se`, ….
fn columns(name: &str) -> Vec<String> {
    ESTIMATE.map(|it| format!("{name}_{it}")).to_vec()
}

fn header(first: &[&str], estimates: &[Vec<String>], last: &[&str]) -> Vec<String> {
    let owned = |names: &[&str]| names.iter().map(|&it| it.to_owned()).collect();
    [owned(first), estimates.concat(), owned(last)].concat()
}

fn estimate_cells(estimate: &Estimate) -> [String; 11] {
    [
        estimate.mean,
        estimate.se,
        estimate.p5,
        estimate.p10,
        estimate.p20,
        estimate.p25,
        estimate.p50,
        estimate.p75,
        estimate.p80,
        estimate.p90,
        estimate.p95,
    ]
    .map(cell)
}

fn cell(value: Option<f64>) -> String {
    value.and_then(number::plain).unwrap_or_default()
}

fn optional(text: Option<&str>) -> String {
    text.unwrap_or_default().to_owned()
}

/// Rows on their way into text.
struct Sheet(csv::Writer<Vec<u8>>);

impl Sheet {
    fn new(header: &[String]) -> Self {
        let mut sheet = Self(csv::Writer::from_writer(Vec::new()));
        sheet.row(header);
        sheet
    }

    fn row(&mut self, cells: &[String]) {
        self.0
            .write_record(cells)
            .expect("memory takes every row, and all rows have the header's columns");
    }

    fn text(self) -> String {
        let bytes = self.0.into_inner().expect("memory takes every row");
        String::from_utf8(bytes).expect("only strings were written")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    fn check(forecast: &Forecast) {
        for (name, text) in files(forecast) {
            let mut reader = csv::Reader::from_reader(text.as_bytes());
            let columns = reader.headers().expect("there is a header").len();
            for row in reader.records() {
                let row = row.expect("every row has the header's columns");
                assert_eq!(row.len(), columns, "{name}");
                assert!(!row.iter().any(|it| it == "NaN" || it == "null"), "{name}");
            }
        }
    }

    #[test]
    fn every_file_is_a_table() {
        check(&fixture::saas());
        check(&fixture::nobody());
        check(&fixture::long_names());
        check(&fixture::huge(1e14));
    }

    #[test]
    fn every_file_reads_well() {
        let mut forecast = fixture::saas();
        forecast.periods.truncate(2);
        let text: Vec<String> = files(&forecast)
            .into_iter()
            .map(|(name, text)| format!("{name}\n{text}"))
            .collect();
        insta::assert_snapshot!(text.join("\n"));
    }

    #[test]
    fn periods_have_a_row_per_period_and_metric() {
        let forecast = fixture::saas();
        let metrics = forecast.periods[0].metrics.0.len();
        let text = periods(&forecast);
        assert_eq!(text.lines().count(), 1 + 12 * metrics);
        assert!(text.starts_with(
            "period,from,until,metric,mean,se,p5,p10,p20,p25,p50,p75,p80,p90,p95\n\
             2026-01,2026-01-01,2026-01-28,arrivals,"
        ));
    }

    #[test]
    fn a_sweep_is_a_row_a_point_with_its_axes_and_metrics_in_columns() {
        use crate::report::chart::comparison::fixture;

        let text = sweep(&fixture::swept(3, Some(2))).expect("it was swept");
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let header = reader.headers().expect("there is a header").clone();
        assert!(
            text.starts_with("option,steps.rooms.quote.chance,products.nights.price,arrivals_mean,arrivals_se,"),
            "{text}"
        );
        assert!(header.iter().any(|it| it == "profit_difference_p90"));
        let rows: Vec<csv::StringRecord> = reader.records().map(|it| it.expect("it is a row")).collect();
        assert_eq!(rows.len(), 6);
        assert!(rows.iter().all(|it| it.len() == header.len()));
        assert_eq!((&rows[5][1], &rows[5][2]), ("7", "2"));
        assert_eq!(sweep(&fixture::hotel_with(&fixture::names(2))), None);
    }

    #[test]
    fn unknowns_are_empty_and_commas_are_quoted() {
        let forecast = fixture::nobody();
        assert!(periods(&forecast).contains("\nmonth 1,,,conversion_rate,,,,,,,,,,,\n"));
        let text = groups(&fixture::saas());
        assert!(text.contains("\nchannel,\"search, paid\",arrivals,"));
    }

    #[test]
    fn a_forecast_without_products_demands_nothing() {
        let text = demand(&fixture::nobody());
        assert_eq!(text, "product,period,p50,p80,p95\n");
    }
}
