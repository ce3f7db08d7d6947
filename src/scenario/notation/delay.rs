//! Delays: `3d`, `1d to 6d`, `{ exponential = "5d" }` and the other laws, `by` and `is`.

use super::super::spot::{Faults, Spot, unknown_key};
use super::super::syntax::Value;
use super::duration::{duration, duration_text};
use super::number::number;
use super::{Parsed, cases, noted, sourced};
use crate::clock::Duration;
use crate::journey::draft::{Delay, DelayKind};
use crate::problem::{At, Fault};

const LAWS: [&str; 8] = [
    "exponential",
    "lognormal",
    "gamma",
    "weibull",
    "uniform",
    "geometric",
    "observed",
    "by",
];

/// The delay at `spot`.
pub(crate) fn delay(spot: &Spot<'_>, faults: &mut Faults) -> Option<Delay> {
    let kind = match &spot.node.value {
        Value::String(text) => noted(delay_text(text, &spot.at), faults)?.kind,
        Value::Table(_) if spot.has("by") => DelayKind::By(cases(spot, faults, delay)?),
        Value::Table(_) if spot.has("is") => {
            let (is, _, _) = sourced(spot, faults)?;
            return delay(&is, faults);
        }
        Value::Table(_) => law(spot, faults)?,
        _ => {
            return spot.wrong("a delay with its unit such as `\"3d\"` or `\"1d to 6d\"`", faults);
        }
    };
    Some(Delay {
        at: spot.at.clone(),
        kind,
    })
}

/// The delay written as `text` at `at`.
pub(crate) fn delay_text(text: &str, at: &At) -> Parsed<Delay> {
    let ends: Vec<&str> = text.split(" to ").collect();
    let kind = match ends.as_slice() {
        [low, high] => DelayKind::Interval(end(low, text, at)?, end(high, text, at)?),
        _ => DelayKind::Known(duration_text(text, at)?),
    };
    Ok(Delay { at: at.clone(), kind })
}

fn end(end: &str, text: &str, at: &At) -> Parsed<Duration> {
    duration_text(end, at).map_err(|fault| {
        let message = format!("{end:?} is not a duration");
        let fault = Fault { message, ..*fault };
        let bare = end.trim().parse::<f64>().is_ok();
        let last = text.split_whitespace().last();
        let with_unit = last.is_some_and(|last| super::duration::parse(last).is_some());
        Box::new(if bare && with_unit {
            fault.help("both ends need their unit: `1d to 6d`")
        } else {
            fault
        })
    })
}

fn law(spot: &Spot<'_>, faults: &mut Faults) -> Option<DelayKind> {
    let mut entries: Vec<_> = spot.named("a delay", faults).collect();
    if entries.len() != 1 {
        let message = "a law of a delay is a table with one entry";
        let fault = Fault::mistake("bad-notation", spot.at.clone(), message);
        faults.push(fault.help("write `{ exponential = \"5d\" }` or `\"1d to 6d\"`"));
        return None;
    }
    let (key, law) = entries.pop()?;
    match key.text.as_str() {
        "exponential" => duration(&law, faults).map(DelayKind::Exponential),
        "geometric" => duration(&law, faults).map(DelayKind::Geometric),
        "lognormal" if law.has("median") || law.has("p90") => {
            pair(&law, ["median", "p90"], faults).map(|(median, p90)| DelayKind::LognormalQuantiles(median, p90))
        }
        "lognormal" => pair(&law, ["mean", "sd"], faults).map(|(mean, sd)| DelayKind::Lognormal(mean, sd)),
        "gamma" => pair(&law, ["mean", "sd"], faults).map(|(mean, sd)| DelayKind::Gamma(mean, sd)),
        "weibull" => weibull(&law, faults),
        "uniform" => uniform(&law, faults),
        "observed" => observed(&law, faults),
        other => {
            faults.push(unknown_key("a delay", other, key.at, &LAWS));
            None
        }
    }
}

fn pair(spot: &Spot<'_>, keys: [&str; 2], faults: &mut Faults) -> Option<(Duration, Duration)> {
    let fields = spot.fields("this delay", &keys, faults)?;
    let [first, second] = keys.map(|key| duration(&fields.require(key, faults)?, faults));
    Some((first?, second?))
}

fn weibull(spot: &Spot<'_>, faults: &mut Faults) -> Option<DelayKind> {
    let fields = spot.fields("this delay", &["scale", "shape"], faults)?;
    let scale = fields.require("scale", faults).and_then(|it| duration(&it, faults));
    let shape = fields
        .require("shape", faults)
        .and_then(|it| number(&it, "a number", faults));
    Some(DelayKind::Weibull(scale?, shape?))
}

