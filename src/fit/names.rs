//! Ids of steps, branches, attributes and values from names of all kinds.

use std::collections::BTreeSet;

use crate::journey::TAKEN;

/// Names that steps cannot have, because branches that lead to them would be called as a key of a
/// step is.
const STEP_KEYS: [&str; 16] = [
    "title", "note", "source", "quotes", "stage", "channel", "owner", "cost", "revenue", "costs", "units", "event",
    "adds", "sets", "branches", "outcome",
];
/// Words of an attribute's table: neither attributes nor their values can be called so.
const KEYS: [&str; 2] = ["counter", "by"];

/// Ids that are given away once each.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ids {
    taken: BTreeSet<String>,
}

impl Ids {
    /// Ids of steps, which also name branches.
    pub(crate) fn of_steps() -> Self {
        Self::without(&STEP_KEYS)
    }

    /// Ids of attributes, or of the values of one.
    pub(crate) fn of_attributes() -> Self {
        Self::without(&[&TAKEN[..], &KEYS].concat())
    }

    fn without(words: &[&str]) -> Self {
        Self {
            taken: words.iter().map(|it| (*it).to_owned()).collect(),
        }
    }

    /// An id for `name` that nobody else has: letters and digits as they are or nearly so, and `_` for
    /// what stands between them.
    pub(crate) fn give(&mut self, name: &str) -> String {
        let plain = id(name);
        let mut free = plain.clone();
        let mut number = 2;
        while !self.taken.insert(free.clone()) {
            free = format!("{plain}_{number}");
            number += 1;
        }
        free
    }
}

fn id(name: &str) -> String {
    let is_letter = |it: char| it.is_ascii_alphanumeric() || it == '_' || it == '-';
    let mut id = String::new();
    let mut is_apart = false;
    for letter in name.trim().chars() {
        let plain = plain(letter);
        if !is_letter(letter) && plain.is_empty() {
            is_apart = !id.is_empty();
            continue;
        }
        if is_apart && !id.ends_with('_') {
            id.push('_');
        }
        is_apart = false;
        if plain.is_empty() {
            id.push(letter);
        } else {
            id.push_str(plain);
        }
    }
    if !id.bytes().any(|it| it.is_ascii_alphanumeric()) {
        return "unnamed".to_owned();
    }
    match id.bytes().next() {
        Some(first) if first.is_ascii_digit() || first == b'-' => format!("_{id}"),
        _ => id,
    }
}

/// A Latin letter with a mark, or two in one, as English would write it; nothing for all others.
fn plain(letter: char) -> &'static str {
    let known = PLAIN.iter().find(|it| it.0.contains(letter));
    known.map_or("", |it| it.1)
}

/// Letters of the Latin alphabet that are not those of English, and what stands for them.
const PLAIN: [(&str, &str); 48] = [
    ("ÀÁÂÃÄÅĀĂĄ", "A"),
    ("àáâãäåāăą", "a"),
    ("Æ", "AE"),
    ("æ", "ae"),
    ("ÇĆĈĊČ", "C"),
    ("çćĉċč", "c"),
    ("ÐĎĐ", "D"),
    ("ðďđ", "d"),
    ("ÈÉÊËĒĔĖĘĚ", "E"),
    ("èéêëēĕėęě", "e"),
    ("ĜĞĠĢ", "G"),
    ("ĝğġģ", "g"),
    ("ĤĦ", "H"),
    ("ĥħ", "h"),
    ("ÌÍÎÏĨĪĬĮİ", "I"),
    ("ìíîïĩīĭįı", "i"),
    ("Ĳ", "IJ"),
    ("ĳ", "ij"),
    ("Ĵ", "J"),
    ("ĵ", "j"),
    ("Ķ", "K"),
    ("ķĸ", "k"),
    ("ĹĻĽĿŁ", "L"),
    ("ĺļľŀł", "l"),
    ("ÑŃŅŇŊ", "N"),
    ("ñńņňŉŋ", "n"),
    ("ÒÓÔÕÖØŌŎŐ", "O"),
    ("òóôõöøōŏő", "o"),
    ("Œ", "OE"),
    ("œ", "oe"),
    ("ŔŖŘ", "R"),
    ("ŕŗř", "r"),
    ("ŚŜŞŠȘ", "S"),
    ("śŝşšș", "s"),
    ("ẞ", "SS"),
    ("ß", "ss"),
    ("ŢŤŦȚ", "T"),
    ("ţťŧț", "t"),
    ("Þ", "Th"),
    ("þ", "th"),
    ("ÙÚÛÜŨŪŬŮŰŲ", "U"),
    ("ùúûüũūŭůűų", "u"),
    ("Ŵ", "W"),
    ("ŵ", "w"),
    ("ÝŶŸ", "Y"),
    ("ýÿŷ", "y"),
    ("ŹŻŽ", "Z"),
    ("źżž", "z"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_keep_what_they_can_and_are_never_given_twice() {
        let mut ids = Ids::of_steps();
        let given = [
            "Create Fine",
            "create-fine",
            "Create  Fine",
            "2nd visit",
            "cost",
            "客户",
            "顧客",
            "a/b",
            " (Überprüfung der Maße) ",
            "Łódź",
            "_own",
            "!a!",
            "--",
        ]
        .map(|name| ids.give(name));
        let wanted = [
            "Create_Fine",
            "create-fine",
            "Create_Fine_2",
            "_2nd_visit",
            "cost_2",
            "unnamed",
            "unnamed_2",
            "a_b",
            "Uberprufung_der_Masse",
            "Lodz",
            "_own",
            "a",
            "unnamed_3",
        ];
        assert_eq!(given, wanted);
    }
}
