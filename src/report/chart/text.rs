//! How wide words are: the bundled font, measuring, wrapping and shortening.

use std::sync::OnceLock;

use plotters::style::{FontDesc, FontFamily, FontStyle, register_font};

/// What a viewer is asked for. The bundled Noto Sans is measured and rasterised; the others are
/// no wider, and nearly every viewer has one of them.
pub(crate) const FAMILY: &str = "Noto Sans, Helvetica Neue, Arial, sans-serif";

/// Ascender and descender of Noto Sans in em: plotters takes a font's size as that height.
const HEIGHT_PER_EM: f64 = 1.362;
/// Measured at this many pixels per em, as plotters rounds widths to whole pixels.
const MEASURE_EM: f64 = 1_000.0;

/// A size in pixels and a weight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Font {
    pub(crate) size: f64,
    pub(crate) bold: bool,
}

impl Font {
    pub(crate) fn regular(size: f64) -> Self {
        Self { size, bold: false }
    }

    pub(crate) fn bold(size: f64) -> Self {
        Self { size, bold: true }
    }

    /// Distance of baselines.
    pub(crate) fn line_height(self) -> f64 {
        1.36 * self.size
    }

    /// From the middle of a line of capitals or digits down to its baseline.
    pub(crate) fn middle_to_baseline(self) -> f64 {
        0.357 * self.size
    }

    pub(crate) fn style(self) -> FontStyle {
        if self.bold { FontStyle::Bold } else { FontStyle::Normal }
    }
}

/// Makes the bundled font known to plotters, which refuses to write a word without one.
pub(crate) fn register_fonts() {
    static DONE: OnceLock<()> = OnceLock::new();
    DONE.get_or_init(|| {
        for (style, bytes) in [
            (FontStyle::Normal, notosans::REGULAR_TTF),
            (FontStyle::Bold, notosans::BOLD_TTF),
        ] {
            assert!(register_font(FAMILY, style, bytes).is_ok(), "the bundled font is sound");
        }
    });
}

/// Width in pixels; `text` as it comes out of [`clean`].
pub(crate) fn width(text: &str, font: Font) -> f64 {
    register_fonts();
    let desc = FontDesc::new(FontFamily::Name(FAMILY), HEIGHT_PER_EM * MEASURE_EM, font.style());
    let ((left, _), (right, _)) = desc.layout_box(text).expect("the bundled font is registered");
    let foreign = text.chars().filter(|it| is_wide(*it)).count();
    (f64::from(right - left) / MEASURE_EM + 0.4 * foreign as f64) * font.size
}

/// Scripts with characters one em wide that Noto Sans lacks: a viewer takes them from elsewhere.
fn is_wide(character: char) -> bool {
    matches!(
        u32::from(character),
        0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff
            | 0xfe30..=0xfe6f | 0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x1f300..=0x1faff
            | 0x20000..=0x3fffd
    )
}

