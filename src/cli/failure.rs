//! Why a command did not do what was asked, told apart by whose fault it is.

use std::io;

use crate::problem::Problems;

/// Why a command ended early.
#[derive(Debug)]
pub(super) enum Failure {
    /// Mistakes in an input file.
    Mistakes(Problems),
    /// An input file that is no use, though what is wrong with it has no place in it or only one: it
    /// cannot be calculated, or is no forecast. One line.
    Input(String),
    /// Engines that ought to agree do not: a mistake in the program.
    Contradiction,
    /// The world: no such file, disk full; the context says which path.
    World(anyhow::Error),
    /// Whoever read our output has gone, as `head` does: nothing is wrong and nothing is left to do.
    NobodyReads,
    /// Interrupted; what could still be reported has been.
    CutShort,
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::World(error)
    }
}

/// The error and its causes as one line.
///
/// The number the operating system has for its reason says nothing to a reader and is left out;
/// characters that would break the line (they are legal in file names) are escaped.
pub(super) fn one_line(error: &anyhow::Error) -> String {
    let parts: Vec<String> = error.chain().map(reason).collect();
    escaped(&parts.join(": "))
}

/// The text with control characters escaped, so that it stays on one line and cannot steer the
/// terminal.
pub(super) fn escaped(text: &str) -> String {
    text.chars()
        .flat_map(|it| {
            let plain = (!it.is_control()).then_some(it);
            let escape = it.is_control().then(|| it.escape_default());
            plain.into_iter().chain(escape.into_iter().flatten())
        })
        .collect()
}

fn reason(error: &(dyn std::error::Error + 'static)) -> String {
    let text = error.to_string();
    let of_system = error.is::<io::Error>();
    // Temporary files, of which nobody has heard, are named behind the number.
    let plain = text.split_once(" (os error ").filter(|_| of_system);
    plain.map_or(text.clone(), |(reason, _)| reason.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Context as _;

    #[test]
    fn a_reason_of_the_system_comes_without_its_number() {
        let error = Err::<(), _>(io::Error::from_raw_os_error(2))
            .context("cannot read shop.toml")
            .expect_err("it is an error");
        let line = one_line(&error);
        assert!(line.starts_with("cannot read shop.toml: "), "{line}");
        assert!(!line.contains("os error"), "{line}");
    }

    #[test]
    fn a_file_name_cannot_break_the_line() {
        let error = anyhow::anyhow!("cannot read a\nb\u{1b}[2J.toml");
        assert_eq!(one_line(&error), "cannot read a\\nb\\u{1b}[2J.toml");
    }
}
