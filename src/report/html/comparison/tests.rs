//! Pages of comparisons of every kind.

use super::render_comparison;
use crate::forecast::Estimate;
use crate::report::chart::comparison::fixture::{self, hotel_with, mapped, names, swept, undated};
use crate::report::html::check::check;
use crate::study::Comparison;

fn page(name: &str, comparison: &Comparison) -> String {
    let page = render_comparison(comparison).expect("every chart can be drawn");
    if let Ok(folder) = std::env::var("FORKSIGHT_PAGES") {
        std::fs::write(format!("{folder}/compare-{name}.html"), &page).expect("the folder is there");
    }
    check(&page);
    page
}

#[test]
fn every_shipped_scenario_is_a_sound_page() {
    for name in [
        "saas-trial",
        "b2b-inbound",
        "customer-lifecycle",
        "island-lodging",
        "web-shop",
    ] {
        let page = page(name, &fixture::shipped(name, &[]));
        assert!(page.len() < 1_500_000, "{name}: {} bytes", page.len());
        for heading in [
            "The result",
            "What comes when",
            "How far customers get",
            "How it was made",
        ] {
            assert!(page.contains(heading), "{name}: {heading}");
        }
    }
}

#[test]
fn the_best_option_is_told_first() {
    let page = page("hotel", &hotel_with(&names(4)));
    let said = page.find("push has the highest profit").expect("it is said");
    assert!(said < page.find("<figure").expect("there are figures"));
    assert!(page.contains("<table class=\"sortable\">"));
}

#[test]
fn sweeps_many_options_and_odd_numbers_are_sound_pages() {
    let unknown = mapped(hotel_with(&names(3)), |it| {
        it.value = Estimate::default();
        it.paired = None;
    });
    let mut bare = hotel_with(&names(1));
    bare.totals.clear();
    bare.periods.clear();
    bare.funnel.clear();
    bare.forks.clear();
    for (name, comparison) in [
        ("line", swept(8, None)),
        ("grid", swept(5, Some(6))),
        ("40", hotel_with(&names(40))),
        ("unknown", unknown),
        ("undated", undated(hotel_with(&names(1)))),
        ("60-months", fixture::over_months(hotel_with(&names(2)), 60)),
        ("bare", bare),
    ] {
        page(name, &comparison);
    }
}

#[test]
fn names_that_are_markup_are_harmless() {
    let bad = "<script>alert(1)</script> \"'><img src=x onerror=alert(2)> ]]> --> & ${x} \u{0}\u{1b}[31m\u{202e}";
    let mut comparison = swept(3, None);
    comparison.forksight = bad.to_owned();
    comparison.run.why = bad.to_owned();
    comparison.run.engine = bad.to_owned();
    comparison.run.cut_short = true;
    comparison.warnings = vec![bad.to_owned()];
    for option in &mut comparison.options {
        option.option = bad.to_owned();
        option.note = Some(bad.to_owned());
        option.scenario.name = bad.to_owned();
        option.scenario.file = bad.to_owned();
        option.scenario.currency = Some(bad.to_owned());
        option.scenario.set = vec![bad.to_owned()];
        for it in &mut option.sweep {
            it.path = bad.to_owned();
            it.change = format!("{bad}{}", it.change);
        }
    }
    for stage in &mut comparison.funnel {
        stage.title = bad.to_owned();
    }
    for fork in &mut comparison.forks {
        fork.title = bad.to_owned();
        fork.branches[0].branch = bad.to_owned();
    }
    let page = page("markup", &comparison);
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert_eq!(page.matches("<script").count(), 1);
    assert!(!page.contains("<img") && !page.contains('\u{202e}'));
    assert!(page.contains("Cut short"));
}
