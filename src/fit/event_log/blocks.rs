//! A stream in pieces that end where a row ends.

use std::io::Read;

use super::LogError;

/// A piece of a text has about so many bytes: with what is read from it, it stays near one core.
pub(super) const BLOCK_BYTES: usize = 1 << 18;
/// So many bytes are enough to see what is in a table.
const BYTES_AHEAD: usize = 1 << 18;
/// No row is longer.
const ROW_BYTES_MAX: usize = 64 << 20;

/// A stream of rows.
#[derive(Debug)]
pub(super) struct Blocks<R> {
    reader: R,
    /// What was read but not yet given out: it begins with a row.
    carry: Vec<u8>,
    has_ended: bool,
    block_bytes: usize,
    delimiter: u8,
    /// The line that `carry` begins with.
    line: u64,
}

impl<R: Read> Blocks<R> {
    pub(super) fn new(reader: R, block_bytes: usize) -> Self {
        Self {
            reader,
            carry: Vec::new(),
            has_ended: false,
            block_bytes,
            delimiter: b',',
            line: 1,
        }
    }

    /// Takes the first line with its end, without the mark that some programs begin a file with. Quotes
    /// count anywhere in it, since what stands between cells is not known yet.
    ///
    /// # Errors
    ///
    /// If the stream cannot be read or is no text in UTF-8.
    pub(super) fn header(&mut self) -> Result<Vec<u8>, LogError> {
        loop {
            let is_first = self.carry.is_empty();
            self.fill()?;
            if is_first {
                match &*self.carry {
                    [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => return Err(LogError::Utf16),
                    [0xef, 0xbb, 0xbf, ..] => drop(self.carry.drain(..3)),
                    _ => {}
                }
            }
            let mut is_quoted = false;
            let end = self.carry.iter().position(|it| {
                is_quoted ^= *it == b'"';
                *it == b'\n' && !is_quoted
            });
            match end {
                // Empty lines before the header are no header.
                Some(end) if self.carry[..end].trim_ascii().is_empty() => {
                    self.carry.drain(..=end);
                    self.line += 1;
                }
                Some(end) => {
                    let header: Vec<u8> = self.carry.drain(..=end).collect();
                    self.line += lines(&header);
                    return Ok(header);
                }
                None if self.has_ended => {
                    return Ok(std::mem::take(&mut self.carry));
                }
                None if self.carry.len() > ROW_BYTES_MAX => return Err(LogError::LongRow(self.line)),
                None => {}
            }
        }
    }

    /// What stands between cells, as the header showed.
    pub(super) fn set_delimiter(&mut self, delimiter: u8) {
        self.delimiter = delimiter;
    }

    /// The whole rows that come next, without taking them: some, or all there are.
    ///
    /// # Errors
    ///
    /// If the stream cannot be read.
    pub(super) fn ahead(&mut self) -> Result<&[u8], LogError> {
        while self.carry.len() < BYTES_AHEAD && !self.has_ended {
            self.fill()?;
        }
        if self.has_ended && self.carry.last().is_some_and(|it| *it != b'\n') {
            self.carry.push(b'\n');
        }
        let end = rows_end(&self.carry, self.delimiter).unwrap_or(0);
        Ok(&self.carry[..end])
    }

    /// Puts the next whole rows into `text`, each with its end, and says which line they begin with;
    /// none at the end of the stream.
    ///
    /// # Errors
    ///
    /// If the stream cannot be read or a quote is never closed.
    pub(super) fn next(&mut self, text: &mut Vec<u8>) -> Result<Option<u64>, LogError> {
        text.clear();
        std::mem::swap(text, &mut self.carry);
        loop {
            if !self.has_ended {
                self.read(text)?;
            }
            if text.is_empty() {
                return Ok(None);
            }
            if self.has_ended && text.last() != Some(&b'\n') {
                text.push(b'\n');
            }
            if let Some(end) = rows_end(text, self.delimiter) {
                self.carry.clear();
                self.carry.extend_from_slice(&text[end..]);
                text.truncate(end);
                let line = self.line;
                self.line += lines(text);
                return Ok(Some(line));
            }
            if self.has_ended || text.len() > ROW_BYTES_MAX {
                return Err(LogError::LongRow(self.line));
            }
        }
    }

    fn fill(&mut self) -> Result<(), LogError> {
        if self.has_ended {
            return Ok(());
        }
        let mut text = std::mem::take(&mut self.carry);
        let result = self.read(&mut text);
        self.carry = text;
        result
    }

    /// Adds about a block to `text`.
    fn read(&mut self, text: &mut Vec<u8>) -> Result<(), LogError> {
        text.reserve(self.block_bytes);
        let wanted = self.block_bytes as u64;
        let read = self.reader.by_ref().take(wanted).read_to_end(text)?;
        self.has_ended = (read as u64) < wanted;
        Ok(())
    }
}

/// How many lines end in a text.
pub(super) fn lines(text: &[u8]) -> u64 {
    // Counted in bytes first, which is much faster.
    let short = |part: &[u8]| u64::from(part.iter().map(|it| u8::from(*it == b'\n')).sum::<u8>());
    text.chunks(255).map(short).sum()
}

/// Where the last whole row ends.
fn rows_end(text: &[u8], delimiter: u8) -> Option<usize> {
    if !text.contains(&b'"') {
        return text.iter().rposition(|it| *it == b'\n').map(|at| at + 1);
    }
    let mut end = None;
    separators(text, delimiter, |at, is_end| {
        if is_end {
            end = Some(at + 1);
        }
    });
    end
}

/// Tells every delimiter and every end of a row that is not within quotes. A quote begins quoted text
/// where a cell begins; within it, two of them are one, and one ends it.
pub(super) fn separators(text: &[u8], delimiter: u8, mut tell: impl FnMut(usize, bool)) {
    let mut at = 0;
    while at < text.len() {
        if text[at] == b'"' {
            at += 1;
            loop {
                match text[at..].iter().position(|it| *it == b'"') {
                    None => return,
                    Some(further) => at += further + 1,
                }
                if text.get(at) != Some(&b'"') {
                    break;
                }
                at += 1;
            }
        }
        match text[at..].iter().position(|it| *it == delimiter || *it == b'\n') {
            None => return,
            Some(further) => at += further,
        }
        tell(at, text[at] == b'\n');
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str, block_bytes: usize) -> Vec<(u64, String)> {
        let mut blocks = Blocks::new(text.as_bytes(), block_bytes);
        let mut pieces = Vec::new();
        let mut text = Vec::new();
        while let Some(line) = blocks.next(&mut text).expect("it can be read") {
            pieces.push((line, String::from_utf8(text.clone()).expect("it was text")));
        }
        pieces
    }

    #[test]
    fn pieces_end_where_rows_end_whatever_their_size() {
        let text = "a,b\n\"1\n2\",\"x\"\"\n\"\n\nc,5\" wide\nlast";
        let starts = [(1, 0), (2, 4), (5, 17), (6, 18), (7, 28)];
        for block_bytes in 1..50 {
            let pieces = pieces(text, block_bytes);
            let whole: String = pieces.iter().map(|it| it.1.as_str()).collect();
            assert_eq!(whole, format!("{text}\n"));
            let mut at = 0;
            for (line, piece) in pieces {
                assert!(starts.contains(&(line, at)), "{block_bytes}: line {line} at {at}");
                at += piece.len();
            }
        }
    }

    #[test]
    fn a_quote_that_is_never_closed_is_told_with_its_line() {
        let mut blocks = Blocks::new(b"a,b\n\"c,d\ne,f\n".as_slice(), 4);
        let mut text = Vec::new();
        assert_eq!(blocks.next(&mut text).expect("it can be read"), Some(1));
        assert!(matches!(blocks.next(&mut text), Err(LogError::LongRow(2))));
    }
}
