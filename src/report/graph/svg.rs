//! The graph, laid out and drawn.

use super::{Drawing, Shape};
use crate::report::chart::canvas::{Align, Canvas};
use crate::report::chart::diagram::{self, Arrow, Card, Diagram, Form, Key, Swatch};
use crate::report::chart::frame::Sizes;
use crate::report::chart::palette::{Colour, Palette, palette};
use crate::report::chart::text;

/// Sizes are those of a chart of this width.
const WIDTH_OF_SIZES: u32 = 800;
/// A graph that is wider goes from top to bottom if that is narrower.
const WIDTH_MAX: f64 = 1_700.0;
/// The least room for title and key, in pixels.
const WIDTH_MIN: f64 = 560.0;
/// How much thicker than a thin line arrows are.
const WEIGHT: f64 = 1.3;

/// The drawing as SVG, as wide and as high as it asks for. It needs no file, script or font beside
/// it. `None` if it has more nodes or arrows than a picture can show: more than 600, or 2,400.
#[must_use]
pub fn svg(drawing: &Drawing) -> Option<String> {
    let (colors, sizes) = (palette(false), Sizes::of(WIDTH_OF_SIZES));
    let diagram = diagram(drawing, colors);
    let fitted = diagram::fit_natural(&diagram, sizes, WIDTH_MAX)?;
    let size = fitted.size();
    let (margin, gap) = (22.0, 16.0);
    let width = size.width.max(WIDTH_MIN);
    let title = text::wrap(&drawing.title, sizes.title, width, 3);
    let key = Key::new(&key(drawing, colors), sizes, width);
    let below_title = margin + title.lines.len() as f64 * sizes.title.line_height() + 6.0;
    let top = below_title + key.height() + gap;
    let pixels = |length: f64| length.ceil() as u32;
    let (all_width, all_height) = (pixels(width + 2.0 * margin), pixels(top + size.height + margin));

    let mut canvas = Canvas::new(all_width, all_height, colors.background);
    let mut baseline = margin + sizes.title.size;
    for line in &title.lines {
        canvas.text((margin, baseline), line, sizes.title, colors.ink, Align::Left);
        baseline += sizes.title.line_height();
    }
    key.draw(&mut canvas, colors, (margin, below_title));
    fitted.draw(&mut canvas, colors, (margin + (width - size.width) / 2.0, top));
    let ways = diagram.arrows.iter().map(|it| it.hover.as_str());
    let description = format!("{}.", ways.collect::<Vec<_>>().join(". "));
    Some(canvas.finish(&drawing.title, &description))
}

fn diagram(drawing: &Drawing, colors: &Palette) -> Diagram {
    let name = |at: usize| drawing.nodes[at].lines.join(" ");
    let cards = drawing.nodes.iter().enumerate().map(|(at, node)| {
        let end = end(node.shape, colors);
        let stage = node.group.map(|it| colors.stage(it));
        let fill = end.or(stage).unwrap_or(colors.background);
        Card {
            title: name(at),
            notes: Vec::new(),
            badge: None,
            form: form(node.shape),
            fill,
            border: if end.is_some() { fill } else { colors.axis },
            is_marked: false,
            hover: name(at),
            phase: node.group,
            last: end.is_some(),
        }
    });
    let arrows = drawing.arrows.iter().map(|arrow| {
        let said = arrow.lines.join(", ");
        let colon = if said.is_empty() { "" } else { ": " };
        Arrow {
            from: arrow.from,
            to: arrow.to,
            words: arrow.lines.iter().map(|it| it.replace(" %", "\u{a0}%")).collect(),
            color: end(drawing.nodes[arrow.to].shape, colors).unwrap_or(colors.axis),
            weight: WEIGHT,
            hover: format!("{} → {}{colon}{said}", name(arrow.from), name(arrow.to)),
        }
    });
    Diagram {
        cards: cards.collect(),
        arrows: arrows.collect(),
    }
}

