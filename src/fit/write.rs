//! The fitted journey as a scenario file, with comments.

use std::fmt::Write as _;

use super::shape::{Branch, Shape, Step, Waiting};
use crate::journey::delay::DelayLaw;
use crate::journey::law::Z90;

/// The text of the scenario. With `point`, chances are plain numbers.
pub(crate) fn scenario(shape: &Shape, point: bool) -> String {
    let mut text = String::new();
    for remark in &shape.remarks {
        comment(&mut text, remark);
    }
    line(&mut text, "");
    line(&mut text, "format = 1");
    line(&mut text, &format!("name = {}", quoted(&shape.name)));
    line(&mut text, &format!("entry = \"{}\"", shape.steps[shape.entry].id));
    line(&mut text, &format!("begin = {}", shape.begin));
    line(&mut text, &format!("horizon = {}", quoted(&shape.horizon)));
    if shape.tick_seconds != 86_400 {
        line(&mut text, &format!("tick = \"{}\"", tick(shape.tick_seconds)));
    }
    attributes(&mut text, shape);
    line(&mut text, "\n[arrivals.customers]");
    for remark in &shape.arrivals.remarks {
        comment(&mut text, remark);
    }
    for (key, value) in &shape.arrivals.entries {
        line(&mut text, &format!("{key} = {value}"));
    }
    pipeline(&mut text, shape);
    for at in &shape.steps {
        step(&mut text, shape, at, point);
    }
    text
}

fn attributes(text: &mut String, shape: &Shape) {
    if shape.attributes.is_empty() {
        return;
    }
    line(text, "\n[customer]");
    for mix in &shape.attributes {
        if let Some(remark) = &mix.remark {
            comment(text, remark);
        }
        let values: Vec<String> = mix.values.iter().map(|(id, count)| format!("{id} = {count}")).collect();
        line(text, &format!("{} = {{ {} }}", mix.id, values.join(", ")));
    }
}

fn pipeline(text: &mut String, shape: &Shape) {
    if shape.pipeline.is_empty() {
        return;
    }
    line(text, "\n[pipeline]");
    comment(
        text,
        "Who is under way: the last thing they did, and how long ago that was.",
    );
    let entry = |it: &Waiting| {
        let mut parts = vec![format!("count = {}", it.count)];
        let tick_days = f64::from(shape.tick_seconds) / 86_400.0;
        let waited = (it.waited_days / tick_days).round() * tick_days;
        if waited > 0.0 {
            parts.push(format!("waited = \"{}\"", duration(waited, shape.tick_seconds)));
        }
        if it.converted {
            parts.push("converted = true".to_owned());
        }
        if !it.customer.is_empty() {
            let known: Vec<String> = it
                .customer
                .iter()
                .map(|(id, value)| format!("{id} = \"{value}\""))
                .collect();
            parts.push(format!("customer = {{ {} }}", known.join(", ")));
        }
        format!("{{ {} }}", parts.join(", "))
    };
    for (at, step) in shape.steps.iter().enumerate() {
        let here: Vec<String> = shape.pipeline.iter().filter(|it| it.step == at).map(entry).collect();
        match &here[..] {
            [] => {}
            [one] => line(text, &format!("{} = {one}", step.id)),
            several => {
                line(text, &format!("{} = [", step.id));
                for one in several {
                    line(text, &format!("  {one},"));
                }
                line(text, "]");
            }
        }
    }
}