/// On one line, without what XML cannot hold, spaces as a viewer shows them.
pub(crate) fn clean(text: &str) -> String {
    let kept: String = text
        .chars()
        .map(|it| if it.is_whitespace() && it != NO_BREAK { ' ' } else { it })
        .filter(|it| !it.is_control() && !matches!(it, '\u{fffe}' | '\u{ffff}'))
        .collect();
    kept.split(' ')
        .filter(|it| !it.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// With a capital, as a sentence begins.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

/// Between a number and its unit: lines do not break here.
pub(crate) const NO_BREAK: char = '\u{a0}';

/// Lines that fit.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Wrapped {
    pub(crate) lines: Vec<String>,
    /// Whether words were left out, for `…`.
    pub(crate) shortened: bool,
}

/// `text` in at most `lines_max` lines (at least one) of at most `width_max` pixels.
pub(crate) fn wrap(text: &str, font: Font, width_max: f64, lines_max: usize) -> Wrapped {
    let text = clean(text);
    let mut rest = text.as_str();
    let mut lines = Vec::new();
    while !rest.is_empty() {
        let fits = fitting(rest, font, width_max);
        if fits < rest.len() && lines.len() + 1 >= lines_max {
            lines.push(shorten(rest, font, width_max));
            return Wrapped { lines, shortened: true };
        }
        let end = if fits == rest.len() || rest[fits..].starts_with(' ') {
            Some(fits)
        } else {
            rest[..fits].rfind(' ')
        };
        if let Some(end) = end {
            lines.push(rest[..end].to_owned());
            rest = rest[end..].trim_start_matches(' ');
        } else {
            let end = fitting(rest, font, width_max - width("-", font));
            let (line, more) = rest.split_at(end);
            let is_word = |it: Option<char>| it.is_some_and(|it| it.is_alphabetic() && !is_wide(it));
            let is_inside = is_word(line.chars().next_back()) && is_word(more.chars().next());
            lines.push(format!("{line}{}", if is_inside { "-" } else { "" }));
            rest = more;
        }
    }
    Wrapped {
        lines,
        shortened: false,
    }
}

/// `text` if it fits, else its beginning and `…`.
pub(crate) fn shorten(text: &str, font: Font, width_max: f64) -> String {
    let text = clean(text);
    if fitting(&text, font, width_max) == text.len() {
        return text;
    }
    let end = fitting(&text, font, width_max - width("…", font));
    format!("{}…", text[..end].trim_end())
}

/// Bytes of the longest beginning that fits, at least one character.
fn fitting(text: &str, font: Font, width_max: f64) -> usize {
    if width(text, font) <= width_max {
        return text.len();
    }
    let ends: Vec<usize> = text.char_indices().map(|(at, it)| at + it.len_utf8()).collect();
    let count = ends.partition_point(|end| width(&text[..*end], font) <= width_max);
    ends.get(count.saturating_sub(1)).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An independent shaper measures the same words.
    #[test]
    fn widths_are_those_of_the_rasteriser() {
        for (text, bold) in [
            ("Considers the offer", false),
            ("AVATAR To 12,340", false),
            ("Trial loses most: 80\u{a0}% leave", true),
            ("Überprüfung & Übergabe", true),
        ] {
            let font = Font { size: 100.0, bold };
            let weight = if bold { "bold" } else { "normal" };
            let svg = format!(
                "<svg xmlns='http://www.w3.org/2000/svg' width='4000' height='200'>\
                 <text x='0' y='150' font-family='{FAMILY}' font-weight='{weight}' \
                 font-size='100'>{}</text></svg>",
                text.replace('&', "&amp;")
            );
            let tree = super::super::png::tree(&svg).expect("the text is sound");
            let theirs = f64::from(tree.root().bounding_box().width());
            let ours = width(text, font);
            assert!(
                (ours - theirs).abs() < 0.02 * theirs + 2.0,
                "{text}: {ours} by plotters, {theirs} by resvg"
            );
        }
    }

    #[test]
    fn wrapping_keeps_every_word_that_fits() {
        let font = Font::regular(12.0);
        let text = "one two three four five six seven eight nine ten";
        let all = wrap(text, font, 90.0, 20);
        assert_eq!(all.lines.join(" "), text);
        assert!(!all.shortened);
        assert!(all.lines.iter().all(|it| width(it, font) <= 90.0));
        let two = wrap(text, font, 90.0, 2);
        assert!(two.shortened && two.lines.len() == 2);
        assert!(two.lines[1].ends_with('…') && width(&two.lines[1], font) <= 90.0);
    }

    #[test]
    fn a_word_without_spaces_is_hyphenated() {
        let font = Font::regular(12.0);
        let word = "Donaudampfschifffahrtsgesellschaft".repeat(4);
        let wrapped = wrap(&word, font, 100.0, 50);
        assert_eq!(wrapped.lines.concat().replace('-', ""), word);
        assert!(wrapped.lines.iter().all(|it| width(it, font) <= 100.0));
    }

    #[test]
    fn nothing_that_xml_forbids_survives() {
        assert_eq!(clean(" a\u{1b}[1m \n\t b\u{0}\u{ffff} "), "a[1m b");
        assert_eq!(clean("80\u{a0}%"), "80\u{a0}%");
    }
}
