//! Conditions: their names and types, and that what they ask about exists.

use crate::journey::condition::{Atom, Rule};
use crate::journey::draft::{AttributeKindDraft, Comparison, Condition, Literal, Name, Operator, Subject};
use crate::journey::{AttributeId, Key};
use crate::problem::Fault;

use super::Builder;
use super::names::unknown;

/// The words that a condition can look at besides attributes.
const WORDS: [&str; 5] = ["arrival", "visits", "days", "month", "weekday"];

impl Builder<'_> {
    /// A condition with its names and types checked.
    pub(crate) fn rule(&mut self, condition: &Condition) -> Rule {
        match condition {
            Condition::And(parts) => Rule::And(parts.iter().map(|it| self.rule(it)).collect()),
            Condition::Or(parts) => Rule::Or(parts.iter().map(|it| self.rule(it)).collect()),
            Condition::Not(part) => Rule::Not(Box::new(self.rule(part))),
            Condition::Compare(it) => self.comparison(it).unwrap_or(Rule::Always),
        }
    }

    fn comparison(&mut self, it: &Comparison) -> Option<Rule> {
        let (atom, subject) = self.atom(it)?;
        let is_equality = matches!(it.operator, Operator::Equal | Operator::Unequal);
        if self.category(atom).is_some() && !is_equality {
            let message = format!("`{subject}` has no order");
            let fault = Fault::mistake("bad-condition", it.at.clone(), message);
            self.faults.push(fault.help("only `==` and `!=` can compare it"));
            return None;
        }
        match self.compared(atom, &subject, is_equality, &it.value) {
            Ok(value) => Some(Rule::Compare(atom, it.operator, value)),
            Err((code, message, help)) => {
                let at = it.at.clone().within(it.value_range.clone());
                let fault = Fault::mistake(code, at, message);
                let fault = Fault { help, ..fault };
                match (&it.value, atom) {
                    (Literal::Text(text), Atom::Key(key)) => {
                        let names = self.names.value_names(self.draft, key);
                        self.tell_with_nearest(fault, text, names);
                    }
                    _ => self.faults.push(fault),
                }
                None
            }
        }
    }

    /// What a comparison looks at, and how that is written.
    fn atom(&mut self, it: &Comparison) -> Option<(Atom, String)> {
        let name = |text: &str| Name {
            text: text.to_owned(),
            at: it.at.clone().within(it.subject_range.clone()),
        };
        Some(match &it.subject {
            Subject::Arrival => (Atom::Key(Key::Arrival), "arrival".to_owned()),
            Subject::Attribute(text) => {
                let Some((id, _)) = self.names.attributes.get(text.as_str()) else {
                    let names = self.draft.attributes.iter().map(|it| it.id.text.as_str());
                    let fault = unknown("attribute", &name(text));
                    self.tell_with_nearest(fault, text, names.chain(WORDS));
                    return None;
                };
                (Atom::Key(Key::Attribute(*id)), text.clone())
            }
            Subject::Visits(text) => (Atom::Visits(self.step_called(&name(text))?), format!("visits.{text}")),
            Subject::Days => (Atom::Days, "days".to_owned()),
            Subject::Month => (Atom::Month, "month".to_owned()),
            Subject::Weekday => (Atom::Weekday, "weekday".to_owned()),
        })
    }

    /// The number that an atom is compared with, or code, message and help.
    fn compared(
        &self,
        atom: Atom,
        subject: &str,
        is_equality: bool,
        value: &Literal,
    ) -> Result<i64, (&'static str, String, Option<String>)> {
        let wrong = |message: String, help: Option<String>| Err(("bad-condition", message, help));
        match (self.category(atom), value) {
            (Some(key), Literal::Text(text)) => {
                let number = self.names.value(self.draft, key, text);
                number.map(i64::from).map_err(|message| ("unknown-name", message, None))
            }
            (Some(_), Literal::Integer(number)) => wrong(
                format!("`{subject}` is one of several values, {number} is a number"),
                Some(format!("write the value in quotes: `{subject} == 'value'`")),
            ),
            (None, Literal::Text(text)) => wrong(
                format!("`{subject}` is a number, `'{text}'` is not"),
                Some(format!("compare it with a whole number: `{subject} >= 2`")),
            ),
            (None, Literal::Integer(number)) => {
                let (low, high) = self.possible(atom).unwrap_or((i64::MIN, i64::MAX));
                if is_equality && !(low..=high).contains(number) {
                    return wrong(format!("`{subject}` goes from {low} to {high}, never {number}"), None);
                }
                // Counters are numbered from their lowest value.
                let is_counter = matches!(atom, Atom::Key(_));
                Ok(number.saturating_sub(if is_counter { low } else { 0 }))
            }
        }
    }

    /// The key of an atom that is compared with names.
    fn category(&self, atom: Atom) -> Option<Key> {
        let Atom::Key(key) = atom else { return None };
        let is_category = |id: AttributeId| {
            let kind = &self.draft.attributes[id.index()].kind;
            matches!(kind, AttributeKindDraft::Category(_))
        };
        match key {
            Key::Arrival => Some(key),
            Key::Attribute(id) => is_category(id).then_some(key),
        }
    }

    /// The numbers that an atom can be, where they are known.
    fn possible(&self, atom: Atom) -> Option<(i64, i64)> {
        match atom {
            Atom::Key(Key::Attribute(id)) => match self.draft.attributes[id.index()].kind {
                AttributeKindDraft::Counter { low, high, .. } if self.names.size(id) > 0 => Some((low, high)),
                _ => None,
            },
            Atom::Month => Some((1, 12)),
            Atom::Weekday => Some((1, 7)),
            Atom::Key(Key::Arrival) | Atom::Visits(_) | Atom::Days => None,
        }
    }
}
