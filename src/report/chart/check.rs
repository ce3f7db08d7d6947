//! What every chart has to keep: sound XML, no word cut or on another, numbers on the sheet.
//!
//! With `FORKSIGHT_CHARTS=DIR` the tests also write every chart they draw there, to look at.

mod any;

use resvg::usvg::roxmltree::{Document, Node};

use crate::forecast::Forecast;
use crate::study::Comparison;

use super::canvas::Rect;
use super::text::{Font, width};
use super::{ChartError, ChartKind, ChartOptions, comparison, png, svg};

/// The words of a chart, with their boxes in units of its view box.
pub(crate) struct Drawn {
    pub(crate) words: Vec<(String, Rect)>,
    /// How many elements there are of each name.
    pub(crate) svg: String,
}

impl Drawn {
    pub(crate) fn has(&self, words: &str) -> bool {
        self.words.iter().any(|(it, _)| plain(it).contains(words))
    }

    pub(crate) fn count(&self, tag: &str) -> usize {
        self.svg.matches(&format!("<{tag} ")).count()
    }
}

/// With common spaces only.
pub(crate) fn plain(text: &str) -> String {
    text.replace('\u{a0}', " ")
}

/// Draws a chart at 320 to 1,600 pixels, light and dark, and checks each; gives the first.
pub(crate) fn check(kind: ChartKind, name: &str, forecast: &Forecast, metric: Option<&str>) -> Drawn {
    let mut drawn: Vec<Drawn> = [(600, false), (1_600, true), (960, false), (960, true), (320, false)]
        .into_iter()
        .map(|(width, dark)| {
            let options = ChartOptions {
                width,
                height: None,
                dark,
                metric: metric.map(str::to_owned),
            };
            let theme = if dark { "dark" } else { "light" };
            let name = format!("{}-{name}-{width}-{theme}", kind.word());
            check_one(&name, forecast, kind, &options)
        })
        .collect();
    drawn.swap_remove(0)
}

pub(crate) fn check_one(name: &str, forecast: &Forecast, kind: ChartKind, options: &ChartOptions) -> Drawn {
    let svg = svg(forecast, kind, options).unwrap_or_else(|error| panic!("{name}: {error}"));
    write(name, &svg);
    read(name, svg)
}

/// The same for a chart of a comparison.
pub(crate) fn check_comparison(name: &str, comparison: &Comparison, kind: ChartKind, options: &ChartOptions) -> Drawn {
    let sizes = [(600, false), (1_600, true), (960, false), (320, false)];
    let mut drawn = sizes.map(|(width, dark)| {
        let options = ChartOptions {
            width,
            dark,
            ..options.clone()
        };
        let name = format!("{name}-{width}");
        let svg = comparison::svg(comparison, kind, &options).unwrap_or_else(|error| panic!("{name}: {error}"));
        write(&name, &svg);
        Some(read(&name, svg))
    });
    drawn[0].take().expect("it was just drawn")
}

/// Writes a picture to look at, if that is asked for.
pub(crate) fn write(name: &str, svg: &str) {
    if let Some(folder) = std::env::var_os("FORKSIGHT_CHARTS") {
        let path = std::path::Path::new(&folder).join(name);
        std::fs::write(path.with_extension("svg"), svg).expect("the folder is there");
        let picture = png(svg, 1.0).expect("the SVG is sound");
        std::fs::write(path.with_extension("png"), picture).expect("the folder is there");
    }
}

/// Reads a picture back and checks it.
pub(crate) fn read(name: &str, svg: String) -> Drawn {
    let drawn = words(name, svg);
    for (at, (words, place)) in drawn.words.iter().enumerate() {
        for (other, other_place) in &drawn.words[at + 1..] {
            assert!(
                !place.meets(*other_place),
                "{name}: `{words}` and `{other}` are on each other"
            );
        }
    }
    drawn
}

/// The words of `svg`, each checked to be on the sheet.
fn words(name: &str, svg: String) -> Drawn {
    let document = Document::parse(&svg).unwrap_or_else(|error| panic!("{name}: {error}"));
    let root = document.root_element();
    assert_eq!(root.attribute("role"), Some("img"), "{name}");
    for tag in ["title", "desc"] {
        let text = root.children().find(|it| it.has_tag_name(tag)).and_then(|it| it.text());
        assert!(text.is_some_and(|it| !it.is_empty()), "{name}: no {tag}");
    }
    let view: Vec<f64> = root
        .attribute("viewBox")
        .expect("a chart has a view box")
        .split(' ')
        .map(|it| it.parse().expect("a view box is four numbers"))
        .collect();
    let words: Vec<(String, Rect)> = document
        .descendants()
        .filter(|it| it.has_tag_name("text"))
        .map(|it| word(&it))
        .collect();
    for (words, place) in &words {
        assert!(
            place.left >= 0.0 && place.top >= 0.0 && place.right <= view[2] && place.bottom <= view[3],
            "{name}: `{words}` is cut: {place:?} on {view:?}"
        );
    }
    for shape in document.descendants().filter(Node::is_element) {
        for attribute in shape.attributes().filter(|it| it.name() != "aria-label") {
            let value = attribute.value();
            assert!(!value.contains("NaN") && !value.contains("inf"), "{name}: {value}");
        }
        if let Some(width) = shape.attribute("width") {
            assert!(!width.starts_with('-'), "{name}: a width of {width}");
        }
    }
    Drawn { words, svg }
}

fn word(text: &Node<'_, '_>) -> (String, Rect) {
    let number = |name: &str| -> f64 {
        let value = text.attribute(name).expect("plotters writes it");
        value.trim_end_matches("em").parse().expect("it is a number")
    };
    let font = Font {
        size: number("font-size"),
        bold: text.attribute("font-weight") == Some("bold"),
    };
    let words = text.text().unwrap_or_default().trim_matches(['\n', ' ']).to_owned();
    let width = width(&words, font);
    let baseline = number("y") + number("dy") * font.size;
    let left = number("x")
        - match text.attribute("text-anchor") {
            Some("middle") => width / 2.0,
            Some("end") => width,
            _ => 0.0,
        };
    let place = Rect {
        left,
        top: baseline - 0.75 * font.size,
        right: left + width,
        bottom: baseline + 0.22 * font.size,
    };
    (words, place)
}
