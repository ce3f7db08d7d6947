//! A scenario that somebody wrote, brought up to date with a log: what the log speaks about changes,
//! everything else stays byte for byte.

mod edits;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::event_log::EventLog;
use super::findings::FitReport;
use super::options::FitOptions;
use super::shape::{Branch, Shape};
use super::write::{count, delay, number};
use super::{FitError, work};
use crate::journey::delay::DelayLaw;
use crate::scenario::{self, Document, FileFormat, Node, Table, Value};
use edits::Edits;

/// A scenario brought up to date.
#[derive(Debug, Clone, PartialEq)]
pub struct Updated {
    /// Its new text.
    pub scenario: String,
    /// What changed, line by line: the old lines behind `-`, the new ones behind `+`.
    pub difference: String,
    /// How many values changed.
    pub changes: usize,
    /// Moves in the log that the journey does not know.
    pub unknown: Vec<UnknownMove>,
    /// What the log speaks about and the scenario says in a way that was left alone.
    pub left: Vec<String>,
    /// What was found in the log.
    pub report: FitReport,
}

/// Moves in the log that a journey does not know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UnknownMove {
    /// The activity that they lead away from.
    pub from: String,
    /// What comes next.
    pub to: String,
    /// Their share of the moves from there.
    pub share: f64,
}

/// Brings the scenario `text`, which is TOML and has no mistakes, up to date with a log.
///
/// # Errors
///
/// As [`fit`](super::fit); and if the text cannot be read.
pub fn update(log: &EventLog, options: &FitOptions, text: &str) -> Result<Updated, FitError> {
    let reading = Document::read("scenario", text.as_bytes(), FileFormat::Toml);
    let document = reading.document;
    let Value::Table(root) = &document.root.value else {
        return Err(FitError::Scenario);
    };
    if reading.torn || document.text.len() != text.len() {
        return Err(FitError::Scenario);
    }
    let mut options = options.clone();
    let tick = root
        .entry("tick")
        .and_then(|it| word(&it.node))
        .and_then(scenario::duration);
    options.tick = tick.or_else(|| scenario::duration("1d"));
    if let Some(Value::Date(begin)) = root.entry("begin").map(|it| &it.node.value) {
        options.begin = later(log, &options, *begin);
    }
    let (shape, fitted) = work(log, &options)?;
    let mut update = Update {
        shape: &shape,
        report: &fitted.report,
        steps: table(root, "steps"),
        point: options.point,
        edits: Edits::default(),
        unknown: Vec::new(),
        left: Vec::new(),
    };
    let known = update.matches(log);
    for (at, id) in known.iter().enumerate() {
        if let Some(id) = id {
            update.step(at, id, &known);
        }
    }
    update.arrivals(table(root, "arrivals"));
    Ok(Updated {
        scenario: update.edits.apply(text),
        difference: update.edits.difference(text),
        changes: update.edits.changes(text),
        unknown: update.unknown,
        left: update.left,
        report: fitted.report,
    })
}

/// The day, if it comes after the log.
fn later(log: &EventLog, options: &FitOptions, begin: Date) -> Option<Date> {
    let last = options.until.map(|it| it - 1).or_else(|| Some(log.span()?.1))?;
    (super::window::to_moment(begin) > last).then_some(begin)
}

struct Update<'a> {
    shape: &'a Shape,
    report: &'a FitReport,
    steps: Option<&'a Table>,
    point: bool,
    edits: Edits,
    unknown: Vec<UnknownMove>,
    left: Vec<String>,
}

