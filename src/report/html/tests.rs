//! Pages of forecasts of every kind.

use super::check::check;
use super::*;
use crate::report::fixture::{self, SHIPPED, journey_of};

fn page(forecast: &Forecast, journey: &Journey) -> String {
    let page = render(forecast, journey).expect("every chart can be drawn");
    check(&page);
    page
}

fn saas() -> Journey {
    let (_, text) = SHIPPED.iter().find(|it| it.0 == "saas-trial").expect("it is shipped");
    journey_of(text)
}

/// Headings, captions, figures and links, one a line.
fn bones(page: &str) -> String {
    let mut lines = Vec::new();
    for tag in page.split('<') {
        let name = tag.split([' ', '>']).next().unwrap_or_default();
        let text = tag.split_once('>').map_or("", |it| it.1).trim();
        if matches!(name, "h1" | "h2" | "h3" | "caption" | "figcaption" | "summary" | "dt") && !text.is_empty() {
            lines.push(format!("{name} {text}"));
        }
    }
    lines.join("\n")
}

#[test]
fn every_shipped_scenario_is_a_sound_page() {
    for (name, text) in SHIPPED {
        let page = page(&fixture::shipped(name), &journey_of(text));
        assert!(page.len() < 1_500_000, "{name}: {} bytes", page.len());
        if let Ok(folder) = std::env::var("FORKSIGHT_PAGES") {
            std::fs::write(format!("{folder}/{name}.html"), &page).expect("the folder is there");
        }
    }
}

#[test]
fn a_page_has_all_parts_in_the_order_of_reading() {
    insta::assert_snapshot!(bones(&page(&fixture::saas(), &saas())));
}

#[test]
fn names_that_are_markup_are_harmless() {
    let bad = "<script>alert(1)</script> \"'><img src=x onerror=alert(2)> ]]> --> & ${x} \u{0}\u{1b}[31m\u{202e}";
    let mut forecast = fixture::saas();
    forecast.scenario.name = bad.to_owned();
    forecast.scenario.file = bad.to_owned();
    forecast.scenario.sha256 = bad.to_owned();
    forecast.scenario.variant = Some(bad.to_owned());
    forecast.scenario.set = vec![bad.to_owned()];
    forecast.scenario.currency = Some(bad.to_owned());
    forecast.forksight = bad.to_owned();
    forecast.run.why = bad.to_owned();
    forecast.run.engine = bad.to_owned();
    forecast.run.cut_short = true;
    forecast.warnings = vec![bad.to_owned()];
    for step in &mut forecast.steps {
        step.title = bad.to_owned();
        step.owner = Some(bad.to_owned());
        step.channel = Some(bad.to_owned());
    }
    for row in &mut forecast.funnel {
        row.title = bad.to_owned();
        row.owner = Some(bad.to_owned());
    }
    for (_, groups) in &mut forecast.groups.0 {
        for group in groups {
            group.group = bad.to_owned();
        }
    }
    for target in &mut forecast.targets {
        target.target = bad.to_owned();
    }
    for flow in &mut forecast.flows {
        flow.branch = flow.branch.as_ref().map(|_| bad.to_owned());
    }
    let quoted = bad.replace('\\', "\\\\").replace('"', "\\\"");
    let quoted: String = quoted.chars().filter(|it| !it.is_control()).collect();
    let journey = journey_of(&format!(
        "format = 1\nname = \"{quoted}\"\ndescription = \"{quoted}\"\ncurrency = \"{quoted}\"\ncustomers = 10\n\
         [values]\nx = {{ is = \"1 to 2\", source = \"{quoted}\", note = \"{quoted}\" }}\n\
         [steps.a]\ntitle = \"{quoted}\"\nnote = \"{quoted}\"\nsource = \"{quoted}\"\nquotes = [\"{quoted}\"]\n\
         channel = \"{quoted}\"\nowner = \"{quoted}\"\ncost = \"$x\"\nbranches = [{{ to = \"b\", note = \"{quoted}\" }}]\n\
         [steps.b]\noutcome = \"lost\"\n"
    ));
    let page = page(&forecast, &journey);
    // What is told is told as it is written.
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert_eq!(page.matches("<script").count(), 1);
    assert!(!page.contains("<img") && !page.contains('\u{202e}'));
}

#[test]
fn odd_forecasts_are_sound_pages() {
    let journey = saas();
    let mut bare = fixture::nobody();
    bare.totals.0.clear();
    bare.periods.clear();
    bare.forks.clear();
    bare.steps.clear();
    bare.flows.clear();
    bare.outcomes.clear();
    bare.cohorts.clear();
    bare.distribution.0.clear();
    let mut long = fixture::saas();
    long.periods = fixture::periods(60);
    for forecast in [
        bare,
        long,
        fixture::nobody(),
        fixture::long_names(),
        fixture::means_only(),
        fixture::huge(1e14),
    ] {
        page(&forecast, &journey);
    }
}

#[test]
fn a_run_that_was_cut_short_says_so_first() {
    let mut forecast = fixture::saas();
    let journey = saas();
    assert!(!page(&forecast, &journey).contains("Cut short"));
    forecast.run.cut_short = true;
    let page = page(&forecast, &journey);
    let said = page.find("Cut short").expect("it is said");
    assert!(said < page.find("<h2").expect("there are chapters"));
}

#[test]
fn the_same_forecast_is_the_same_page() {
    let journey = saas();
    assert_eq!(render(&fixture::saas(), &journey), render(&fixture::saas(), &journey));
}
