//! What every chart has around its picture: the finding above, what was run below.

use crate::forecast::{Forecast, RunInfo, ScenarioInfo};
use crate::study::{Comparison, Sensitivity};

use super::canvas::{Align, Canvas, Point, Rect};
use super::number;
use super::palette::{Palette, palette};
use super::period::Label;
use super::text::{self, Font, Wrapped};
use super::{ChartError, ChartOptions};

const WIDTHS: (u32, u32) = (320, 10_000);
const HEIGHT_MAX: u32 = 10_000;

/// Sizes for a width: a chart twice as wide is a larger sheet, not a magnified one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sizes {
    /// What all lengths are multiplied with.
    pub(crate) scale: f64,
    pub(crate) title: Font,
    pub(crate) strong: Font,
    pub(crate) body: Font,
    pub(crate) small: Font,
}

impl Sizes {
    pub(crate) fn of(width: u32) -> Self {
        let scale = (f64::from(width) / 800.0).sqrt().clamp(0.9, 1.6);
        Self {
            scale,
            title: Font::bold(20.0 * scale),
            strong: Font::bold(13.5 * scale),
            body: Font::regular(13.0 * scale),
            small: Font::regular(12.0 * scale),
        }
    }
}

/// The words around a picture.
#[derive(Debug, Clone)]
pub(crate) struct Words {
    /// What the chart shows us.
    pub(crate) finding: String,
    /// What is drawn, in which unit, and what the ranges mean.
    pub(crate) subtitle: String,
    /// The picture in words, for those who do not see it.
    pub(crate) description: String,
}

/// What a chart is of, for the line below it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Made<'a> {
    pub(crate) scenario: &'a ScenarioInfo,
    pub(crate) run: &'a RunInfo,
}

impl<'a> From<&'a Forecast> for Made<'a> {
    fn from(forecast: &'a Forecast) -> Self {
        Self {
            scenario: &forecast.scenario,
            run: &forecast.run,
        }
    }
}

impl<'a> From<&'a Comparison> for Made<'a> {
    fn from(comparison: &'a Comparison) -> Self {
        Self {
            scenario: &comparison.options[0].scenario,
            run: &comparison.run,
        }
    }
}

impl<'a> From<&'a Sensitivity> for Made<'a> {
    fn from(answer: &'a Sensitivity) -> Self {
        Self {
            scenario: &answer.scenario,
            run: &answer.run,
        }
    }
}

/// A sheet with its words laid out and nothing drawn yet.
pub(crate) struct Frame {
    pub(crate) sizes: Sizes,
    pub(crate) colors: &'static Palette,
    /// What is left for the picture between the margins.
    pub(crate) width: f64,
    margin: f64,
    words: Words,
    title: Wrapped,
    subtitle: Wrapped,
    footer: Wrapped,
    footer_words: String,
}

