//! Promises about variants and what is typed on top of a file.

use super::*;

fn selected(text: &str, selection: &Selection) -> Result<Draft, Vec<String>> {
    let scenario = read(text);
    scenario.draft(selection).map_err(|problems| told(&problems))
}

fn with(variants: &[&str], set: &[&str]) -> Selection {
    Selection {
        variants: variants.iter().map(|it| (*it).to_owned()).collect(),
        set: set.iter().map(|it| (*it).to_owned()).collect(),
        ..Selection::default()
    }
}

fn sources(draft: &Draft) -> Vec<&str> {
    draft.changes.iter().map(|it| it.name.as_str()).collect()
}

#[test]
fn changes_apply_variants_first_then_set_then_the_calendar() {
    let set = ["steps.visit.trial.chance=x1.1", "values.seat=12"];
    let draft = selected(FULL, &with(&["push_and_price"], &set)).expect("it is sound");
    let expected = ["webinar_push", "push_and_price", "--set", "spring_sale"];
    assert_eq!(sources(&draft), expected);
    assert_eq!(draft.changes[2].changes.len(), 2);
    let all = [
        with(&["webinar_push+push_and_price"], &set),
        with(&["webinar_push", "push_and_price"], &set),
        with(&["push_and_price", "webinar_push"], &set),
    ];
    for selection in all {
        assert_eq!(selected(FULL, &selection).as_ref(), Ok(&draft));
    }
    let base = selected(FULL, &with(&[], &[])).expect("it is sound");
    assert_eq!(sources(&base), ["spring_sale"]);
}

#[test]
fn whole_entries_of_a_variant_replace_those_of_their_name_or_are_added() {
    let text = format!(
        "{FULL}
        [variants.other]
        pipeline = {{ renewal = [{{ count = 1 }}, {{ count = 2 }}] }}
        customer = {{ score = {{ counter = [0, 9] }}, device = {{ phone = 1 }} }}
        steps.gone = {{ outcome = \"other\" }}
        steps.extra = {{ outcome = \"other\" }}
        arrivals.search = {{ count = 3 }}
        budgets.posters = {{ amount = \"1 per day\" }}
        calendar.spring_sale = {{ until = 2026-04-05, set = {{ \"values.seat\" = 1 }} }}
        calendar.autumn_sale = {{ from = 2026-10-01, set = {{ \"values.seat\" = 2 }} }}
        "
    );
    let base = selected(&text, &with(&[], &[])).expect("it is sound");
    let draft = selected(&text, &with(&["other"], &[])).expect("it is sound");
    let steps = |draft: &Draft| -> Vec<String> { draft.steps.iter().map(|it| it.id.text.clone()).collect() };
    assert_eq!(steps(&draft), [steps(&base), vec!["extra".to_owned()]].concat());
    let gone = steps(&draft).iter().position(|it| it == "gone");
    let gone = &draft.steps[gone.expect("it is there")];
    let outcome = gone.outcome.as_ref().map(|(outcome, at)| (*outcome, at.to_string()));
    let expected = "variants.other.steps.gone.outcome".to_owned();
    assert_eq!(outcome, Some((crate::journey::draft::Outcome::Other, expected)));
    let pipeline: Vec<&str> = draft.pipeline.iter().map(|it| it.step.text.as_str()).collect();
    assert_eq!(pipeline, ["trial", "renewal", "renewal"]);
    assert_eq!(draft.attributes.len(), 3);
    assert_eq!(draft.arrivals.len(), 2);
    assert_eq!(draft.budgets.len(), 2);
    assert_eq!(sources(&draft), ["spring_sale", "autumn_sale"]);
    assert_eq!(draft.changes[0].from, None);
}

#[test]
fn what_was_typed_is_placed_in_what_was_typed() {
    let scenario = read(FULL);
    let selection = Selection {
        variants: vec!["webinar_push+prise".to_owned()],
        set: vec![
            "nothing".to_owned(),
            "steps.visit.trial.chance = { change = \"x2\", again = 1 }".to_owned(),
            "values.seat={ is = }".to_owned(),
            "steps.visit.trial.chance=many".to_owned(),
        ],
        ..Selection::default()
    };
    let problems = scenario.draft(&selection).expect_err("it is not sound");
    let shown: Vec<(&str, &str)> = problems
        .problems
        .iter()
        .map(|it| {
            let text = &problems.sources[it.source].text;
            (it.fault.code, &text[it.span.clone()])
        })
        .collect();
    let expected = [
        ("bad-change", "nothing"),
        ("unknown-key", "again"),
        ("syntax", "{ is = }"),
        ("bad-notation", "many"),
        ("unknown-name", "webinar_push+prise"),
    ];
    assert_eq!(shown, expected);
    let names: Vec<&str> = problems.sources.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["test.toml", "--set", "--set", "--set", "--set", "--variant"]);
}

#[test]
fn mistakes_in_whole_entries_of_a_variant_are_told_there() {
    let text = format!("{FULL}[variants.quiet.arrivals.search]\nrate = \"9 per day\"\nweekdays = {{ else = 0 }}\n");
    let told = checked("test.toml", text.as_bytes());
    assert_eq!(told.len(), 1, "{told:?}");
    let lines = text.lines().count();
    assert!(told[0].starts_with(&format!("zero-weights at {lines}:12:")), "{told:?}");
}

#[test]
fn a_path_that_was_typed_wrongly_is_placed_too() {
    let scenario = read(FULL);
    let problems = scenario.journey(&with(&[], &["steps.visit.coost=1"]));
    let problems = problems.expect_err("there is no such path");
    let problem = &problems.problems[0];
    assert_eq!((problem.fault.code, problem.source), ("unknown-path", 1));
    assert_eq!(problem.span, 0.."steps.visit.coost".len());
}

#[test]
fn mistakes_in_several_typed_changes_are_told_together() {
    let scenario = read(FULL);
    let problems = scenario.journey(&with(&[], &["steps.visit.coost=1", "values.seat=many"]));
    let expected = [
        "unknown-path at 1:1: there is nothing to change at `steps.visit.coost`",
        "bad-notation at 1:13: \"many\" is not a number",
    ];
    assert_eq!(told(&problems.expect_err("both are wrong")), expected);
}

#[test]
fn end_and_period_of_the_command_line_win() {
    let end = jiff::civil::date(2026, 3, 31);
    let selection = Selection {
        period: Some(Period::Week),
        end: Some(end),
        ..Selection::default()
    };
    let draft = selected(FULL, &selection).expect("it is sound");
    assert_eq!(draft.period, Period::Week);
    assert_eq!(draft.horizon.0, crate::clock::Horizon::Until(end));
    let expected = "undated at 1:1: a last day needs a first: the scenario has no `begin`";
    assert_eq!(selected(SMALL, &selection), Err(vec![expected.to_owned()]));
}
