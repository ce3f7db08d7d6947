//! How a forecast was made, so that anybody can make it again.

use super::markup::{code, each, escaped};
use crate::forecast::{Forecast, RunInfo, ScenarioInfo};
use crate::report::number::{share, whole};

pub(super) fn render(forecast: &Forecast) -> String {
    let facts = of_run(&forecast.forksight, &forecast.scenario, &forecast.run);
    list(facts) + &again(&command(forecast))
}

/// A statement: what it is about, and what it says as markup.
type Fact = (&'static str, String);

/// What was run, and how.
pub(super) fn of_run(forksight: &str, scenario: &ScenarioInfo, run: &RunInfo) -> Vec<Fact> {
    let plain = |text: &str| escaped(text);
    let verbatim = |text: &str| format!("<code>{}</code>", escaped(text));
    let mut facts: Vec<Fact> = vec![
        ("program", plain(&format!("forksight {forksight}"))),
        ("scenario", plain(&scenario.name)),
        (
            "file",
            if scenario.file == "-" {
                "from standard input".to_owned()
            } else {
                verbatim(&scenario.file)
            },
        ),
    ];
    if !scenario.sha256.is_empty() {
        facts.push(("SHA-256 of the file", verbatim(&scenario.sha256)));
    }
    facts.extend(scenario.variant.iter().map(|it| ("variant", verbatim(it))));
    facts.extend(scenario.set.iter().map(|it| ("changed by --set", verbatim(it))));
    if let (Some(begin), Some(end)) = (&run.begin, &run.end) {
        facts.push(("time", plain(&format!("{begin} to {end}, both included"))));
    }
    facts.extend([
        ("tick of the clock", plain(&run.tick)),
        ("reported by", plain(&run.period)),
        ("engine", plain(&run.engine)),
    ]);
    if !run.why.trim().is_empty() {
        facts.push(("why that engine", code(&run.why)));
    }
    let cut_short = if run.cut_short { ", then cut short" } else { "" };
    facts.extend([
        ("replications", format!("{}{cut_short}", whole(run.replications))),
        ("seed", run.seed.to_string()),
    ]);
    if let Some(precision) = &run.precision {
        let reached = match precision.reached {
            Some(reached) => format!("{} reached", share(reached, None)),
            None => "not reached".to_owned(),
        };
        facts.push((
            "precision of the means",
            format!("{} asked, {reached}", share(precision.asked, None)),
        ));
    }
    facts
}

pub(super) fn list(facts: Vec<Fact>) -> String {
    let facts = each(facts, |(name, told)| {
        format!("<div><dt>{name}</dt><dd>{told}</dd></div>\n")
    });
    format!("<dl class=\"manifest\">\n{facts}</dl>\n")
}

/// How to do it again.
pub(super) fn again(command: &str) -> String {
    format!(
        "<p>The same scenario, seed and version give the same numbers on every machine:</p>\n\
         <pre tabindex=\"0\"><code>{}</code></pre>\n",
        escaped(command)
    )
}

/// What to type to get this forecast.
fn command(forecast: &Forecast) -> String {
    let (scenario, run) = (&forecast.scenario, &forecast.run);
    let mut words = vec!["forksight".to_owned(), "run".to_owned(), quoted(&scenario.file)];
    let mut option = |name: &str, value: &str| words.extend([format!("--{name}"), quoted(value)]);
    if let Some(variant) = &scenario.variant {
        option("variant", variant);
    }
    for change in &scenario.set {
        option("set", change);
    }
    with_run(&mut words, run);
    words.join(" ")
}

/// Adds how it was run to the words of a command.
pub(super) fn with_run(words: &mut Vec<String>, run: &RunInfo) {
    let mut option = |name: &str, value: &str| words.extend([format!("--{name}"), quoted(value)]);
    option("engine", &run.engine);
    option("replications", &run.replications.to_string());
    option("seed", &run.seed.to_string());
    option("period", &run.period);
    if let Some(end) = &run.end {
        option("end", end);
    }
}

/// A word as a shell takes it.
pub(super) fn quoted(word: &str) -> String {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "-_./=+:,@%".contains(it);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn the_command_names_everything_that_was_asked_for() {
        let mut forecast = fixture::saas();
        forecast.scenario.set.push("values.x=it's".to_owned());
        assert_eq!(
            command(&forecast),
            "forksight run scenarios/saas-trial.toml --variant webinar_push \
             --set steps.visit.trial.chance=+1pp --set 'values.x=it'\\''s' --engine cohort --replications 1000 \
             --seed 1 --period month --end 2026-12-31"
        );
    }
}
