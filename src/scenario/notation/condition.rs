//! Conditions: `segment == 'enterprise' and score >= 2`.

use std::ops::Range;

use super::super::spot::{Faults, Spot};
use super::condition_tokens::{Token, Wrong, tokens};
use crate::journey::draft::{Comparison, Condition, Literal, Operator, Subject};
use crate::problem::{At, Fault};

/// Parentheses and `not`s inside each other; the reader calls itself once for each.
const DEPTH_MAX: usize = 64;

/// The condition at `spot`.
pub(crate) fn condition(spot: &Spot<'_>, faults: &mut Faults) -> Option<Condition> {
    let Some(text) = spot.text() else {
        return spot.wrong("a condition such as `\"score >= 2\"`, or `\"otherwise\"`,", faults);
    };
    match condition_text(text, &spot.at) {
        Ok(condition) => Some(condition),
        Err(wrong) => {
            let at = spot.at.clone().within(wrong.range);
            let fault = Fault::mistake("bad-condition", at, wrong.message);
            faults.push(Fault {
                help: wrong.help,
                ..fault
            });
            None
        }
    }
}

fn condition_text(text: &str, at: &At) -> Result<Condition, Wrong> {
    let tokens = tokens(text)?;
    let mut reader = Reader {
        tokens: &tokens,
        next: 0,
        text,
        at,
    };
    let condition = reader.any_of(0)?;
    match reader.peek() {
        None => Ok(condition),
        Some((Token::Close, range)) => Err(Wrong::new(range, "this parenthesis was never opened")),
        Some((Token::Operator(_), range)) => {
            Err(Wrong::new(range, "a third value to compare with").help("compare twice: `score >= 2 and score <= 5`"))
        }
        Some((_, range)) => Err(Wrong::new(range, "`and` or `or` is missing before this")),
    }
}

struct Reader<'text> {
    tokens: &'text [(Token, Range<usize>)],
    next: usize,
    text: &'text str,
    at: &'text At,
}

/// One side of a comparison.
enum Side {
    Subject(Subject),
    Literal(Literal),
}