impl Update<'_> {
    /// By fitted step: the step of the scenario that it is, by id or title. An activity without one is
    /// told of.
    fn matches(&mut self, log: &EventLog) -> Vec<Option<String>> {
        let steps = self.steps.map_or(&[][..], Table::entries);
        let activity = |id: &str| {
            self.report
                .steps
                .iter()
                .find(|it| it.step == id)
                .map(|it| it.activity.as_str())
        };
        let mut known = Vec::new();
        for step in &self.shape.steps {
            let name = step.place.and_then(|_| activity(&step.id));
            let found = name.and_then(|name| {
                let same = |it: &&crate::scenario::Entry| {
                    it.key == step.id || it.key == name || title(&it.node).is_some_and(|it| it == name)
                };
                steps.iter().find(same).map(|it| it.key.clone())
            });
            if let (None, Some(name)) = (&found, name) {
                debug_assert!(log.activities().iter().any(|it| it == name));
                self.left.push(format!("the journey has no step for `{name}`"));
            }
            known.push(found);
        }
        known
    }

    /// Updates the fork of a step.
    fn step(&mut self, at: usize, id: &str, known: &[Option<String>]) {
        let node = self.steps.and_then(|it| it.entry(id)).map(|it| &it.node);
        let Some(Value::Table(step)) = node.map(|it| &it.value) else {
            return;
        };
        let fitted = &self.shape.steps[at];
        let branches: Vec<&Table> = match step.entry("branches").map(|it| &it.node.value) {
            Some(Value::Array(items)) => items.iter().filter_map(|it| as_table(it)).collect(),
            _ => Vec::new(),
        };
        let targets: Vec<&str> = branches
            .iter()
            .map(|it| it.entry("to").and_then(|it| word(&it.node)).unwrap_or(""))
            .collect();
        let is_doubled = |target: &str| targets.iter().filter(|it| **it == target).count() > 1;
        let is_activity = |target: &str| known.iter().flatten().any(|it| it == target);
        let strangers: Vec<usize> = (0..targets.len()).filter(|&it| !is_activity(targets[it])).collect();
        let mut pairs: Vec<Option<&Branch>> = vec![None; branches.len()];
        let mut is_clear = true;
        for branch in &fitted.branches {
            let place = match &known[branch.to] {
                Some(target) => targets.iter().position(|it| it == target),
                // An end that is no activity is the one branch that leads to no activity.
                None if self.shape.steps[branch.to].outcome.is_some() => match strangers[..] {
                    [only] => Some(only),
                    _ => None,
                },
                None => None,
            };
            match place {
                // Whatever took one of several branches to a step looks the same in a log.
                Some(place) if is_doubled(targets[place]) => is_clear = false,
                Some(place) if pairs[place].is_none() => pairs[place] = Some(branch),
                _ if fitted.outcome.is_none() => self.unknown.push(UnknownMove {
                    from: id.to_owned(),
                    to: self.shape.steps[branch.to].id.clone(),
                    share: branch.chance,
                }),
                _ => {}
            }
        }
        if !branches.is_empty() && !fitted.branches.is_empty() {
            if is_clear {
                self.fork(id, &branches, &pairs);
            } else {
                self.left
                    .push(format!("the fork at `{id}`, where several branches lead to one step"));
            }
            for ((branch, pair), target) in branches.iter().zip(&pairs).zip(&targets) {
                match (branch.entry("after"), pair) {
                    (Some(after), Some(pair)) => self.after(id, &after.node, pair),
                    (None, Some(pair)) => self.no_delay(at, target, pair),
                    (_, None) => {}
                }
            }
        }
    }

    fn fork(&mut self, id: &str, branches: &[&Table], pairs: &[Option<&Branch>]) {
        let has = |key: &str| branches.iter().any(|it| it.entry(key).is_some());
        let total: f64 = pairs.iter().flatten().map(|it| it.count).sum();
        if branches.len() < 2 || total <= 0.0 {
            return;
        }
        if has("when") {
            self.left.push(format!("the rules of `{id}`"));
            return;
        }
        let is_rest = |it: &&Table| it.entry("chance").is_some_and(|it| word(&it.node) == Some("rest"));
        let seen: Vec<f64> = pairs.iter().map(|it| it.map_or(0.0, |it| it.count)).collect();
        // What was counted leaves doubt, and doubtful chances need a branch that takes the rest: the
        // commonest one that does not say where its chance comes from.
        let bare = |it: &Table| it.entry("chance").is_some_and(|it| as_table(&it.node).is_none());
        let commonest = (0..seen.len())
            .filter(|it| bare(branches[*it]))
            .max_by(|one, other| seen[*one].total_cmp(&seen[*other]));
        let has_rest = branches.iter().any(is_rest);
        let stays = |it: &&Table| it.entry("chance").is_some_and(|it| !is_plain(&it.node));
        if !has_rest && branches.iter().any(stays) {
            self.left.push(format!(
                "the fork at `{id}`, where not all chances can change, and they have to sum to 1"
            ));
            return;
        }
        let rest = commonest.filter(|_| !self.point && !has_rest);
        for (at, branch) in branches.iter().enumerate() {
            if let Some(entry) = branch.entry("count") {
                self.replace(id, &entry.node, count(seen[at]));
            } else if let Some(entry) = branch.entry("chance").filter(|_| !is_rest(branch)) {
                let says = if rest == Some(at) {
                    "\"rest\"".to_owned()
                } else if self.point || (rest.is_none() && !has_rest) {
                    format!("{}", seen[at] / total)
                } else {
                    format!("\"{} of {}\"", count(seen[at]), count(total))
                };
                self.replace(id, &entry.node, says);
            }
        }
    }

    /// Says what the log knows of a delay that the scenario does not have.
    fn no_delay(&mut self, at: usize, target: &str, branch: &Branch) {
        let (from, to) = (&self.shape.steps[at].id, &self.shape.steps[branch.to].id);
        let step = self.report.steps.iter().find(|it| it.step == *from);
        let way = step.and_then(|it| it.branches.iter().find(|it| it.to == *to));
        let mean = way
            .and_then(|it| it.delay.as_ref())
            .map_or(0.0, |it| it.mean_days.value);
        if branch.after.is_some() && mean > 0.0 {
            self.left.push(format!(
                "the way from `{from}` to `{target}`, which takes {} days on average and no time in the scenario",
                number((mean * 100.0).round() / 100.0)
            ));
        }
    }

    fn after(&mut self, id: &str, node: &Node, branch: &Branch) {
        let law = branch.after.as_ref();
        let ticks = |days: f64| (days * 86_400.0 / f64::from(self.shape.tick_seconds)).round();
        let before = word(node).and_then(scenario::duration);
        let now = match law {
            None => Some(0.0),
            Some(DelayLaw::Known(days)) => Some(*days),
            Some(_) => None,
        };
        if before
            .zip(now)
            .is_some_and(|(before, now)| ticks(before.days()) == ticks(now))
        {
            return;
        }
        let says = law.map_or_else(|| "\"0d\"".to_owned(), |it| delay(it, self.shape.tick_seconds));
        let is_law = as_table(node).is_some_and(|it| it.entry("by").is_none() && it.entry("is").is_none());
        if is_law {
            self.edits.put(node.span.clone(), says);
        } else {
            self.replace(id, node, says);
        }
    }

    /// Replaces a value; of one with a source only the value itself. One that depends on the customer
    /// is left alone.
    fn replace(&mut self, id: &str, node: &Node, says: String) {
        if word(node).is_some_and(|it| it.starts_with('$')) {
            self.left.push(format!("a value of `{id}` that is one of `[values]`"));
            return;
        }
        match as_table(node) {
            None => self.edits.put(node.span.clone(), says),
            Some(table) => match table.entry("is") {
                Some(is) if as_table(&is.node).is_none() => self.edits.put(is.node.span.clone(), says),
                _ => self.left.push(format!(
                    "a value of `{id}` that depends on the customer or is uncertain in its own way"
                )),
            },
        }
    }

    fn arrivals(&mut self, streams: Option<&Table>) {
        let streams = streams.map_or(&[][..], Table::entries);
        let rates: Vec<&Table> = streams
            .iter()
            .filter_map(|it| as_table(&it.node))
            .filter(|it| it.entry("rate").is_some())
            .collect();
        if streams.len() > 1 {
            self.left.push("arrivals, which the log cannot tell apart".to_owned());
            return;
        }
        let [only] = rates[..] else {
            let known = self.shape.arrivals.entries.iter().find(|it| it.0 == "rate");
            let rate = known.map_or_else(String::new, |it| format!(" (in the log {})", it.1.replace('"', "")));
            self.left.push(format!(
                "how many arrive{rate}, which the scenario does not say as a rate"
            ));
            return;
        };
        for (key, says) in &self.shape.arrivals.entries {
            match only.entry(key) {
                Some(entry) if *key == "rate" => self.replace("arrivals", &entry.node, says.clone()),
                Some(entry) => self.edits.put(entry.node.span.clone(), says.clone()),
                None => self.left.push(format!(
                    "`{key} = {says}` of arrivals, of which the scenario says nothing"
                )),
            }
        }
    }
}

/// Whether a value stands there itself, or in a table with where it comes from.
fn is_plain(node: &Node) -> bool {
    let is = as_table(node).map(|it| it.entry("is").map(|it| &it.node));
    let is_word = |it: &Node| as_table(it).is_none() && word(it).is_none_or(|it| !it.starts_with('$'));
    is.unwrap_or(Some(node)).is_some_and(is_word)
}

fn table<'a>(root: &'a Table, key: &str) -> Option<&'a Table> {
    root.entry(key).and_then(|it| as_table(&it.node))
}

fn as_table(node: &Node) -> Option<&Table> {
    match &node.value {
        Value::Table(table) => Some(table),
        _ => None,
    }
}

fn word(node: &Node) -> Option<&str> {
    match &node.value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

fn title(node: &Node) -> Option<&str> {
    as_table(node)?.entry("title").and_then(|it| word(&it.node))
}

/// Unknown moves in words.
impl std::fmt::Display for UnknownMove {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let percent = number((self.share * 1_000.0).round() / 10.0);
        write!(out, "{percent} % of what comes after `{}` is `{}`", self.from, self.to)
    }
}