fn form(shape: Shape) -> Form {
    match shape {
        Shape::Arrivals => Form::Slanted,
        Shape::Step => Form::Box,
        Shape::Rules => Form::Pointed,
        Shape::Converted | Shape::Left | Shape::Other => Form::Round,
    }
}

/// The colour of a shape that ends the journey.
fn end(shape: Shape, colors: &Palette) -> Option<Colour> {
    match shape {
        Shape::Converted => Some(colors.ends.won),
        Shape::Left => Some(colors.ends.lost),
        Shape::Other => Some(colors.ends.other),
        Shape::Arrivals | Shape::Step | Shape::Rules => None,
    }
}

fn key(drawing: &Drawing, colors: &Palette) -> Vec<Vec<(Swatch, String)>> {
    let stages = drawing.groups.iter().enumerate();
    let stages = stages.filter(|(group, _)| drawing.nodes.iter().any(|it| it.group == Some(*group)));
    let stages = stages.map(|(group, title)| {
        let swatch = Swatch::Card(Form::Box, colors.stage(group), colors.axis);
        (swatch, title.clone())
    });
    let shapes = [
        (Shape::Arrivals, "who arrives"),
        (Shape::Rules, "rules decide"),
        (Shape::Converted, "has what we wanted"),
        (Shape::Left, "leaves"),
        (Shape::Other, "another end"),
    ];
    let shapes = shapes
        .into_iter()
        .filter(|it| drawing.nodes.iter().any(|node| node.shape == it.0));
    let shapes = shapes.map(|(shape, words)| {
        let fill = end(shape, colors);
        let swatch = Swatch::Card(
            form(shape),
            fill.unwrap_or(colors.background),
            fill.unwrap_or(colors.axis),
        );
        (swatch, words.to_owned())
    });
    vec![stages.collect(), shapes.collect()]
}

#[cfg(test)]
mod tests {
    use super::super::{draw, example};
    use super::*;
    use crate::report::chart::check::{Drawn, read, write};
    use crate::report::fixture::{SHIPPED, journey_of};

    fn drawn(name: &str, drawing: &Drawing) -> Drawn {
        let svg = svg(drawing).expect("it is not too large");
        write(name, &svg);
        read(name, svg)
    }

    #[test]
    fn every_shipped_journey_is_drawn_with_all_that_is_known_of_it() {
        for (name, text) in SHIPPED {
            let drawing = draw(&journey_of(text));
            let drawn = drawn(&format!("graph-{name}"), &drawing);
            for arrow in &drawing.arrows {
                for line in &arrow.lines {
                    let first = line.split(' ').next().unwrap_or_default();
                    assert!(drawn.has(first), "{name}: {line}");
                }
            }
            let titles = drawn.svg.matches("<title>").count();
            assert_eq!(titles, 1 + drawing.nodes.len() + drawing.arrows.len(), "{name}");
        }
    }

    #[test]
    fn shapes_and_stages_are_in_the_key() {
        let drawn = drawn("graph-example", &example());
        for words in [
            "A \"farm\" shop",
            "Look & see",
            "who arrives",
            "rules decide",
            "leaves",
            "1 to 6 days",
        ] {
            assert!(drawn.has(words), "{words}");
        }
        assert!(!drawn.has("Unused") && !drawn.has("another end"));
    }

    #[test]
    fn many_steps_and_none_are_drawn() {
        drawn(
            "graph-empty",
            &Drawing {
                title: "Nothing".to_owned(),
                ..Drawing::default()
            },
        );
        let mut many = example();
        for at in 0..200 {
            many.nodes.push(many.nodes[1 + at % 3].clone());
            let from = many.nodes.len() - 1;
            for to in [from - 1, (at * 37) % from, 4] {
                let mut arrow = many.arrows[at % many.arrows.len()].clone();
                (arrow.from, arrow.to) = (from, to);
                many.arrows.push(arrow);
            }
        }
        drawn("graph-200-steps", &many);
        many.nodes.resize(601, many.nodes[1].clone());
        assert_eq!(svg(&many), None);
    }
}
