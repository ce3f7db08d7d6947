//! A chart's SVG made part of a page: colours that follow the page's theme, ids of its own, and
//! nothing that the page says anyway.

use std::collections::BTreeMap;

use super::markup::{each, put, turns_text};
use crate::report::chart::themes;

/// Attributes that say what holds anyway, or what the page's style says for all.
const SPARE: [(&str, Option<&str>); 7] = [
    ("font-family", None),
    ("xmlns", None),
    ("opacity", Some("1")),
    ("stroke", Some("none")),
    ("text-anchor", Some("start")),
    ("fill-opacity", Some("1")),
    ("stroke-opacity", Some("1")),
];

/// The name of the colour of the page that stands for each colour of a light chart.
#[derive(Debug)]
pub(super) struct Colors(BTreeMap<String, String>);

impl Colors {
    pub(super) fn new() -> Self {
        let names = themes().into_iter().enumerate();
        Self(names.map(|(at, (light, _))| (light, name(at))).collect())
    }

    fn of(&self, color: &str) -> Option<String> {
        self.0.get(color).map(|it| format!("var({it})"))
    }
}

/// The custom property of the colour at this position of [`themes`].
pub(super) fn name(position: usize) -> String {
    format!("--k{position}")
}

/// The picture with `class` on it; its ids begin with `prefix`, its title and description tell it
/// to those who do not see it.
pub(super) fn inline(svg: &str, prefix: &str, class: &str, colors: &Colors) -> String {
    let mut text = String::with_capacity(svg.len());
    let svg = svg.replace(turns_text, " ");
    let (mut has_title, mut has_description) = (false, false);
    for piece in svg.split_inclusive('>') {
        let (before, tag) = piece.split_at(piece.find('<').unwrap_or(piece.len()));
        // Plotters sets words on lines of their own.
        text.push_str(before.trim_matches('\n'));
        let name = tag
            .trim_start_matches('<')
            .split([' ', '>', '/'])
            .next()
            .unwrap_or_default();
        match name {
            "svg" => text.push_str(&root(tag, prefix, class)),
            // The first of each are those of the whole picture.
            "title" if !has_title => {
                has_title = true;
                put!(text, "<title id=\"{prefix}-title\">");
            }
            "desc" if !has_description => {
                has_description = true;
                put!(text, "<desc id=\"{prefix}-text\">");
            }
            _ => text.push_str(&rewritten(tag, prefix, colors)),
        }
    }
    text.push('\n');
    text
}

/// The opening tag of a picture that is as wide as its place.
fn root(tag: &str, prefix: &str, class: &str) -> String {
    let kept = attributes(tag).into_iter().filter(|(name, _)| {
        matches!(*name, "viewBox" | "stroke-linejoin" | "stroke-linecap") || name.starts_with("font-")
    });
    let kept = each(kept, |(name, value)| format!(" {name}=\"{value}\""));
    format!(
        "<svg class=\"{class}\" role=\"img\" aria-labelledby=\"{prefix}-title\" \
         aria-describedby=\"{prefix}-text\"{kept}>"
    )
}

fn rewritten(tag: &str, prefix: &str, colors: &Colors) -> String {
    let attributes = attributes(tag);
    if attributes.is_empty() {
        return tag.to_owned();
    }
    let name = tag.trim_start_matches('<').split(' ').next().unwrap_or_default();
    let mut text = format!("<{name}");
    for (name, value) in attributes {
        if SPARE
            .iter()
            .any(|(it, only)| *it == name && only.is_none_or(|it| it == value))
        {
            continue;
        }
        let value = match name {
            "font-size" => value.parse::<f64>().map_or(value.to_owned(), |it| format!("{it:.1}")),
            "id" => format!("{prefix}-{value}"),
            _ if value.starts_with('#') => match colors.of(value) {
                Some(color) => color,
                None if name.ends_with("href") => format!("#{prefix}-{}", &value[1..]),
                None => value.to_owned(),
            },
            _ => value.replace("url(#", &format!("url(#{prefix}-")),
        };
        put!(text, " {name}=\"{value}\"");
    }
    text.push_str(if tag.ends_with("/>") { "/>" } else { ">" });
    text
}

/// Names and values of an opening tag; values as they are written.
fn attributes(tag: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    let mut rest = tag;
    while let Some((before, after)) = rest.split_once("=\"") {
        let Some((value, more)) = after.split_once('"') else {
            break;
        };
        let name = before.rsplit(|it: char| it.is_whitespace()).next().unwrap_or(before);
        found.push((name, value));
        rest = more;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_and_ids_become_those_of_the_page() {
        let (light, _) = themes().remove(3);
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\" viewBox=\"0 0 36 36\" role=\"img\" \
             aria-label=\"T\">\n<title>T</title>\n<desc>D</desc>\n<g>\n<title>a = b</title>\n\
             <text x=\"1\" opacity=\"1\" font-size=\"12.3456\" fill=\"{light}\">\n2 &gt; 1 = \"x\"\n</text>\n</g>\n\
             <path id=\"p\" clip-path=\"url(#q)\" fill=\"none\"/>\n</svg>\n"
        );
        let expected = "<svg class=\"wide\" role=\"img\" aria-labelledby=\"c-title\" aria-describedby=\"c-text\" \
             viewBox=\"0 0 36 36\"><title id=\"c-title\">T</title><desc id=\"c-text\">D</desc><g>\
             <title>a = b</title><text x=\"1\" font-size=\"12.3\" fill=\"var(--k3)\">2 &gt; 1 = \"x\"</text></g>\
             <path id=\"c-p\" clip-path=\"url(#c-q)\" fill=\"none\"/></svg>\n";
        assert_eq!(inline(&svg, "c", "wide", &Colors::new()), expected);
    }
}
