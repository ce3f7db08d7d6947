//! The scenario read back in words, as `check` tells it.

use super::markup::{breakable, code, escaped, put};
use crate::journey::Journey;
use crate::report::words::{Entry, read_back};

pub(super) fn render(journey: &Journey) -> String {
    let passages = read_back(journey).into_iter().map(|passage| {
        let entries: String = passage.entries.iter().map(entry).collect();
        format!(
            "<h3>{}</h3>\n<dl class=\"reading\">\n{entries}</dl>\n",
            escaped(&passage.heading)
        )
    });
    passages.collect()
}

fn entry(entry: &Entry) -> String {
    let mut told = String::new();
    if !entry.text.is_empty() {
        put!(told, "<dd>{}</dd>\n", code(&entry.text));
    }
    told.extend(entry.lines.iter().map(|it| format!("<dd>{}</dd>\n", code(it))));
    if told.is_empty() {
        // Terms without a description are no list.
        told.push_str("<dd>nothing more is said of it</dd>\n");
    }
    format!("<div><dt>{}</dt>\n{told}</div>\n", breakable(&entry.name))
}
