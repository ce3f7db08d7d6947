//! Distributions written as tables: `{ beta = [8, 92] }`, `{ gamma = { mean = 49, sd = 20 } }`.

use super::super::spot::{Faults, Spot, unknown_key};
use super::number::number;
use crate::journey::draft::Distribution;
use crate::problem::Fault;

/// The distributions of a true value.
pub(super) const NAMES: [&str; 6] = ["beta", "uniform", "triangular", "normal", "lognormal", "gamma"];

/// The distribution in the one entry of the table at `spot`; Poisson only where things are counted
/// for `each` customer.
pub(super) fn distribution(spot: &Spot<'_>, each: bool, faults: &mut Faults) -> Option<Distribution> {
    let mut entries: Vec<_> = spot.named("a distribution", faults).collect();
    if entries.len() > 1 {
        let (key, _) = &entries[1];
        let message = format!("`{}` does not belong in a distribution", key.text);
        let fault = Fault::mistake("bad-notation", key.at.clone(), message);
        faults.push(fault.help("a distribution is a table with one entry: `{ uniform = [2, 5] }`"));
        return None;
    }
    let Some((key, law)) = entries.pop() else {
        let message = "an empty table is not a quantity";
        let fault = Fault::mistake("bad-notation", spot.at.clone(), message);
        faults.push(fault.help("write a distribution: `{ uniform = [2, 5] }`"));
        return None;
    };
    match key.text.as_str() {
        "beta" => list(&law, "`[8, 92]`", faults).map(|[a, b]| Distribution::Beta { a, b }),
        "uniform" => list(&law, "`[2, 5]`", faults).map(|[low, high]| Distribution::Uniform { low, high }),
        "triangular" => {
            list(&law, "`[2, 3, 5]`", faults).map(|[low, mode, high]| Distribution::Triangular { low, mode, high })
        }
        "normal" => moments(&law, faults).map(|(mean, sd)| Distribution::Normal { mean, sd }),
        "gamma" => moments(&law, faults).map(|(mean, sd)| Distribution::Gamma { mean, sd }),
        "lognormal" if law.has("median") || law.has("p90") => {
            pair(&law, ["median", "p90"], faults).map(|(median, p90)| Distribution::LognormalQuantiles { median, p90 })
        }
        "lognormal" => moments(&law, faults).map(|(mean, sd)| Distribution::Lognormal { mean, sd }),
        "poisson" if each => number(&law, "the mean, such as `2.5`", faults).map(|mean| Distribution::Poisson { mean }),
        "poisson" => {
            let message = "`poisson` says how often something happens to each customer";
            let fault = Fault::mistake("bad-notation", key.at, message);
            faults.push(fault.help("write `{ each = { poisson = 2 } }`, in a cost, revenue or units"));
            None
        }
        other => {
            let mut known = NAMES.to_vec();
            known.extend(if each { &["poisson"][..] } else { &["by", "each", "is"] });
            faults.push(unknown_key("a quantity", other, key.at, &known));
            None
        }
    }
}

fn list<const N: usize>(spot: &Spot<'_>, example: &str, faults: &mut Faults) -> Option<[f64; N]> {
    let wanted = format!("a list of {N} numbers such as {example}");
    let items = spot.items(&wanted, faults)?;
    let numbers: Vec<f64> = items
        .iter()
        .filter_map(|item| number(item, "a number", faults))
        .collect();
    if items.len() != N {
        return spot.wrong(&wanted, faults);
    }
    numbers.try_into().ok()
}

fn moments(spot: &Spot<'_>, faults: &mut Faults) -> Option<(f64, f64)> {
    pair(spot, ["mean", "sd"], faults)
}

fn pair(spot: &Spot<'_>, keys: [&str; 2], faults: &mut Faults) -> Option<(f64, f64)> {
    let fields = spot.fields("this distribution", &keys, faults)?;
    let [first, second] = keys.map(|key| {
        let part = fields.require(key, faults)?;
        number(&part, "a number", faults)
    });
    Some((first?, second?))
}
