//! Words in a line of a terminal: their width, cutting, padding and wrapping.

use unicode_width::UnicodeWidthStr;

/// How many columns of a terminal `text` takes.
pub(super) fn width_of(text: &str) -> usize {
    text.width()
}

/// `text` if it fits into `width`, else its beginning and `…`.
pub(super) fn cut(text: &str, width: usize) -> String {
    if width_of(text) <= width {
        return text.to_owned();
    }
    let head = head_within(text, width.saturating_sub(1));
    format!("{}…", head.trim_end())
}

/// `text` with spaces to its right.
pub(super) fn pad(text: &str, width: usize) -> String {
    text.to_owned() + &" ".repeat(width.saturating_sub(width_of(text)))
}

/// `text` with spaces to its left.
pub(super) fn pad_left(text: &str, width: usize) -> String {
    " ".repeat(width.saturating_sub(width_of(text))) + text
}

/// `parts` in lines of at most `width`: broken between parts; between words if a part is too long
/// for a line; inside a word if that is.
pub(in crate::report) fn wrap(parts: &[String], width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in parts {
        if width_of(part) <= width {
            append(&mut lines, part, width);
            continue;
        }
        for word in part.split(' ') {
            let mut rest = word;
            while width_of(rest) > width {
                let head = head_within(rest, width);
                lines.push(head.to_owned());
                rest = &rest[head.len()..];
            }
            append(&mut lines, rest, width);
        }
    }
    lines
}

fn append(lines: &mut Vec<String>, text: &str, width: usize) {
    match lines.last_mut() {
        Some(line) if width_of(line) + 1 + width_of(text) <= width => {
            line.push(' ');
            line.push_str(text);
        }
        _ => lines.push(text.to_owned()),
    }
}

/// The longest beginning of `text` that fits into `width`; never nothing where there is something,
/// so that a loop over the rest ends.
fn head_within(text: &str, width: usize) -> &str {
    let ends = text.char_indices().map(|(at, it)| at + it.len_utf8());
    let first = text.chars().next().map_or(0, char::len_utf8);
    let end = ends
        .take_while(|&end| width_of(&text[..end]) <= width)
        .last()
        .unwrap_or(first);
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_cut_fits_and_says_so() {
        assert_eq!(cut("awareness", 9), "awareness");
        assert_eq!(cut("awareness", 5), "awar…");
        assert_eq!(cut("free trial", 6), "free…");
        assert_eq!(cut("顧客が訪れる", 6), "顧客…");
        assert_eq!(cut("顧客が訪れる", 5), "顧客…");
    }

    #[test]
    fn padding_counts_columns_of_the_terminal() {
        assert_eq!(pad("顧客", 6), "顧客  ");
        assert_eq!(pad_left("12", 4), "  12");
        assert_eq!(pad_left("12345", 4), "12345");
    }

    #[test]
    fn lines_break_between_parts_then_words_then_letters() {
        let parts = ["one two ·", "three four ·", "five"].map(str::to_owned);
        assert_eq!(wrap(&parts, 30), ["one two · three four · five"]);
        assert_eq!(wrap(&parts, 18), ["one two ·", "three four · five"]);
        assert_eq!(wrap(&parts, 8), ["one two", "· three", "four ·", "five"]);
        assert_eq!(wrap(&["abcdefgh".into()], 3), ["abc", "def", "gh"]);
    }
}
