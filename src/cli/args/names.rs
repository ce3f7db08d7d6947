//! Names of activities or columns, typed with commas between them.

/// Names of activities or columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct Names(Vec<String>);

impl Names {
    /// All that were given, by one option or several.
    pub(in crate::cli) fn all(given: &[Self]) -> Vec<String> {
        given.iter().flat_map(|it| it.0.iter().cloned()).collect()
    }
}

/// Names with commas between them; one that has a comma itself stands in double quotes.
pub(super) fn names(text: &str) -> Result<Names, String> {
    let mut names = Vec::new();
    let mut rest = text.trim();
    loop {
        let (name, behind) = first_name(rest).ok_or("expected `,` or nothing more behind a name in double quotes")?;
        if name.is_empty() {
            return Err("expected a name, or several with commas between".into());
        }
        names.push(name);
        match behind {
            Some(behind) => rest = behind.trim_start(),
            None => return Ok(Names(names)),
        }
    }
}

/// The first of some names, and what stands behind its comma.
fn first_name(text: &str) -> Option<(String, Option<&str>)> {
    let Some(mut quoted) = text.strip_prefix('"') else {
        let (name, behind) = match text.split_once(',') {
            Some((name, behind)) => (name, Some(behind)),
            None => (text, None),
        };
        return Some((name.trim_end().to_owned(), behind));
    };
    let mut name = String::new();
    loop {
        let (part, behind) = quoted.split_once('"')?;
        name.push_str(part);
        // Two of them are one that belongs to the name.
        match behind.strip_prefix('"') {
            Some(more) => {
                name.push('"');
                quoted = more;
            }
            None => {
                let behind = behind.trim_start();
                let next = behind.strip_prefix(',');
                return (next.is_some() || behind.is_empty()).then_some((name, next));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_commas_stand_in_quotes() {
        for (text, wanted) in [
            ("won", &["won"][..]),
            (" won , lost at last ", &["won", "lost at last"]),
            (r#""Quote, sent",paid"#, &["Quote, sent", "paid"]),
            (r#"a,"b ""c""" , d"#, &["a", r#"b "c""#, "d"]),
            (r#"5" pipe"#, &[r#"5" pipe"#]),
        ] {
            let wanted: Vec<String> = wanted.iter().map(|&it| it.to_owned()).collect();
            assert_eq!(names(text), Ok(Names(wanted)), "{text}");
        }
        for wrong in ["", " ", ",", "a,", "a,,b", r#""""#, r#""a"#, r#""a"b"#] {
            assert!(names(wrong).is_err(), "{wrong}");
        }
    }
}
