//! Charts of comparisons of every kind: no word is cut or on another, and they say what they show.

use super::fixture::{self, hotel_with, mapped, names, swept, times, undated};
use super::*;
use crate::forecast::Estimate;
use crate::report::chart::check::{Drawn, check_comparison, plain};

const KINDS: [ChartKind; 3] = [ChartKind::Variants, ChartKind::Difference, ChartKind::Funnel];

fn drawn(name: &str, comparison: &Comparison, kind: ChartKind, metric: Option<&str>) -> Drawn {
    let options = ChartOptions {
        metric: metric.map(str::to_owned),
        ..ChartOptions::default()
    };
    check_comparison(&format!("{}-{name}", kind.word()), comparison, kind, &options)
}

fn said(drawn: &Drawn, words: &str) {
    let all: Vec<String> = drawn.words.iter().map(|it| plain(&it.0)).collect();
    let all = all.join(" ");
    assert!(all.contains(words), "no `{words}` in `{all}`");
}

#[test]
fn options_are_told_apart_by_value_difference_and_certainty() {
    let comparison = hotel_with(&names(4));
    let variants = drawn("hotel", &comparison, ChartKind::Variants, None);
    said(&variants, "push has the highest profit: ");
    said(&variants, "more than the base; best of all in 30 % of futures");
    for words in [
        "Profit, EUR",
        "difference to the base, EUR",
        "may be luck",
        "faster_reply",
    ] {
        said(&variants, words);
    }
    assert!(plain(&variants.svg).contains("<title>push: "));
    let difference = drawn("hotel", &comparison, ChartKind::Difference, None);
    said(&difference, "90 % of futures");
    said(
        &difference,
        "more than the base in total; it differs most in August 2026: ",
    );
    let funnel = drawn("hotel", &comparison, ChartKind::Funnel, None);
    said(&funnel, "brings");
    said(&funnel, "Asks for a price: 12 % of Awareness");
}

#[test]
fn every_shipped_scenario_is_compared() {
    for (name, sets) in [
        ("saas-trial", &[][..]),
        ("b2b-inbound", &[]),
        ("customer-lifecycle", &[]),
        ("island-lodging", &[]),
        ("web-shop", &[]),
        ("fork-in-the-road", &["steps.shop.buys.chance=+1pp"]),
    ] {
        let comparison = fixture::shipped(name, sets);
        for chart in charts(&comparison) {
            let drawn = drawn(
                &format!("{name}-{}", chart.name),
                &comparison,
                chart.kind,
                chart.options.metric.as_deref(),
            );
            assert!(drawn.svg.contains("base"), "{name} {}", chart.name);
        }
    }
}

#[test]
fn few_and_many_options_are_drawn() {
    for count in [1, 2, 7, 13, 40, 60] {
        let comparison = hotel_with(&names(count));
        for kind in KINDS {
            let drawn = drawn(&format!("{count}-options"), &comparison, kind, None);
            let is_capped = match kind {
                ChartKind::Variants => count > 39,
                ChartKind::Difference => count > 12,
                _ => count > 7,
            };
            assert_eq!(
                drawn.has(&format!("of {count} alternatives")) || drawn.has(" that differ most, of"),
                is_capped,
                "{kind:?} {count}"
            );
        }
    }
}

#[test]
fn long_names_are_wrapped() {
    let long = [
        "a campaign of many words that goes on and on, with a discount for those who come again and again",
        "webinar_push+price_of_the_licence+faster_reply_to_everyone_who_asks+loyalty",
        "Donaudampfschifffahrtsgesellschaftskapitänsmützenfabrikverkaufsraum",
        "<b>&\u{202e}\u{7}",
        "",
    ];
    let mut comparison = hotel_with(&long.map(str::to_owned));
    comparison.funnel[2].title = long[0].to_owned();
    comparison.options[0].scenario.currency = Some("a currency of the isles".to_owned());
    for kind in KINDS {
        drawn("long-names", &comparison, kind, None);
    }
}

#[test]
fn odd_numbers_are_drawn() {
    let hotel = || hotel_with(&names(6));
    let all = |factor: f64| {
        mapped(hotel(), |it| {
            it.value = times(&it.value, factor);
            if let Some(paired) = &mut it.paired {
                paired.difference = times(&paired.difference, factor);
            }
        })
    };
    let means_only = mapped(hotel(), |it| {
        let only = |estimate: Estimate| crate::report::chart::fixture::only_mean(estimate);
        it.value = only(it.value);
        if let Some(paired) = &mut it.paired {
            (paired.difference, paired.lift) = (only(paired.difference), only(paired.lift));
        }
    });
    let unknown = mapped(hotel(), |it| {
        it.value = Estimate::default();
        it.paired = None;
        it.probability_better = Some(f64::NAN);
    });
    let mut gaps = hotel();
    for metric in &mut gaps.totals {
        metric.options[2] = None;
    }
    for period in &mut gaps.periods {
        for metric in &mut period.metrics {
            metric.options[2] = None;
            metric.options[0] = None;
        }
    }
    for stage in &mut gaps.funnel {
        stage.reached[2] = None;
        stage.from_first[0] = None;
    }
    for (name, comparison) in [
        ("huge", all(1e180)),
        ("tiny", all(1e-9)),
        ("nothing", all(0.0)),
        ("means", means_only),
        ("unknown", unknown),
        ("gaps", gaps),
        ("undated", undated(hotel())),
        ("one-month", fixture::over_months(hotel(), 1)),
        ("60-months", fixture::over_months(hotel(), 60)),
    ] {
        for kind in KINDS {
            drawn(
                name,
                &comparison,
                kind,
                Some("won").filter(|_| kind != ChartKind::Funnel),
            );
        }
    }
}

