//! What every page keeps: sound markup, links that lead somewhere, words for every picture.

use std::collections::BTreeSet;

use resvg::usvg::roxmltree::{Document, Node};

/// Elements that HTML ends by itself.
const VOID: [&str; 4] = ["meta", "br", "wbr", "link"];
/// Elements that may stand in a line of text.
const PHRASING: [&str; 9] = ["a", "code", "strong", "span", "br", "wbr", "button", "em", "abbr"];

pub(super) fn check(page: &str) {
    let rest = page.strip_prefix("<!DOCTYPE html>\n").expect("it is HTML");
    let document = Document::parse(rest).unwrap_or_else(|fault| panic!("{fault}"));
    let elements = || document.root().descendants().filter(Node::is_element);
    self_contained(page, &document);
    references(&document);
    headings(&document);
    for element in elements() {
        let name = element.tag_name().name();
        let is_in_picture = element.ancestors().any(|it| it.tag_name().name() == "svg");
        // A browser takes `<div />` for `<div>`.
        let text = &rest[element.range()];
        let closes_itself = text.ends_with("/>") && !text.contains("</");
        assert_eq!(closes_itself && !is_in_picture, VOID.contains(&name), "{text}");
        match name {
            "p" | "h1" | "h2" | "h3" | "dt" | "caption" | "figcaption" | "summary" | "pre" => {
                for inside in element.descendants().skip(1).filter(Node::is_element) {
                    assert!(PHRASING.contains(&inside.tag_name().name()), "{text}");
                }
                assert!(!words(element).is_empty(), "{text}");
            }
            "svg" => picture(element),
            "table" => table(element),
            "figure" => assert!(element.children().any(|it| it.has_tag_name("figcaption")), "{text}"),
            "th" | "button" | "a" => assert!(!words(element).is_empty(), "{text}"),
            _ => {}
        }
    }
    let count = |name: &str| elements().filter(|it| it.has_tag_name(name)).count();
    for once in ["head", "main", "header", "nav", "h1", "footer"] {
        assert_eq!(count(once), 1, "{once}");
    }
    assert!(document.root_element().attribute("lang").is_some());
}

fn words(element: Node<'_, '_>) -> String {
    let texts = element
        .descendants()
        .filter_map(|it| it.text().filter(|_| it.is_text()));
    texts.collect::<String>().trim().to_owned()
}

/// Nothing is fetched, whatever names say.
fn self_contained(page: &str, document: &Document<'_>) {
    assert!(page.contains("default-src 'none'"));
    for element in document.root().descendants().filter(Node::is_element) {
        let name = element.tag_name().name();
        let fetches = [
            "link", "img", "iframe", "object", "embed", "base", "form", "image", "use", "audio", "video",
        ];
        assert!(!fetches.contains(&name), "{name}");
        for attribute in element.attributes() {
            let (key, value) = (attribute.name(), attribute.value());
            assert!(!key.starts_with("on") && key != "src", "{key}={value}");
            assert!(!key.ends_with("href") || value.starts_with('#'), "{key}={value}");
            assert!(!value.contains("url(") || value.contains("url(#"), "{key}={value}");
            let is_color = value.len() == 7 && value.starts_with('#') && !key.ends_with("href");
            assert!(!is_color, "{key}={value} does not follow the theme");
        }
        let code = element.text().unwrap_or_default();
        if name == "style" {
            assert!(!code.contains("url(") && !code.contains("@import"));
        }
        if name == "script" {
            assert_eq!(code.trim(), super::shell::SCRIPT.trim());
            assert!(!code.contains("http") && !code.contains("import"));
        }
    }
}

/// Ids are unique, and whatever points to one finds it.
fn references(document: &Document<'_>) {
    let mut ids = BTreeSet::new();
    for element in document.root().descendants() {
        if let Some(id) = element.attribute("id") {
            assert!(ids.insert(id), "{id} twice");
            assert!(!id.contains(char::is_whitespace), "{id}");
        }
    }
    for element in document.root().descendants() {
        for key in ["aria-labelledby", "aria-describedby", "for", "headers"] {
            for id in element
                .attribute(key)
                .unwrap_or_default()
                .split(' ')
                .filter(|it| !it.is_empty())
            {
                assert!(ids.contains(id), "{key}={id}");
            }
        }
        for attribute in element.attributes() {
            let value = attribute.value();
            for behind in value.split("url(#").skip(1) {
                let id = behind.split(')').next().unwrap_or_default();
                assert!(ids.contains(id), "{value}");
            }
            if attribute.name().ends_with("href") {
                assert!(ids.contains(value.trim_start_matches('#')), "{value}");
            }
        }
    }
}

fn headings(document: &Document<'_>) {
    let mut last = 0;
    for element in document.root().descendants() {
        let name = element.tag_name().name();
        let Some(level) = name.strip_prefix('h').and_then(|it| it.parse::<u8>().ok()) else {
            continue;
        };
        assert!(level <= last + 1, "{} below level {last}", words(element));
        last = level;
    }
}

/// A picture has a name and a description, and no words that only it holds.
fn picture(element: Node<'_, '_>) {
    assert_eq!(element.attribute("role"), Some("img"));
    for (key, tag) in [("aria-labelledby", "title"), ("aria-describedby", "desc")] {
        let id = element.attribute(key).expect(key);
        let found = element.children().find(|it| it.attribute("id") == Some(id)).expect(id);
        assert_eq!(found.tag_name().name(), tag);
        assert!(!words(found).is_empty());
    }
    let size = element.attribute("viewBox").expect("it scales");
    assert_eq!(size.split(' ').count(), 4);
    assert!(element.attribute("width").is_none(), "it is as wide as its place");
}

/// A table has a caption, heads for all, and as many cells in every row.
fn table(element: Node<'_, '_>) {
    let first = element.first_element_child().expect("it is not empty");
    assert!(first.has_tag_name("caption"));
    let span = |cell: Node<'_, '_>| {
        cell.attribute("colspan")
            .map_or(1, |it| it.parse::<usize>().expect("a number"))
    };
    let rows: Vec<Node<'_, '_>> = element.descendants().filter(|it| it.has_tag_name("tr")).collect();
    let width = |row: &Node<'_, '_>| row.children().filter(Node::is_element).map(span).sum::<usize>();
    let columns = width(&rows[0]);
    for row in &rows {
        let is_head = row.parent().is_some_and(|it| it.has_tag_name("thead"));
        if !is_head {
            assert_eq!(width(row), columns, "{}", words(*row));
            let first = row.first_element_child().expect("it has cells");
            assert!(first.has_tag_name("th") || first.attribute("colspan").is_some());
        }
    }
    for head in element.descendants().filter(|it| it.has_tag_name("th")) {
        assert!(head.attribute("scope").is_some(), "{}", words(head));
    }
}