fn step(text: &mut String, shape: &Shape, step: &Step, point: bool) {
    line(text, &format!("\n[steps.{}]", step.id));
    for remark in &step.remarks {
        comment(text, remark);
    }
    if let Some(title) = &step.title {
        line(text, &format!("title = {}", quoted(title)));
    }
    if step.converts {
        line(text, "event = \"conversion\"");
    }
    if let Some(revenue) = &step.revenue {
        line(text, &format!("revenue = {revenue}"));
    }
    if let Some(outcome) = step.outcome {
        line(text, &format!("outcome = \"{}\"", outcome.word()));
    }
    match &step.branches[..] {
        [] => {}
        [one] if one.remark.is_none() => {
            let branch = branch(shape, step, one, Says::Nothing);
            line(text, &format!("branches = [{branch}]"));
        }
        several => {
            line(text, "branches = [");
            for one in several {
                let says = match several.len() {
                    1 => Says::Nothing,
                    _ if point => Says::Chance,
                    _ => Says::Count,
                };
                let branch = branch(shape, step, one, says);
                let remark = one
                    .remark
                    .as_ref()
                    .map_or(String::new(), |it| format!("  # {}", plain(it)));
                line(text, &format!("  {branch},{remark}"));
            }
            line(text, "]");
        }
    }
}

/// What a branch says of how likely it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    Nothing,
    Chance,
    Count,
}

fn branch(shape: &Shape, step: &Step, branch: &Branch, says: Says) -> String {
    let mut parts = vec![format!("to = \"{}\"", shape.steps[branch.to].id)];
    match (says, &step.by) {
        (Says::Nothing, _) => {}
        (Says::Chance | Says::Count, Some(by)) if !branch.by.is_empty() => {
            let key = if says == Says::Chance { "chance" } else { "count" };
            let cases = by.values.iter().zip(&branch.by).map(|(value, number)| {
                let number = if says == Says::Chance {
                    exact(*number)
                } else {
                    count(*number)
                };
                format!("{value} = {number}")
            });
            let cases: Vec<String> = cases.collect();
            parts.push(format!("{key} = {{ by = \"{}\", {} }}", by.attribute, cases.join(", ")));
        }
        (Says::Chance, _) => parts.push(format!("chance = {}", exact(branch.chance))),
        (Says::Count, _) => parts.push(format!("count = {}", count(branch.count))),
    }
    if let Some(law) = &branch.after {
        parts.push(format!("after = {}", delay(law, shape.tick_seconds)));
    }
    format!("{{ {} }}", parts.join(", "))
}

/// So many observed delays stand on a line.
const VALUES_A_LINE: usize = 6;

/// A delay as a scenario has it.
pub(crate) fn delay(law: &DelayLaw, tick_seconds: u32) -> String {
    let length = |days: f64| format!("\"{}\"", duration(days, tick_seconds));
    let pair = |family: &str, first: &str, one: f64, second: &str, other: f64| {
        format!(
            "{{ {family} = {{ {first} = {}, {second} = {} }} }}",
            length(one),
            length(other)
        )
    };
    match law {
        DelayLaw::Known(days) => length(*days),
        DelayLaw::Exponential { mean } => format!("{{ exponential = {} }}", length(*mean)),
        DelayLaw::Geometric { mean } => format!("{{ geometric = {} }}", length(*mean)),
        DelayLaw::Lognormal { mu, sigma } => pair("lognormal", "median", mu.exp(), "p90", (mu + Z90 * sigma).exp()),
        DelayLaw::Gamma { shape, scale } => pair("gamma", "mean", shape * scale, "sd", shape.sqrt() * scale),
        DelayLaw::Weibull { scale, shape } => {
            format!(
                "{{ weibull = {{ scale = {}, shape = {} }} }}",
                length(*scale),
                number(*shape)
            )
        }
        DelayLaw::Uniform { low, high } => format!("{{ uniform = [{}, {}] }}", length(*low), length(*high)),
        DelayLaw::Observed(values) => {
            let values: Vec<String> = values
                .iter()
                .map(|(days, weight)| format!("[{}, {}]", length(*days), count(*weight)))
                .collect();
            if values.len() <= VALUES_A_LINE {
                return format!("{{ observed = [{}] }}", values.join(", "));
            }
            // Lists, unlike tables, may go over several lines.
            let lines: Vec<String> = values.chunks(VALUES_A_LINE).map(|it| it.join(", ")).collect();
            format!("{{ observed = [\n    {},\n  ] }}", lines.join(",\n    "))
        }
    }
}

