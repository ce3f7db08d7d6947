//! `schema`: the JSON Schema of the scenario file.

use crate::cli::failure::Failure;
use crate::cli::terminal::Terminal;
use crate::scenario::schema;

pub(super) fn schema() -> Result<(), Failure> {
    let text = format!("{:#}\n", schema::schema());
    Terminal::data(text.as_bytes())
}
