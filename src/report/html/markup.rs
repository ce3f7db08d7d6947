//! Words as markup: escaped, with ids that are unique on the page.

use std::collections::BTreeSet;

/// Appends what `format!` would make.
macro_rules! put {
    ($text:expr, $($parts:tt)*) => {
        std::fmt::Write::write_fmt(&mut $text, format_args!($($parts)*)).expect("a string takes any text")
    };
}
pub(super) use put;

/// What `told` makes of each of `items`, one after the other.
pub(super) fn each<T>(items: impl IntoIterator<Item = T>, told: impl Fn(T) -> String) -> String {
    items.into_iter().fold(String::new(), |all, it| all + &told(it))
}

/// Text that means itself in an element or an attribute; what XML cannot hold is a space.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => escaped.push(' '),
            _ if character.is_control() || turns_text(character) => escaped.push(' '),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// Whether a character turns the direction of reading, which would reach beyond its own word.
pub(super) fn turns_text(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A sentence of our own: names in backticks become code.
pub(super) fn code(text: &str) -> String {
    if !text.matches('`').count().is_multiple_of(2) {
        return escaped(text);
    }
    let parts = text.split('`').enumerate().map(|(at, part)| match at % 2 {
        0 => escaped(part),
        _ => format!("<code>{}</code>", escaped(part)),
    });
    parts.collect()
}

/// A path, which may be broken at its dots.
pub(super) fn path(text: &str) -> String {
    format!("<code>{}</code>", breakable(text))
}

/// A name, which may be broken at its dots and underscores.
pub(super) fn breakable(text: &str) -> String {
    escaped(text).replace('.', ".<wbr />").replace('_', "_<wbr />")
}

/// The ids given so far.
#[derive(Debug, Default)]
pub(super) struct Ids(BTreeSet<String>);

impl Ids {
    /// An id made of the letters and digits of `wish`, which nothing else on the page has.
    pub(super) fn take(&mut self, wish: &str) -> String {
        let plain: String = wish
            .to_lowercase()
            .split(|it: char| !it.is_ascii_alphanumeric())
            .filter(|it| !it.is_empty())
            .collect::<Vec<_>>()
            .join("-");
        let stem = match plain.chars().next() {
            Some(first) if first.is_ascii_alphabetic() => plain,
            _ => format!("x-{plain}"),
        };
        let id = std::iter::once(stem.clone())
            .chain((2..=self.0.len() + 2).map(|number| format!("{stem}-{number}")))
            .find(|it| !self.0.contains(it))
            .expect("there are more numbers than ids");
        self.0.insert(id.clone());
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_means_itself() {
        assert_eq!(
            escaped("<script>\"a\" & 'b'</script>\u{1b}[1m\u{0}\u{ffff}\u{202e}"),
            "&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;&lt;/script&gt; [1m   "
        );
        assert_eq!(code("`a<b` is `c`"), "<code>a&lt;b</code> is <code>c</code>");
        assert_eq!(code("a`b"), "a`b");
    }

    #[test]
    fn ids_are_unique_words() {
        let mut ids = Ids::default();
        let wishes = ["By arrival", "by-arrival", "顧客", "", "60 months", "By arrival"];
        let given = wishes.map(|it| ids.take(it));
        assert_eq!(
            given,
            [
                "by-arrival",
                "by-arrival-2",
                "x-",
                "x--2",
                "x-60-months",
                "by-arrival-3"
            ]
        );
    }
}