/// A length of time in the unit of the clock.
pub(crate) fn duration(days: f64, tick_seconds: u32) -> String {
    let (per_day, unit) = match tick_seconds {
        86_400.. => (1.0, "d"),
        3_600.. => (24.0, "h"),
        60.. => (1_440.0, "min"),
        _ => (86_400.0, "s"),
    };
    number(days * per_day) + unit
}

/// The length of a tick in words.
pub(crate) fn tick(seconds: u32) -> String {
    let (count, unit) = match seconds {
        it if it % 86_400 == 0 => (it / 86_400, "day"),
        it if it % 3_600 == 0 => (it / 3_600, "hour"),
        it if it % 60 == 0 => (it / 60, "min"),
        it => (it, "s"),
    };
    match unit {
        "day" | "hour" if count != 1 => format!("{count} {unit}s"),
        "day" | "hour" => format!("{count} {unit}"),
        _ => format!("{count}{unit}"),
    }
}

/// A number with six digits that count.
pub(crate) fn number(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return "0".to_owned();
    }
    let decimals = (5 - value.abs().log10().floor() as i32).clamp(0, 12) as usize;
    trimmed(format!("{value:.decimals$}"))
}

/// A count: whole if it is, else with two decimals, or more where that would be nothing.
pub(crate) fn count(value: f64) -> String {
    if (value - value.round()).abs() < 1e-6 {
        return format!("{:.0}", value.round());
    }
    if value < 1.0 {
        number(value)
    } else {
        trimmed(format!("{value:.2}"))
    }
}

/// A number with all its digits.
fn exact(value: f64) -> String {
    let text = format!("{value}");
    if text.contains('.') { text } else { text + ".0" }
}

fn trimmed(text: String) -> String {
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

fn line(text: &mut String, line: &str) {
    writeln!(text, "{line}").expect("a string takes any text");
}

/// Columns of a comment.
const WIDTH: usize = 98;

fn comment(text: &mut String, remark: &str) {
    let mut row = String::new();
    for word in plain(remark).split(' ') {
        if !row.is_empty() && row.chars().count() + 1 + word.chars().count() > WIDTH {
            line(text, &format!("# {row}"));
            row.clear();
        }
        if !row.is_empty() {
            row.push(' ');
        }
        row.push_str(word);
    }
    if row.is_empty() {
        line(text, "#");
    } else {
        line(text, &format!("# {row}"));
    }
}

/// Text as it may stand in a comment: one line without control characters.
fn plain(text: &str) -> String {
    let words = text.split(|it: char| it.is_whitespace() || it.is_control());
    words.filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A text of TOML 1.0.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            it if it.is_control() => write!(quoted, "\\u{:04X}", u32::from(it)).expect("a string takes any text"),
            it => quoted.push(it),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_the_digits_that_count() {
        assert_eq!(number(123.456_789), "123.457");
        assert_eq!(number(0.000_123_456_78), "0.000123457");
        assert_eq!(number(1_234_567.8), "1234568");
        assert_eq!(
            (count(12.0), count(12.345), count(0.001_25)),
            ("12".into(), "12.35".into(), "0.00125".into())
        );
        assert_eq!(
            (exact(1.0), exact(0.1), exact(1e-7)),
            ("1.0".into(), "0.1".into(), "0.0000001".into())
        );
    }

    #[test]
    fn texts_of_all_kinds_are_toml() {
        for text in ["plain", "a \"quote\" \\ and\nlines\u{7}", "Ünïcödé → 客户"] {
            let read: toml::Table = format!("a = {}", quoted(text)).parse().expect("it is TOML");
            assert_eq!(read["a"].as_str(), Some(text));
        }
    }
}