impl Reader<'_> {
    fn peek(&self) -> Option<(Token, Range<usize>)> {
        self.tokens.get(self.next).cloned()
    }

    /// Goes past the next token if it is `token`.
    fn accept(&mut self, token: &Token) -> bool {
        let found = self.tokens.get(self.next).is_some_and(|(it, _)| it == token);
        self.next += usize::from(found);
        found
    }

    fn any_of(&mut self, depth: usize) -> Result<Condition, Wrong> {
        self.chain(depth, &Token::Or, Self::all_of, Condition::Or)
    }

    fn all_of(&mut self, depth: usize) -> Result<Condition, Wrong> {
        self.chain(depth, &Token::And, Self::one, Condition::And)
    }

    fn chain(
        &mut self,
        depth: usize,
        between: &Token,
        part: fn(&mut Self, usize) -> Result<Condition, Wrong>,
        join: fn(Vec<Condition>) -> Condition,
    ) -> Result<Condition, Wrong> {
        let first = part(self, depth)?;
        let mut parts = vec![first];
        while self.accept(between) {
            parts.push(part(self, depth)?);
        }
        Ok(if parts.len() == 1 {
            parts.swap_remove(0)
        } else {
            join(parts)
        })
    }

    fn one(&mut self, depth: usize) -> Result<Condition, Wrong> {
        let range = self.peek().map(|(_, range)| range);
        if depth > DEPTH_MAX {
            let message = format!("more than {DEPTH_MAX} parentheses or `not`s inside each other");
            return Err(Wrong::new(range.unwrap_or(0..0), message));
        }
        if self.accept(&Token::Not) {
            return Ok(Condition::Not(Box::new(self.one(depth + 1)?)));
        }
        if self.accept(&Token::Open) {
            let inner = self.any_of(depth + 1)?;
            if self.accept(&Token::Close) {
                return Ok(inner);
            }
            let opened = range.unwrap_or(0..0);
            return Err(match self.peek() {
                None => Wrong::new(opened, "this parenthesis is never closed"),
                Some((_, range)) => Wrong::new(range, "`and`, `or` or `)` is missing before this"),
            });
        }
        self.comparison().map(Condition::Compare)
    }

    fn comparison(&mut self) -> Result<Comparison, Wrong> {
        let (left, left_range) = self.side()?;
        let Some((Token::Operator(operator), _)) = self.peek() else {
            let message = "this is not compared with anything";
            return Err(
                Wrong::new(left_range, message).help("a condition compares: `score >= 2`, `segment == 'enterprise'`")
            );
        };
        self.next += 1;
        let (right, right_range) = self.side()?;
        let range = left_range.start..right_range.end;
        let (subject, subject_range, operator, value, value_range) = match (left, right) {
            (Side::Subject(subject), Side::Literal(value)) => (subject, left_range, operator, value, right_range),
            (Side::Literal(value), Side::Subject(subject)) => {
                (subject, right_range, turned(operator), value, left_range)
            }
            (Side::Subject(_), Side::Subject(_)) => {
                let name = &self.text[right_range.clone()];
                return Err(Wrong::new(right_range, format!("`{name}` is a name, not a value"))
                    .help(format!("values are numbers or stand in quotes: `'{name}'`")));
            }
            (Side::Literal(_), Side::Literal(_)) => {
                return Err(Wrong::new(range, "two fixed values are compared")
                    .help("one side is an attribute, `arrival`, `visits.STEP`, `days`, `month` or `weekday`"));
            }
        };
        Ok(Comparison {
            at: self.at.clone().within(range),
            subject_range,
            value_range,
            subject,
            operator,
            value,
        })
    }

    fn side(&mut self) -> Result<(Side, Range<usize>), Wrong> {
        let Some((token, range)) = self.peek() else {
            let end = self.text.len();
            let last = self.tokens.last().map_or(0..end, |(_, range)| range.clone());
            return Err(Wrong::new(last, "the condition stops here")
                .help("a condition compares: `score >= 2`, `segment == 'enterprise'`"));
        };
        let side = match token {
            Token::Integer(number) => Side::Literal(Literal::Integer(number)),
            Token::Text(text) => Side::Literal(Literal::Text(text)),
            Token::Name(name) => Side::Subject(subject(&name, &range)?),
            _ => {
                let word = &self.text[range.clone()];
                return Err(Wrong::new(
                    range,
                    format!("a name or a value is missing before `{word}`"),
                ));
            }
        };
        self.next += 1;
        Ok((side, range))
    }
}

fn subject(name: &str, range: &Range<usize>) -> Result<Subject, Wrong> {
    if name == "otherwise" {
        return Err(Wrong::new(range.clone(), "`otherwise` stands alone")
            .help("write `when = \"otherwise\"` in the last branch"));
    }
    Ok(match name.split_once('.') {
        None => match name {
            "arrival" => Subject::Arrival,
            "days" => Subject::Days,
            "month" => Subject::Month,
            "weekday" => Subject::Weekday,
            "visits" => {
                return Err(Wrong::new(range.clone(), "visits of which step?")
                    .help("write `visits.` and the name of a step: `visits.webinar >= 3`"));
            }
            _ => Subject::Attribute(name.to_owned()),
        },
        Some(("visits", step)) if !step.is_empty() && !step.contains('.') => Subject::Visits(step.to_owned()),
        Some(_) => {
            return Err(
                Wrong::new(range.clone(), format!("a condition cannot look at `{name}`"))
                    .help("it can look at attributes, `arrival`, `visits.STEP`, `days`, `month` and `weekday`"),
            );
        }
    })
}

