//! What is known of customers: attributes with ids, and how many have which value.

use super::event_log::EventLog;
use super::names::Ids;
use super::shape::Mix;
use super::survey::Survey;

/// An attribute with more values keeps the commonest; the others are one value.
const VALUES_MAX: usize = 20;

/// An attribute as the scenario has it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Known {
    pub(crate) id: String,
    /// Ids of its values.
    pub(crate) values: Vec<String>,
    /// By value of the log: which of them.
    of: Vec<usize>,
    /// Which of them stands for a value that is not known.
    unknown: Option<usize>,
}

impl Known {
    /// Which value a case has.
    pub(crate) fn value(&self, log: &EventLog, attribute: usize, case: usize) -> Option<usize> {
        match log.attribute(case, attribute) {
            Some(value) => self.of.get(value as usize).copied(),
            None => self.unknown,
        }
    }

    /// Which value is called so in the log.
    pub(crate) fn called(&self, log: &EventLog, attribute: usize, name: &str) -> Option<usize> {
        let at = log.attributes()[attribute].values.iter().position(|it| it == name)?;
        self.of.get(at).copied()
    }
}

/// All attributes of the log, and their mixes.
pub(crate) fn known(log: &EventLog, survey: &Survey) -> (Vec<Known>, Vec<Mix>) {
    let mut ids = Ids::of_attributes();
    let all = log.attributes().iter().zip(&survey.values).map(|(attribute, cases)| {
        let (without, counts) = cases.split_first().expect("those without come first");
        one(&attribute.name, &attribute.values, counts, *without, &mut ids)
    });
    all.unzip()
}

fn one(name: &str, values: &[String], counts: &[u64], without: u64, ids: &mut Ids) -> (Known, Mix) {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by_key(|&it| std::cmp::Reverse(counts[it]));
    let kept = if order.len() > VALUES_MAX {
        VALUES_MAX - 1
    } else {
        order.len()
    };
    let mut value_ids = Ids::of_attributes();
    let mut mix: Vec<(String, u64)> = Vec::new();
    let mut of = vec![0; values.len()];
    for (rank, &value) in order.iter().enumerate() {
        if rank < kept {
            of[value] = mix.len();
            mix.push((value_ids.give(&values[value]), counts[value]));
        } else {
            of[value] = kept;
        }
    }
    let unread: Vec<String> = (order[..kept].iter().zip(&mix))
        .filter(|it| !values[*it.0].chars().any(|it| it.is_ascii_alphanumeric()) && !values[*it.0].is_empty())
        .map(|(&value, (id, _))| format!("`{id}` is {}", values[value]))
        .collect();
    let mut remark = (!unread.is_empty()).then(|| format!("{}.", unread.join(", ")));
    if kept < order.len() {
        let rest = order[kept..].iter().map(|&it| counts[it]).sum();
        mix.push((value_ids.give("others"), rest));
        let others = format!("`others` stands for the {} rarest values.", order.len() - kept);
        remark = Some(remark.map_or(others.clone(), |it| format!("{it} {others}")));
    }
    let unknown = (without > 0).then(|| {
        mix.push((value_ids.give("unknown"), without));
        mix.len() - 1
    });
    let known = Known {
        id: ids.give(name),
        values: mix.iter().map(|it| it.0.clone()).collect(),
        of,
        unknown,
    };
    let mix = Mix {
        id: known.id.clone(),
        values: mix,
        remark,
    };
    (known, mix)
}