fn uniform(spot: &Spot<'_>, faults: &mut Faults) -> Option<DelayKind> {
    let wanted = "a list of two durations such as `[\"1d\", \"5d\"]`";
    let items = spot.items(wanted, faults)?;
    let [low, high] = items.as_slice() else {
        return spot.wrong(wanted, faults);
    };
    let (low, high) = (duration(low, faults), duration(high, faults));
    Some(DelayKind::Uniform(low?, high?))
}

fn observed(spot: &Spot<'_>, faults: &mut Faults) -> Option<DelayKind> {
    let wanted = "a list such as `[[\"1d\", 40], [\"7d\", 12]]`";
    let items = spot.items(wanted, faults)?;
    if items.is_empty() {
        return spot.wrong(wanted, faults);
    }
    let count = items.len();
    let values: Vec<_> = items
        .iter()
        .filter_map(|item| {
            let wanted = "a duration and how often it was observed, such as `[\"1d\", 40]`";
            let parts = item.items(wanted, faults)?;
            let [value, weight] = parts.as_slice() else {
                return item.wrong(wanted, faults);
            };
            let (value, weight) = (duration(value, faults), number(weight, "a number", faults));
            Some((value?, weight?))
        })
        .collect();
    (values.len() == count).then_some(DelayKind::Observed(values))
}

#[cfg(test)]
mod tests {
    use super::super::testing;
    use super::*;
    use crate::clock::DurationUnit;

    fn days(amount: f64) -> Duration {
        Duration {
            amount,
            unit: DurationUnit::Day,
        }
    }

    #[test]
    fn every_law_is_read() {
        for (text, kind) in [
            ("\"3d\"", DelayKind::Known(days(3.0))),
            ("\"1d to 6 days\"", DelayKind::Interval(days(1.0), days(6.0))),
            ("{ exponential = \"5d\" }", DelayKind::Exponential(days(5.0))),
            ("{ geometric = \"5d\" }", DelayKind::Geometric(days(5.0))),
            (
                "{ lognormal = { median = \"3d\", p90 = \"14d\" } }",
                DelayKind::LognormalQuantiles(days(3.0), days(14.0)),
            ),
            (
                "{ lognormal = { mean = \"3d\", sd = \"1d\" } }",
                DelayKind::Lognormal(days(3.0), days(1.0)),
            ),
            (
                "{ gamma = { mean = \"3d\", sd = \"1d\" } }",
                DelayKind::Gamma(days(3.0), days(1.0)),
            ),
            (
                "{ weibull = { scale = \"3d\", shape = 1.5 } }",
                DelayKind::Weibull(days(3.0), 1.5),
            ),
            (
                "{ uniform = [\"1d\", \"5d\"] }",
                DelayKind::Uniform(days(1.0), days(5.0)),
            ),
            (
                "{ observed = [[\"1d\", 40], [\"7d\", 12]] }",
                DelayKind::Observed(vec![(days(1.0), 40.0), (days(7.0), 12.0)]),
            ),
            ("{ is = \"3d\", source = \"CRM\" }", DelayKind::Known(days(3.0))),
        ] {
            let (delay, faults) = testing::read(text, delay);
            assert_eq!(faults, Vec::<String>::new(), "{text}");
            assert_eq!(delay.expect(text).kind, kind, "{text}");
        }
        let (by, _) = testing::read("{ by = \"a\", x = \"1d to 2d\", else = \"3d\" }", delay);
        assert!(matches!(by.expect("it is read").kind, DelayKind::By(it) if it.otherwise.is_some()));
    }

    #[test]
    fn other_writings_are_refused_with_a_way_out() {
        for (text, told) in [
            ("3", "a delay with its unit such as `\"3d\"`"),
            ("\"3\"", "say of what: `3d`"),
            ("\"1 to 6d\"", "both ends need their unit: `1d to 6d`"),
            ("\"later\"", "\"later\" is not a duration"),
            ("{ exponentail = \"5d\" }", "did you mean `exponential`?"),
            ("{ exponential = 5 }", "a duration with its unit"),
            ("{ uniform = [\"1d\"] }", "a list of two durations"),
            ("{ observed = [] }", "a list such as `[[\"1d\", 40]"),
            ("{ observed = [\"1d\"] }", "how often it was observed"),
            ("{ gamma = { mean = \"3d\" } }", "this delay needs `sd`"),
            ("{}", "a table with one entry"),
        ] {
            let (delay, faults) = testing::read(text, delay);
            assert_eq!((delay, faults.len()), (None, 1), "{text}: {faults:?}");
            assert!(faults[0].contains(told), "{text}: {faults:?}");
        }
    }
}