/// The operator that says the same with both sides exchanged.
fn turned(operator: Operator) -> Operator {
    match operator {
        Operator::Less => Operator::Greater,
        Operator::LessOrEqual => Operator::GreaterOrEqual,
        Operator::Greater => Operator::Less,
        Operator::GreaterOrEqual => Operator::LessOrEqual,
        same => same,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Condition {
        condition_text(text, &At::top()).expect(text)
    }

    /// The condition in a form that shows how it was grouped.
    fn shown(condition: &Condition) -> String {
        let all = |parts: &[Condition], word| {
            let parts: Vec<String> = parts.iter().map(shown).collect();
            format!("({})", parts.join(word))
        };
        match condition {
            Condition::And(parts) => all(parts, " & "),
            Condition::Or(parts) => all(parts, " | "),
            Condition::Not(inner) => format!("!{}", shown(inner)),
            Condition::Compare(it) => {
                format!("{:?} {:?} {:?}", it.subject, it.operator, it.value)
            }
        }
    }

    fn refused(text: &str) -> (String, String) {
        let wrong = condition_text(text, &At::top()).expect_err(text);
        (text[wrong.range].to_owned(), wrong.message)
    }

    #[test]
    fn not_binds_tighter_than_and_and_and_tighter_than_or() {
        let read = read("days > 1 or not days > 2 and days > 3 and days > 4");
        let day = |number| format!("Days Greater Integer({number})");
        let expected = format!("({} | (!{} & {} & {}))", day(1), day(2), day(3), day(4));
        assert_eq!(shown(&read), expected);
    }

    #[test]
    fn parentheses_group() {
        let read = read("(days > 1 or days > 2) and days > 3");
        assert!(shown(&read).starts_with("(("));
    }

    #[test]
    fn a_value_may_stand_on_the_left() {
        assert_eq!(read("2 <= score"), {
            let Condition::Compare(mut it) = read("score >= 2") else {
                unreachable!()
            };
            it.at = At::top().within(0..10);
            (it.subject_range, it.value_range) = (5..10, 0..1);
            Condition::Compare(it)
        });
    }

    #[test]
    fn every_subject_is_read() {
        for (text, subject) in [
            ("lead-score == 1", Subject::Attribute("lead-score".into())),
            ("arrival != 'pipeline'", Subject::Arrival),
            ("visits.web_inar >= 3", Subject::Visits("web_inar".into())),
            ("days < 3", Subject::Days),
            ("month == 12", Subject::Month),
            ("weekday <= -7", Subject::Weekday),
        ] {
            let Condition::Compare(it) = read(text) else {
                unreachable!()
            };
            assert_eq!(it.subject, subject);
            assert_eq!(it.at.within, Some(0..text.len()));
        }
    }

    #[test]
    fn what_is_wrong_is_pointed_at() {
        for (text, place, message) in [
            ("score = 2", "=", "`=` is not known here"),
            ("score >= 2 && days > 1", "&&", "`&&` is not known here"),
            (
                "segment == enterprise",
                "enterprise",
                "`enterprise` is a name, not a value",
            ),
            ("score >= 2.5", "2.5", "`2.5` is not a whole number"),
            ("(score >= 2", "(", "this parenthesis is never closed"),
            ("score >= 2)", ")", "this parenthesis was never opened"),
            ("score >=", ">=", "the condition stops here"),
            ("score", "score", "this is not compared with anything"),
            ("1 == 2", "1 == 2", "two fixed values are compared"),
            ("1 < score < 5", "<", "a third value to compare with"),
            ("score > 1 days > 2", "days", "`and` or `or` is missing before this"),
            ("segment == 'a", "'a", "this quotation mark is never closed"),
            ("visits > 2", "visits", "visits of which step?"),
            ("steps.a > 2", "steps.a", "a condition cannot look at `steps.a`"),
            (
                "score > 1 and or days > 2",
                "or",
                "a name or a value is missing before `or`",
            ),
            (
                "score > 99999999999999999999",
                "99999999999999999999",
                "the number `99999999999999999999` does not fit",
            ),
            ("größe == 1", "ö", "`ö` does not belong in a condition"),
        ] {
            assert_eq!(refused(text), (place.to_owned(), message.to_owned()));
        }
        assert_eq!(refused("").1, "the condition stops here");
    }

    #[test]
    fn endless_nesting_is_refused_and_a_long_chain_is_not() {
        for open in ["(", "not "] {
            let deep = open.repeat(10_000) + "days > 1" + &")".repeat(10_000);
            assert!(refused(&deep).1.contains("inside each other"));
        }
        let chain = vec!["days > 1"; 10_000].join(" or ");
        let Condition::Or(parts) = read(&chain) else {
            unreachable!()
        };
        assert_eq!(parts.len(), 10_000);
    }
}