#[test]
fn shares_are_in_percent_and_their_differences_in_points() {
    let comparison = hotel_with(&names(3));
    let variants = drawn("rate", &comparison, ChartKind::Variants, Some("conversion_rate"));
    for words in ["Conversion rate, %", "difference to the base, percentage points", "pp"] {
        said(&variants, words);
    }
}

#[test]
fn one_sweep_is_a_line_and_two_are_a_grid() {
    for rows in [2, 8, 40, 200] {
        let line = drawn(&format!("line-{rows}"), &swept(rows, None), ChartKind::Sweep, None);
        said(&line, "Profit is highest at steps.rooms.quote.chance = ");
        said(&line, "Difference to the base, EUR");
    }
    for (rows, columns) in [(2, 2), (5, 4), (8, 9), (3, 40), (40, 25)] {
        let name = format!("grid-{rows}-by-{columns}");
        let grid = drawn(&name, &swept(rows, Some(columns)), ChartKind::Sweep, None);
        said(&grid, "across: products.nights.price");
    }
    let mut words = swept(6, None);
    for option in &mut words.options {
        for it in &mut option.sweep {
            (it.number, it.change) = (None, "a distribution of many words".to_owned() + &it.change);
        }
    }
    drawn("words", &words, ChartKind::Sweep, Some("won"));
    let unknown = mapped(swept(3, Some(3)), |it| {
        it.value = Estimate::default();
        it.paired = None;
    });
    said(
        &drawn("unknown", &unknown, ChartKind::Sweep, Some("won")),
        "Nothing is known of won",
    );
}

#[test]
fn what_cannot_be_drawn_says_why() {
    let comparison = hotel_with(&names(2));
    let error = |comparison: &Comparison, kind, metric: &str| {
        let options = ChartOptions {
            metric: Some(metric.to_owned()).filter(|it| !it.is_empty()),
            ..ChartOptions::default()
        };
        svg(comparison, kind, &options)
            .expect_err("it cannot be drawn")
            .to_string()
    };
    for (kind, metric, expected) in [
        (ChartKind::Sweep, "", "the comparison has no sweep"),
        (
            ChartKind::Variants,
            "proft",
            "there is no metric `proft`; did you mean `profit`?",
        ),
        (
            ChartKind::Difference,
            "conversion_rate",
            "there is no `difference` chart of `conversion_rate`",
        ),
        (ChartKind::Funnel, "won", "a `funnel` chart takes no metric"),
        (ChartKind::Flow, "", "this is a comparison of forecasts"),
    ] {
        let error = error(&comparison, kind, metric);
        assert!(error.starts_with(expected), "{error}");
    }
    let mut three = swept(2, Some(2));
    for option in &mut three.options[1..] {
        let more = option.sweep[0].clone();
        option.sweep.push(more);
    }
    assert!(error(&three, ChartKind::Sweep, "").starts_with("3 values are swept"));
    let mut alone = comparison;
    alone.options.truncate(1);
    assert!(charts(&alone).is_empty());
    assert!(error(&alone, ChartKind::Variants, "").starts_with("the comparison has no alternatives"));
}

#[test]
fn a_comparison_that_is_read_back_draws_the_same() {
    for comparison in [fixture::shipped("saas-trial", &[]), swept(4, Some(3))] {
        let text = crate::report::json::pretty(&comparison);
        let read = crate::report::json::read_comparison(text.as_bytes()).expect("it was just written");
        assert_eq!(charts(&read), charts(&comparison));
        for chart in charts(&comparison) {
            let one = svg(&comparison, chart.kind, &chart.options).expect("it applies");
            assert!(
                one == svg(&read, chart.kind, &chart.options).expect("it applies"),
                "{}",
                chart.name
            );
        }
    }
}

#[test]
fn the_least_height_that_is_named_is_enough() {
    let kinds = KINDS.into_iter().map(|it| (it, hotel_with(&names(5))));
    let sweeps = [swept(6, None), swept(5, Some(6))].map(|it| (ChartKind::Sweep, it));
    for (kind, comparison) in kinds.chain(sweeps) {
        for width in [400, 960] {
            let mut options = ChartOptions {
                width,
                height: Some(1),
                ..ChartOptions::default()
            };
            let Err(ChartError::Side { allowed, .. }) = svg(&comparison, kind, &options) else {
                panic!("one pixel is not enough");
            };
            for height in [allowed.0, allowed.0 + 900] {
                options.height = Some(height);
                let svg = svg(&comparison, kind, &options).expect("it is high enough");
                crate::report::chart::check::read(&format!("{}-{width}-by-{height}", kind.word()), svg);
            }
        }
    }
}
