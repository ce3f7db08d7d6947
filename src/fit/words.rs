//! What a fit assumed and what the reader should know, in words.

use std::collections::{BTreeMap, BTreeSet};

use super::build::{Built, Ground};
use super::ends::Named;
use super::findings::{FitReport, StepFinding};
use super::shape::Shape;
use super::silence::{Known, Left};
use super::write::{duration, number};

/// What was assumed, and what the reader should know.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Words {
    pub(crate) assumptions: Vec<String>,
    pub(crate) warnings: Vec<String>,
}

/// The words for a journey whose branches `slowed` would have taken no time in a loop.
pub(crate) fn words(ground: Ground<'_>, built: &Built, shape: &Shape, slowed: &[(usize, usize)]) -> Words {
    let mut words = Words::default();
    let log = ground.log;
    let quoted = |it: &usize| format!("`{}`", log.activities()[*it]);
    words
        .assumptions
        .extend(proposed(log.activities(), ground.ends.named()));
    if ground.window.complete {
        words
            .assumptions
            .push("Every case is finished: its last activity is its end.".to_owned());
    } else {
        let all = 0..log.activities().len();
        let ends: Vec<String> = all
            .filter(|&it| ground.ends.is_last[it] && !ground.ends.is_named(it))
            .map(|it| quoted(&it))
            .collect();
        if !ends.is_empty() {
            words.assumptions.push(format!(
                "Nothing ever follows {}, so the journey ends there; say with --converted and --churned what \
                 that means.",
                ends.join(", ")
            ));
        }
        if let Some(length) = ground.options.churn_after {
            let days = number(length.days());
            words
                .assumptions
                .push(format!("Whoever is silent for {days} days has left."));
        } else if steps_left(ground, built, Left::Silent).next().is_some() {
            words.assumptions.push(
                "Whoever is silent for twice the time within which 99 % of the moves from a step happen has left, \
                 where that is more than 1 % of the visits; --churn-after says it for all steps."
                    .to_owned(),
            );
        }
    }
    let too_short: Vec<String> = steps_left(ground, built, Left::Unseen).collect();
    if !too_short.is_empty() {
        words.warnings.push(format!(
            "The log is too short to tell what becomes of those who wait longest after {}: what happens then is a \
             guess, and most of them end without a name. --churn-after says when silence means that they have left.",
            too_short.join(", ")
        ));
    }
    if !ground.ends.named().converts.contains(&true) {
        words
            .warnings
            .push("Nobody has said which activities convert a customer: say it with --converted.".to_owned());
        words.warnings.extend(last_activities(ground));
    }
    words.warnings.extend(unheard(ground));
    for (step, branch) in slowed {
        let step = &shape.steps[*step];
        let to = &shape.steps[step.branches[*branch].to].id;
        words.assumptions.push(format!(
            "All moves from `{}` to `{to}` take less than half a tick, and they are part of a loop: half an \
             observation of one tick lets time pass.",
            step.id
        ));
    }
    if let Some(elsewhere) = built.elsewhere {
        let moves: f64 = shape.steps[elsewhere].branches.iter().map(|it| it.count).sum();
        words.assumptions.push(format!(
            "{} moves that are less than {} % of their fork go through `{}`.",
            number(moves.round()),
            number(ground.options.min_share * 100.0),
            shape.steps[elsewhere].id
        ));
    }
    words
}

/// What is taken for the ends of journeys because nobody has said what is.
pub(crate) fn proposed(activities: &[String], named: &Named) -> Vec<String> {
    let ends = named.findings(activities);
    let mut words = Vec::new();
    for (sign, because) in [("name", "called so"), ("money", "what comes with money")] {
        for (outcome, meaning) in [
            ("converted", "what converts customers"),
            ("churned", "that with which customers leave"),
        ] {
            let these = ends
                .iter()
                .filter(|it| it.outcome == outcome && it.proposed_by.as_deref() == Some(sign));
            let these: Vec<String> = these.map(|it| format!("`{}`", it.activity)).collect();
            if !these.is_empty() {
                let are = if these.len() == 1 { "is" } else { "are" };
                words.push(format!(
                    "Nobody has said how journeys end: {} {are} taken for {meaning}, being {because}. --converted and \
                     --churned say what is right.",
                    these.join(", "),
                ));
            }
        }
    }
    words
}

/// What a list of open customers says that the log knows nothing of.
fn unheard(ground: Ground<'_>) -> Vec<String> {
    let Some(open) = &ground.options.open else {
        return Vec::new();
    };
    let log = ground.log;
    let mut unheard: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, value) in open.iter().flat_map(|it| &it.attributes) {
        let attribute = log.attributes().iter().position(|it| it.name == *name);
        if attribute.is_none_or(|at| !log.attributes()[at].values.contains(value)) {
            unheard.entry(name).or_default().insert(value);
        }
    }
    unheard
        .into_iter()
        .map(|(name, values)| {
            if log.attributes().iter().any(|it| it.name == name) {
                let values: Vec<String> = values.into_iter().map(|it| format!("`{it}`")).collect();
                format!(
                    "Open customers with {name} {} are taken for average ones: no case of the log has that.",
                    values.join(", ")
                )
            } else {
                format!(
                    "What the list of open customers says of `{name}` does not count: the log has no such attribute. \
                     --attribute takes columns of the log as attributes."
                )
            }
        })
        .collect()
}