impl Frame {
    /// # Errors
    ///
    /// [`ChartError::Side`] if the chart is too narrow or too wide.
    pub(crate) fn new<'a>(made: impl Into<Made<'a>>, words: Words, options: &ChartOptions) -> Result<Self, ChartError> {
        let made = made.into();
        if !(WIDTHS.0..=WIDTHS.1).contains(&options.width) {
            return Err(ChartError::Side {
                side: "width",
                pixels: options.width,
                allowed: WIDTHS,
            });
        }
        let sizes = Sizes::of(options.width);
        let margin = 22.0 * sizes.scale;
        let width = f64::from(options.width) - 2.0 * margin;
        let footer_words = footer(made, None);
        let name = text::shorten(&made.scenario.name, sizes.small, 0.7 * width);
        let footer = text::wrap(&footer(made, Some(&name)), sizes.small, width, 4);
        Ok(Self {
            title: text::wrap(&words.finding, sizes.title, width, 4),
            subtitle: text::wrap(&words.subtitle, sizes.body, width, 6),
            footer: Wrapped {
                shortened: footer.shortened || name.ends_with('…'),
                ..footer
            },
            footer_words,
            sizes,
            colors: palette(options.dark),
            width,
            margin,
            words,
        })
    }

    /// Draws the words. The picture goes into the rectangle, `natural` pixels high unless a
    /// height was asked for.
    ///
    /// # Errors
    ///
    /// [`ChartError::Side`] if that height leaves less than `least` pixels.
    pub(crate) fn open(&self, options: &ChartOptions, natural: f64, least: f64) -> Result<(Canvas, Rect), ChartError> {
        let scale = self.sizes.scale;
        let lines = |wrapped: &Wrapped, font: Font| wrapped.lines.len() as f64 * font.line_height();
        let top = self.margin
            + lines(&self.title, self.sizes.title)
            + 4.0 * scale
            + lines(&self.subtitle, self.sizes.body)
            + 14.0 * scale;
        let bottom = 12.0 * scale + lines(&self.footer, self.sizes.small) + 0.7 * self.margin;
        let height = match options.height {
            None => (top + natural + bottom).ceil() as u32,
            Some(height) => {
                let least = (top + least + bottom).ceil() as u32;
                if !(least..=HEIGHT_MAX.max(least)).contains(&height) {
                    return Err(ChartError::Side {
                        side: "height",
                        pixels: height,
                        allowed: (least, HEIGHT_MAX.max(least)),
                    });
                }
                height
            }
        };

        let colors = self.colors;
        let mut canvas = Canvas::new(options.width, height, colors.background);
        let at = (self.margin, self.margin);
        let (title, body) = (self.sizes.title, self.sizes.body);
        let below = paragraph(&mut canvas, at, &self.title, title, colors.ink, &self.words.finding);
        let at = (self.margin, below + 4.0 * scale);
        paragraph(
            &mut canvas,
            at,
            &self.subtitle,
            body,
            colors.muted,
            &self.words.subtitle,
        );
        let area = Rect {
            left: self.margin,
            top,
            right: self.margin + self.width,
            bottom: f64::from(height) - bottom,
        };
        let at = (self.margin, area.bottom + 12.0 * scale);
        let small = self.sizes.small;
        paragraph(&mut canvas, at, &self.footer, small, colors.muted, &self.footer_words);
        Ok((canvas, area))
    }

    /// The SVG.
    pub(crate) fn close(self, canvas: Canvas) -> String {
        let description = format!(
            "{} {} {}",
            self.words.subtitle, self.words.description, self.footer_words
        );
        canvas.finish(&self.words.finding, &description)
    }
}

/// Draws lines from `at` downwards and says where they end.
fn paragraph(
    canvas: &mut Canvas,
    at: Point,
    wrapped: &Wrapped,
    font: Font,
    color: plotters::style::RGBColor,
    whole: &str,
) -> f64 {
    let draw = |canvas: &mut Canvas| {
        let mut baseline = at.1 + font.size;
        for line in &wrapped.lines {
            canvas.text((at.0, baseline), line, font, color, Align::Left);
            baseline += font.line_height();
        }
    };
    if wrapped.shortened {
        canvas.titled(whole, draw);
    } else {
        draw(canvas);
    }
    at.1 + wrapped.lines.len() as f64 * font.line_height()
}

/// The scenario, as `name` if that is given, and how it was run.
fn footer(Made { scenario, run }: Made<'_>, name: Option<&str>) -> String {
    let mut parts = vec![name.unwrap_or(&scenario.name).to_owned()];
    if let Some(variant) = &scenario.variant {
        parts.push(format!("variant {variant}"));
    }
    if !scenario.set.is_empty() {
        parts.push(format!("with {}", scenario.set.join(", ")));
    }
    if let (Some(begin), Some(end)) = (&run.begin, &run.end) {
        let (begin, end) = (Label::read(begin).long(), Label::read(end).long());
        parts.push(unbroken(&format!("{begin} to {end}")));
    }
    let count = number::number(run.replications as f64, 1.0);
    let replications = match run.replications {
        0 | 1 if run.engine == "exact" => "exact engine".to_owned(),
        1 => "1 replication".to_owned(),
        _ => {
            let things = if run.engine == "exact" {
                "worlds"
            } else {
                "replications"
            };
            let early = if run.cut_short { "stopped early after " } else { "" };
            format!("{early}{count} {things}")
        }
    };
    parts.push(unbroken(&replications));
    parts.retain(|it| !it.trim().is_empty());
    parts.join("\u{a0}· ")
}

fn unbroken(text: &str) -> String {
    text.replace(' ', "\u{a0}")
}
