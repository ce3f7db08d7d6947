//! The words of a condition, each with its bytes.

use std::ops::Range;

use crate::journey::draft::Operator;

/// A word of a condition.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Open,
    Close,
    And,
    Or,
    Not,
    Operator(Operator),
    Integer(i64),
    /// A quoted value.
    Text(String),
    /// A name, perhaps with a dot: `score`, `visits.webinar`.
    Name(String),
}

/// Something that cannot be in a condition: its bytes, what is wrong, and what to do.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Wrong {
    pub(super) range: Range<usize>,
    pub(super) message: String,
    pub(super) help: Option<String>,
}

impl Wrong {
    pub(super) fn new(range: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            range,
            message: message.into(),
            help: None,
        }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// The tokens of `text` in order.
pub(super) fn tokens(text: &str) -> Result<Vec<(Token, Range<usize>)>, Wrong> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let (token, length) = token(text, at, first)?;
        tokens.push((token, at..at + length));
        at += length;
    }
    Ok(tokens)
}

fn token(text: &str, at: usize, first: char) -> Result<(Token, usize), Wrong> {
    let rest = &text[at..];
    let wrong = |length: usize, message: String| Wrong::new(at..at + length, message);
    for (word, operator) in OPERATORS {
        if rest.starts_with(word) {
            return Ok((Token::Operator(operator), word.len()));
        }
    }
    for (word, instead) in FOREIGN {
        if rest.starts_with(word) {
            let message = format!("`{word}` is not known here");
            return Err(wrong(word.len(), message).help(format!("write `{instead}`")));
        }
    }
    match first {
        '(' => Ok((Token::Open, 1)),
        ')' => Ok((Token::Close, 1)),
        '\'' | '"' => match rest[1..].find(first) {
            Some(length) => Ok((Token::Text(rest[1..=length].to_owned()), length + 2)),
            None => Err(wrong(rest.len(), "this quotation mark is never closed".to_owned())),
        },
        '-' | '0'..='9' => number(rest)
            .map_err(|(length, message)| wrong(length, message).help("conditions compare with whole numbers")),
        _ if first.is_ascii_alphabetic() || first == '_' => {
            let name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
            let length = rest.find(|c| !name(c)).unwrap_or(rest.len());
            let token = match &rest[..length] {
                "and" => Token::And,
                "or" => Token::Or,
                "not" => Token::Not,
                name => Token::Name(name.to_owned()),
            };
            Ok((token, length))
        }
        _ => Err(wrong(
            first.len_utf8(),
            format!("`{first}` does not belong in a condition"),
        )),
    }
}

const OPERATORS: [(&str, Operator); 6] = [
    ("==", Operator::Equal),
    ("!=", Operator::Unequal),
    ("<=", Operator::LessOrEqual),
    (">=", Operator::GreaterOrEqual),
    ("<", Operator::Less),
    (">", Operator::Greater),
];

const FOREIGN: [(&str, &str); 9] = [
    ("=", "=="),
    ("&&", "and"),
    ("&", "and"),
    ("||", "or"),
    ("|", "or"),
    ("!", "not"),
    ("≤", "<="),
    ("≥", ">="),
    ("≠", "!="),
];

fn number(rest: &str) -> Result<(Token, usize), (usize, String)> {
    let number = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '%');
    let length = rest.find(|c| !number(c)).unwrap_or(rest.len());
    let written = &rest[..length];
    let digits = written.strip_prefix('-').unwrap_or(written);
    if digits.is_empty() || !digits.bytes().all(|it| it.is_ascii_digit()) {
        return Err((length, format!("`{written}` is not a whole number")));
    }
    match written.parse() {
        Ok(number) => Ok((Token::Integer(number), length)),
        Err(_) => Err((length, format!("the number `{written}` does not fit"))),
    }
}