/// With what cases end most often, if they end with some activities more often than with others.
fn last_activities(ground: Ground<'_>) -> Option<String> {
    let activities = ground.log.activities();
    let mut last = vec![0_u64; activities.len()];
    for (place, visits) in ground.moves.visits.iter().enumerate() {
        last[ground.places.place(place).activity as usize] += visits.count - visits.led_on().min(visits.count);
    }
    let cases: u64 = last.iter().sum();
    let mut order: Vec<usize> = (0..activities.len()).filter(|it| last[*it] > 0).collect();
    order.sort_by_key(|it| std::cmp::Reverse(last[*it]));
    let common: Vec<String> = order
        .iter()
        .take(3)
        .map(|&it| {
            let percent = number((last[it] as f64 / cases as f64 * 100.0).round());
            format!("`{}` ({percent} % of the cases)", activities[it])
        })
        .collect();
    (cases > 0).then(|| format!("So far cases end most often with {}.", common.join(", ")))
}

/// The places at which those left over are taken for this, with their share: such as "`demo` (12 %)".
fn steps_left<'a>(ground: Ground<'a>, built: &'a Built, left: Left) -> impl Iterator<Item = String> + 'a {
    let known = built.known.iter().enumerate();
    let known = known.filter_map(|(place, known)| Some((place, known.as_ref()?)));
    known.filter(move |it| it.1.rest == left).map(move |(place, known)| {
        let activity = ground.places.place(place).activity as usize;
        let percent = number((known.risks.unknown * 100.0).round());
        format!("`{}` ({percent} %)", ground.log.activities()[activity])
    })
}

/// What to know of a step.
pub(crate) fn of_step(finding: &StepFinding, known: &Known, tick_seconds: u32) -> Vec<String> {
    let visits = finding.visits;
    let mut words = vec![if finding.open > 0 {
        format!(
            "{visits} visits, {} of which had led nowhere when the log ends; together they are worth {} that were \
             followed to their end.",
            finding.open,
            number(finding.worth.round())
        )
    } else {
        format!("{visits} visits.")
    }];
    let length = |days: f64| duration(days, tick_seconds);
    let percent = |share: f64| number((share * 1_000.0).round() / 10.0);
    let gone = finding.gone_after_days.map(length).unwrap_or_default();
    let followed = finding.followed_days.map(length).unwrap_or_default();
    let left = format!(
        "{} % had not moved after {followed}, and too few visits were followed any longer",
        percent(finding.unknown)
    );
    match known.rest {
        Left::Nobody => {}
        Left::AsAsked if gone.is_empty() => {}
        Left::AsAsked => words.push(format!("Whoever is silent for {gone} has left.")),
        Left::Silent => words.push(format!(
            "Whoever is silent for {gone} has left: twice the time within which 99 % of the moves from here happen."
        )),
        Left::GoOn => words.push(format!("{left}: they go on at the pace of the latest moves.")),
        Left::Unseen => words.push(format!(
            "{left}: they go on at the pace of the latest moves until {gone}, and of those \
             left then nobody knows."
        )),
    }
    words
}

/// The first lines of the scenario.
pub(crate) fn heading(report: &FitReport) -> Vec<String> {
    let mut lines = Vec::new();
    match &report.source {
        Some(source) => {
            lines.push(format!("Fitted to {} by forksight {}.", source.file, report.forksight));
            lines.push(format!("SHA-256 {}, {} rows.", source.sha256, source.rows));
        }
        None => lines.push(format!("Fitted to an event log by forksight {}.", report.forksight)),
    }
    lines.push(format!(
        "{} cases with {} events, from {} to {}{}.",
        report.cases,
        report.events,
        report.from,
        report.until,
        if report.complete {
            ", all finished".to_owned()
        } else {
            format!("; {} cases are open", report.open)
        }
    ));
    lines.push(String::new());
    lines.push(
        "Every activity is a step. A count says how often a way was taken, or as good as: visits that had not led \
         on when the log ends count for what they tell."
            .to_owned(),
    );
    lines.extend(report.assumptions.iter().cloned());
    lines.extend(report.tests.iter().filter(|it| it.differs).map(|it| {
        let used = if it.used {
            ""
        } else {
            ", which this journey leaves aside"
        };
        let on = match it.on.as_str() {
            "previous" => "what happened before",
            "visits" => "whether it is the first visit",
            attribute => attribute,
        };
        format!(
            "What follows `{}` depends on {on} (p = {:.1e}){used}.",
            it.activity, it.p
        )
    }));
    lines
}
