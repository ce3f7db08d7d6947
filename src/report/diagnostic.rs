//! Problems → annotated excerpts for people.

use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet, normalize_untrusted_str};

use crate::problem::{Problem, Problems, Severity, Source};

/// What is shown of a line before and after the place, in bytes; longer lines are cut.
const LINE_SHOWN: (usize, usize) = (80, 160);

/// All problems with their code, place, underlined excerpt and help, and a last line that counts
/// them; nothing if there are none.
#[must_use]
pub fn render(problems: &Problems, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii);
    let mut text = String::new();
    for problem in &problems.problems {
        text.push_str(&one(problems, problem, &renderer));
        text.push_str("\n\n");
    }
    if let Some(summary) = summary(problems) {
        text.push_str(&summary);
        text.push('\n');
    }
    text
}

/// How many mistakes and warnings there are and where, such as
/// `3 mistakes and 1 warning in coffee.toml`; nothing if there are none.
#[must_use]
pub fn summary(problems: &Problems) -> Option<String> {
    let shown = problems.problems.len();
    let count = |severity| {
        let of_severity = problems.problems.iter();
        of_severity.filter(|it| it.fault.severity == severity).count()
    };
    let mistakes = count(Severity::Mistake) + problems.omitted[0];
    let warnings = count(Severity::Warning) + problems.omitted[1];
    let counted = |number, word| {
        let plural = if number == 1 { "" } else { "s" };
        (number > 0).then(|| format!("{number} {word}{plural}"))
    };
    let counts = [counted(mistakes, "mistake"), counted(warnings, "warning")];
    let counts: Vec<String> = counts.into_iter().flatten().collect();
    let file = problems.sources.first().map_or("", |it| it.name.as_str());
    let mut summary = format!("{} in {}", counts.join(" and "), normalize_untrusted_str(file));
    if mistakes + warnings > shown {
        summary += "; ";
        summary += &shown.to_string();
        summary += " of them are shown";
    }
    (!counts.is_empty()).then_some(summary)
}

fn one(problems: &Problems, problem: &Problem, renderer: &Renderer) -> String {
    let fault = &problem.fault;
    let level = match fault.severity {
        Severity::Mistake => Level::ERROR.with_name("mistake"),
        Severity::Warning => Level::WARNING,
    };
    let (line, column) = problems.line_and_column(problem);
    let source = &problems.sources[problem.source];
    let excerpt = excerpt(source, &problem.span);
    let name = normalize_untrusted_str(&source.name);
    let mut snippet = Snippet::source(excerpt.text)
        .line_start(line)
        .fold(false)
        .annotation(AnnotationKind::Primary.span(excerpt.span));
    let title = level.primary_title(normalize_untrusted_str(&fault.message));
    let mut group = Group::with_title(title.id(fault.code));
    if excerpt.is_cut {
        // The renderer would count columns in what is left of the line.
        group = group.element(Origin::path(name).line(line).char_column(column));
    } else {
        snippet = snippet.path(name);
    }
    group = group.element(snippet);
    if let Some(help) = &fault.help {
        group = group.element(Level::HELP.message(normalize_untrusted_str(help)));
    }
    renderer.render(&[group])
}

/// The line at fault, or the part of it that fits, and the place in it.
struct Excerpt {
    text: String,
    span: Range<usize>,
    is_cut: bool,
}

fn excerpt(source: &Source, span: &Range<usize>) -> Excerpt {
    let text = &source.text;
    let begin = boundary(text, span.start);
    let line_begins = text[..begin].rfind('\n').map_or(0, |at| at + 1);
    let line_ends = text[begin..].find('\n').map_or(text.len(), |at| begin + at);
    let line_ends = line_begins + text[line_begins..line_ends].trim_end_matches('\r').len();
    // What goes on over several lines is underlined on the first.
    let end = boundary(text, span.end).clamp(begin, line_ends.max(begin));
    let from = boundary(text, begin.saturating_sub(LINE_SHOWN.0).max(line_begins));
    let until = boundary(text, (begin + LINE_SHOWN.1).min(line_ends).max(begin));
    let front = if from > line_begins { "…" } else { "" };
    let back = if until < line_ends { "…" } else { "" };
    let offset = front.len();
    Excerpt {
        text: format!("{front}{}{back}", &text[from..until]),
        span: begin - from + offset..end.min(until) - from + offset,
        is_cut: !front.is_empty(),
    }
}

/// The last boundary of characters at or before `at`.
fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::{At, Fault};

    fn problems(text: &str, spans: &[(usize, usize)]) -> Problems {
        let fault =
            Fault::mistake("unknown-name", At::top(), "there is no step called `b\u{1b}`").help("did you mean `buy`?");
        Problems {
            sources: vec![Source {
                name: "coffee.toml".to_owned(),
                text: text.to_owned(),
            }],
            problems: spans
                .iter()
                .map(|(start, end)| Problem {
                    fault: fault.clone(),
                    source: 0,
                    span: *start..*end,
                })
                .collect(),
            omitted: [0, 0],
        }
    }

    #[test]
    fn a_problem_is_shown_with_code_place_excerpt_and_help() {
        let shown = render(&problems("a = 1\n\tö = \"b\"\r\n", &[(12, 15)]), false);
        let expected = "\
mistake[unknown-name]: there is no step called `b␛`
 --> coffee.toml:2:6
  |
2 |     ö = \"b\"
  |         ^^^
  |
  = help: did you mean `buy`?

1 mistake in coffee.toml
";
        assert_eq!(shown, expected);
    }

    #[test]
    fn long_lines_are_cut_around_the_place() {
        let text = "ä".repeat(100_000) + "b" + &"ö".repeat(100_000);
        let shown = render(&problems(&text, &[(200_000, 200_001)]), false);
        assert!(shown.contains("coffee.toml:1:100001"), "{shown}");
        assert!(shown.lines().all(|line| line.chars().count() < 200), "{shown}");
    }

    #[test]
    fn every_place_can_be_shown() {
        let text = "\u{feff}ä\tb\r\n\r\n\u{0}x";
        for start in 0..text.len() + 3 {
            for end in start..text.len() + 3 {
                for colour in [false, true] {
                    assert!(!render(&problems(text, &[(start, end)]), colour).is_empty());
                }
            }
        }
        assert!(!render(&problems("", &[(0, 0)]), false).is_empty());
    }

    #[test]
    fn nothing_is_said_when_nothing_is_wrong() {
        assert_eq!(render(&problems("a = 1", &[]), true), "");
        assert_eq!(summary(&problems("a = 1", &[])), None);
    }

    #[test]
    fn mistakes_that_are_not_shown_are_counted() {
        let mut problems = problems("a = 1", &[(0, 1), (4, 5)]);
        problems.problems[1].fault.severity = Severity::Warning;
        problems.omitted = [10, 0];
        let expected = "11 mistakes and 1 warning in coffee.toml; 2 of them are shown";
        assert_eq!(summary(&problems).as_deref(), Some(expected));
    }
}
