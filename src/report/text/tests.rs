//! The terminal report of forecasts of every kind.

use super::*;
use crate::report::fixture;

fn plain(forecast: &Forecast, width: usize) -> String {
    let style = TextStyle { colour: false, width };
    let text = render(forecast, style);
    for line in text.lines() {
        assert!(width_of(line) <= width, "wider than {width}: {line}\n{text}");
        assert!(!line.chars().any(char::is_control), "{line:?}");
        assert_eq!(line, line.trim_end());
    }
    assert!(text.ends_with('\n') && !text.contains("\n\n\n"), "{text}");
    text
}

#[test]
fn a_year_reads_well() {
    insta::assert_snapshot!(plain(&fixture::saas(), 80));
}

#[test]
fn sixty_months_are_folded() {
    let mut forecast = fixture::saas();
    forecast.periods = fixture::periods(60);
    forecast.run.end = Some("2030-12-31".into());
    let text = plain(&forecast, 80);
    assert!(text.contains("37 months left out: `--format csv`"), "{text}");
    insta::assert_snapshot!(text);
}

#[test]
fn nobody_coming_reads_well() {
    insta::assert_snapshot!(plain(&fixture::nobody(), 80));
}

#[test]
fn long_and_wide_names_keep_the_columns_straight() {
    insta::assert_snapshot!(plain(&fixture::long_names(), 80));
}

#[test]
fn huge_numbers_read_well() {
    insta::assert_snapshot!("millions", plain(&fixture::huge(1e4), 80));
    insta::assert_snapshot!("powers", plain(&fixture::huge(1e14), 80));
}

#[test]
fn every_width_is_kept() {
    for forecast in [
        fixture::saas(),
        fixture::nobody(),
        fixture::long_names(),
        fixture::huge(1e3),
        fixture::huge(1e14),
    ] {
        for width in [40, 50, 60, 79, 100, 140, 300] {
            plain(&forecast, width);
        }
    }
}

#[test]
fn colour_changes_nothing_but_colour() {
    let forecast = fixture::saas();
    let style = TextStyle {
        colour: true,
        width: 80,
    };
    let coloured = render(&forecast, style);
    assert!(coloured.contains("\u{1b}["));
    let stripped: String = coloured
        .split('\u{1b}')
        .enumerate()
        .map(|(at, it)| {
            if at == 0 {
                it
            } else {
                it.split_once('m').map_or("", |(_, text)| text)
            }
        })
        .collect();
    assert_eq!(stripped, plain(&forecast, 80));
}

#[test]
fn one_replication_has_no_ranges() {
    let mut forecast = fixture::means_only();
    forecast.run.replications = 1;
    forecast.run.cut_short = true;
    let text = plain(&forecast, 80);
    assert!(!text.contains("80 % range") && !text.contains("90 % range"));
    insta::assert_snapshot!(text);
}

#[test]
fn a_range_that_is_not_known_is_a_dash() {
    let mut forecast = fixture::means_only();
    forecast.run.engine = "exact".into();
    for (name, estimate) in &mut forecast.totals.0 {
        if name == "won" {
            *estimate = fixture::estimate(2_536.8, 177.2);
        }
    }
    let text = plain(&forecast, 80);
    assert!(text.contains("Ranges that are missing"), "{text}");
    let lines: Vec<&str> = text.lines().collect();
    assert!(
        lines.contains(&"  won                              2,540  2,310 to 2,760  ▃▃▄▄▅▅▆▆▇▇██"),
        "{text}"
    );
    assert!(
        lines.contains(&"  churned                          1,048               –  ▃▃▄▄▅▅▆▆▇▇██"),
        "{text}"
    );
}

#[test]
fn money_without_a_currency_has_no_label() {
    let mut forecast = fixture::saas();
    forecast.scenario.currency = None;
    let text = plain(&forecast, 80);
    assert!(!text.contains("EUR") && text.contains("\n  profit  "), "{text}");
}

#[test]
fn a_forecast_of_nothing_is_its_title() {
    let mut forecast = fixture::nobody();
    forecast.totals.0.clear();
    forecast.periods.clear();
    forecast.forks.clear();
    let text = plain(&forecast, 80);
    assert_eq!(text.lines().count(), 5, "{text}");
}
