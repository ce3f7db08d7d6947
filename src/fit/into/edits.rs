//! Changes of a text in place, and what they look like.

use std::fmt::Write as _;
use std::ops::Range;

/// Changes of a text, each of other bytes.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Edits {
    all: Vec<(Range<usize>, String)>,
}

impl Edits {
    /// Puts `says` in the place of these bytes.
    pub(super) fn put(&mut self, bytes: Range<usize>, says: String) {
        let at = self.all.partition_point(|it| it.0.start < bytes.start);
        let is_free = self
            .all
            .get(at)
            .is_none_or(|it| it.0.start >= bytes.end && it.0 != bytes)
            && (at == 0 || self.all[at - 1].0.end <= bytes.start);
        if is_free {
            self.all.insert(at, (bytes, says));
        }
    }

    /// How many of them change something.
    pub(super) fn changes(&self, text: &str) -> usize {
        self.all.iter().filter(|it| text[it.0.clone()] != it.1).count()
    }

    /// The text with all of them.
    pub(super) fn apply(&self, text: &str) -> String {
        self.within(text, 0..text.len())
    }

    /// What becomes of a part of the text; no change reaches beyond it.
    fn within(&self, text: &str, part: Range<usize>) -> String {
        let mut changed = String::new();
        let mut at = part.start;
        for (bytes, says) in self
            .all
            .iter()
            .filter(|it| it.0.start >= part.start && it.0.end <= part.end)
        {
            changed.push_str(&text[at..bytes.start]);
            changed.push_str(says);
            at = bytes.end;
        }
        changed.push_str(&text[at..part.end]);
        changed
    }

    /// The lines that change, before and after.
    pub(super) fn difference(&self, text: &str) -> String {
        let mut parts: Vec<Range<usize>> = Vec::new();
        for (bytes, _) in &self.all {
            let begin = text[..bytes.start].rfind('\n').map_or(0, |it| it + 1);
            let end = text[bytes.end..].find('\n').map_or(text.len(), |it| bytes.end + it);
            match parts.last_mut() {
                Some(last) if last.end >= begin => last.end = last.end.max(end),
                _ => parts.push(begin..end),
            }
        }
        let mut difference = String::new();
        for part in parts {
            let (old, new) = (&text[part.clone()], self.within(text, part.clone()));
            if old == new {
                continue;
            }
            let line = text[..part.start].matches('\n').count() + 1;
            writeln!(difference, "@@ line {line} @@").expect("a string takes any text");
            for (sign, lines) in [('-', old), ('+', &new)] {
                for line in lines.lines() {
                    writeln!(difference, "{sign}{line}").expect("a string takes any text");
                }
            }
        }
        difference
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_put_changes() {
        let text = "a = 1\nb = 2 # two\nc = 3\n";
        let mut edits = Edits::default();
        edits.put(10..11, "22".to_owned());
        edits.put(4..5, "11".to_owned());
        edits.put(4..5, "never".to_owned());
        assert_eq!(edits.changes(text), 2);
        assert_eq!(edits.apply(text), "a = 11\nb = 22 # two\nc = 3\n");
        assert_eq!(
            edits.difference(text),
            "@@ line 1 @@\n-a = 1\n+a = 11\n@@ line 2 @@\n-b = 2 # two\n+b = 22 # two\n"
        );
    }
}
