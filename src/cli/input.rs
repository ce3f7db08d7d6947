//! Reading a scenario: from a file or from stdin, and never more than fits.

use std::fs::File;
use std::io::{self, IsTerminal as _, Read};
use std::path::Path;

use anyhow::{Context as _, bail};

use super::terminal::Terminal;
use crate::scenario::FileFormat;

/// Larger inputs are no scenarios.
const MEBIBYTES_MAX: u64 = 64;

/// A scenario as read, not yet looked into.
#[derive(Debug)]
pub(super) struct Input {
    /// How messages call it: the path as given, or `<stdin>`.
    pub(super) name: String,
    /// How the forecast calls it: the path as given, or `-`.
    pub(super) file: String,
    /// All of it.
    pub(super) bytes: Vec<u8>,
    /// In which notation it is written.
    pub(super) format: FileFormat,
}

/// Reads the scenario at `path`, or stdin for `-`.
///
/// # Errors
///
/// If it cannot be read, is a folder, or is far larger than any scenario.
pub(super) fn read(path: &Path, terminal: Terminal) -> anyhow::Result<Input> {
    let file = path.display().to_string();
    if file == "-" {
        if io::stdin().is_terminal() {
            terminal.remark("reading a scenario from the keyboard; end it with Ctrl-D");
        }
        let bytes = bounded(io::stdin().lock()).context("cannot read stdin")?;
        return Ok(Input {
            name: "<stdin>".to_owned(),
            file,
            format: guess(&bytes),
            bytes,
        });
    }
    let bytes = open(path)
        .and_then(bounded)
        .with_context(|| format!("cannot read {file}"))?;
    Ok(Input {
        name: file.clone(),
        format: FileFormat::of(&file),
        file,
        bytes,
    })
}

fn open(path: &Path) -> anyhow::Result<File> {
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        bail!("it is a folder, not a scenario file");
    }
    Ok(file)
}

fn bounded(input: impl Read) -> anyhow::Result<Vec<u8>> {
    let bytes_max = MEBIBYTES_MAX << 20;
    let mut bytes = Vec::new();
    input.take(bytes_max + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > bytes_max {
        bail!("it is larger than {MEBIBYTES_MAX} MiB, which no scenario is");
    }
    Ok(bytes)
}

/// JSON if it begins with a brace: no TOML document does.
fn guess(bytes: &[u8]) -> FileFormat {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match text.iter().find(|it| !it.is_ascii_whitespace()) {
        Some(b'{') => FileFormat::Json,
        _ => FileFormat::Toml,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_brace_begins_json() {
        assert_eq!(guess(b"\xef\xbb\xbf \n{ \"format\": 1 }"), FileFormat::Json);
        assert_eq!(guess(b"format = 1"), FileFormat::Toml);
        assert_eq!(guess(b""), FileFormat::Toml);
    }

    #[test]
    fn endless_input_is_refused() {
        let error = bounded(io::repeat(b'a')).expect_err("it does not end");
        assert_eq!(error.to_string(), "it is larger than 64 MiB, which no scenario is");
    }
}
