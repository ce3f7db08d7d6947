//! What every page has around its chapters: the head, title and links above, how it was made below.

use super::markup::{Ids, code, each, escaped, put};
use super::style;
use crate::report::chart::ChartError;

/// What a page may do: show what is in it.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; \
                      base-uri 'none'; form-action 'none'";
/// Sorting, a theme of one's own, long tables in print: nothing that is needed to read.
pub(super) const SCRIPT: &str = include_str!("script.js");

/// The words of a page before its first chapter.
pub(super) struct Shell<'a> {
    pub(super) title: &'a str,
    /// What kind of page it is, for the title of a window: `forecast`.
    pub(super) kind: &'a str,
    /// Version of the program that made what is told.
    pub(super) forksight: &'a str,
    pub(super) description: Option<&'a str>,
    /// Lines under the title, each a list of short facts.
    pub(super) lines: &'a [Vec<String>],
    /// Id and heading of every chapter.
    pub(super) chapters: Vec<(&'a str, &'a str)>,
    /// What to know before reading on.
    pub(super) alerts: &'a [String],
}

impl Shell<'_> {
    /// Everything above the first chapter.
    pub(super) fn begin(&self, ids: &mut Ids) -> String {
        let (title, forksight) = (escaped(self.title), escaped(self.forksight));
        let mut text = format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\" />\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\" />\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n\
             <meta name=\"color-scheme\" content=\"light dark\" />\n\
             <meta name=\"generator\" content=\"forksight {forksight}\" />\n\
             <title>{title}: {}</title>\n<style>\n{}</style>\n</head>\n",
            self.kind,
            style::sheet(),
        );
        let main = ids.take("main");
        put!(
            text,
            "<body>\n<a class=\"skip\" href=\"#{main}\">Skip to the report</a>\n<header>\n<h1>{title}</h1>\n"
        );
        if let Some(description) = self.description {
            put!(text, "<p class=\"about\">{}</p>\n", escaped(description));
        }
        for line in self.lines.iter().take(2) {
            let parts: Vec<String> = line.iter().map(|it| escaped(it)).collect();
            put!(text, "<p class=\"run\">{}</p>\n", parts.join(" · "));
        }
        let links = each(&self.chapters, |(id, heading)| {
            format!("<li><a href=\"#{id}\">{}</a></li>\n", escaped(heading))
        });
        put!(
            text,
            "</header>\n<nav aria-label=\"Contents\">\n<ul>\n{links}</ul>\n</nav>\n<main id=\"{main}\" tabindex=\"-1\">\n"
        );
        for alert in self.alerts {
            put!(
                text,
                "<p class=\"alert\" role=\"note\"><strong>{}</strong></p>\n",
                code(alert)
            );
        }
        text
    }

    /// Everything below the last chapter.
    pub(super) fn end(&self) -> String {
        format!(
            "</main>\n<footer><p>Made by forksight {}.</p></footer>\n<script>\n{SCRIPT}</script>\n</body>\n</html>\n",
            escaped(self.forksight)
        )
    }
}

/// A link to the chapter with all warnings.
pub(super) fn warned(chapter: &str, count: usize) -> String {
    let count = crate::report::number::several(count, "warning");
    format!("<p class=\"alert\" role=\"note\">The run came with <a href=\"#{chapter}\">{count}</a>.</p>\n")
}

/// A chapter with what it tells.
///
/// # Errors
///
/// Those of `tell`.
pub(super) fn chapter(
    id: &str,
    heading: &str,
    ids: &mut Ids,
    tell: impl FnOnce(&mut Ids) -> Result<String, ChartError>,
) -> Result<String, ChartError> {
    ids.take(id);
    let head = ids.take(&format!("{id}-heading"));
    let told = tell(ids)?;
    Ok(format!(
        "<section id=\"{id}\" aria-labelledby=\"{head}\">\n<h2 id=\"{head}\">{}</h2>\n{told}</section>\n",
        escaped(heading)
    ))
}
