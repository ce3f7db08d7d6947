//! Rules as conditions, with every number turned back into a name.

use crate::journey::draft::Operator;
use crate::journey::{Atom, AttributeKind, Journey, Key, Rule};

/// The condition that a rule was made from: `segment == 'enterprise' and score >= 2`.
pub(crate) fn rule(journey: &Journey, it: &Rule) -> String {
    match it {
        Rule::Always => "otherwise".to_owned(),
        _ => bound(journey, it, Binding::Loosest),
    }
}

/// How tightly what is around a condition binds; what binds looser needs parentheses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    Loosest,
    And,
    Not,
}

fn bound(journey: &Journey, rule: &Rule, around: Binding) -> String {
    let joined = |rules: &[Rule], word: &str, inside| {
        let parts: Vec<String> = rules.iter().map(|it| bound(journey, it, inside)).collect();
        parts.join(word)
    };
    let (text, is_loose) = match rule {
        // The others can only stand inside of a rule that was never written.
        Rule::Always => ("otherwise".to_owned(), false),
        Rule::Or(rules) => {
            let is_loose = around > Binding::Loosest && rules.len() > 1;
            (joined(rules, " or ", Binding::Loosest), is_loose)
        }
        Rule::And(rules) => {
            let is_loose = around > Binding::And && rules.len() > 1;
            (joined(rules, " and ", Binding::And), is_loose)
        }
        Rule::Not(inner) => (format!("not {}", bound(journey, inner, Binding::Not)), false),
        Rule::Compare(atom, operator, value) => (compare(journey, *atom, *operator, *value), false),
    };
    if is_loose { format!("({text})") } else { text }
}

fn compare(journey: &Journey, atom: Atom, operator: Operator, value: i64) -> String {
    let (subject, value) = match atom {
        Atom::Visits(step) => (format!("visits.{}", journey.step(step).id), value.to_string()),
        Atom::Days => ("days".to_owned(), value.to_string()),
        Atom::Month => ("month".to_owned(), value.to_string()),
        Atom::Weekday => ("weekday".to_owned(), value.to_string()),
        Atom::Key(Key::Arrival) => {
            let at = usize::try_from(value).ok();
            let stream = at.and_then(|at| journey.streams.get(at));
            let name = stream.map_or("pipeline", |it| it.id.as_str());
            ("arrival".to_owned(), format!("'{name}'"))
        }
        Atom::Key(Key::Attribute(id)) => {
            let attribute = &journey.attributes[id.index()];
            let value = match &attribute.kind {
                AttributeKind::Counter { low, .. } => (value + low).to_string(),
                AttributeKind::Category(values) => {
                    let at = usize::try_from(value).ok();
                    let name = at.and_then(|at| values.get(at));
                    format!("'{}'", name.map_or("", String::as_str))
                }
            };
            (attribute.id.clone(), value)
        }
    };
    format!("{subject} {} {value}", sign(operator))
}

fn sign(operator: Operator) -> &'static str {
    match operator {
        Operator::Equal => "==",
        Operator::Unequal => "!=",
        Operator::Less => "<",
        Operator::LessOrEqual => "<=",
        Operator::Greater => ">",
        Operator::GreaterOrEqual => ">=",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journey::Fork;
    use crate::report::fixture::journey_of;

    fn check(condition: &str) {
        let journey = journey_of(&format!(
            r#"
            format = 1
            customers = 10
            [customer]
            size = {{ small = 1, large = 1 }}
            score = {{ counter = [-2, 5], start = 0 }}
            [steps.visit]
            branches = [{{ to = "gone", when = "{condition}" }}, {{ to = "gone", name = "b", when = "otherwise" }}]
            [steps.gone]
            outcome = "lost"
            "#
        ));
        let (_, step) = journey.steps().next().expect("there are two");
        let Fork::Rules(rules) = &step.fork else {
            panic!("it goes by rules");
        };
        assert_eq!(rule(&journey, &rules[0]), condition);
        assert_eq!(rule(&journey, &rules[1]), "otherwise");
    }

    #[test]
    fn conditions_read_as_they_were_written() {
        for condition in [
            "size == 'large'",
            "score >= -1 and size != 'small' or visits.visit > 3",
            "(month <= 3 or month >= 10) and weekday == 7",
            "not (days < 5 or arrival == 'customers')",
            "not days < 5 and not (days == 7 and month == 2)",
        ] {
            check(condition);
        }
    }
}
