//! Why there is no chart.

use std::fmt;

use crate::problem::nearest;

use super::ChartKind;

/// Why there is no chart.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ChartError {
    /// The forecast has nothing to draw it from.
    Nothing {
        /// What was asked for.
        kind: ChartKind,
        /// What is missing, as a sentence without a full stop.
        why: String,
    },
    /// A metric that the chart does not have.
    UnknownMetric {
        /// What was asked for.
        kind: ChartKind,
        /// The metric asked for.
        metric: String,
        /// Whether the forecast has it, though this chart does not.
        is_elsewhere: bool,
        /// The metrics that the chart has.
        known: Vec<String>,
    },
    /// A metric for a kind of chart that has only one.
    TakesNoMetric(ChartKind),
    /// A side shorter or longer than can be drawn.
    Side {
        /// `width` or `height`.
        side: &'static str,
        /// What was asked for, in pixels.
        pixels: u32,
        /// What can be drawn.
        allowed: (u32, u32),
    },
    /// Not an SVG that can be rasterised.
    Svg(String),
    /// A scale that leaves no pixels, or too many.
    Scale {
        /// What was asked for.
        scale: f32,
    },
}

impl fmt::Display for ChartError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing { kind, why } => write!(out, "{why}, so there is no `{}` chart", kind.word()),
            Self::UnknownMetric {
                kind,
                metric,
                is_elsewhere,
                known,
            } => {
                if *is_elsewhere {
                    write!(out, "there is no `{}` chart of `{metric}`", kind.word())?;
                } else {
                    write!(out, "there is no metric `{metric}`")?;
                    if let Some(name) = nearest(metric, known.iter().map(String::as_str)) {
                        write!(out, "; did you mean `{name}`?")?;
                    }
                }
                write!(out, " (it can show `{}`)", known.join("`, `"))
            }
            Self::TakesNoMetric(kind) => write!(out, "a `{}` chart takes no metric", kind.word()),
            Self::Side {
                side,
                pixels,
                allowed: (least, most),
            } => write!(
                out,
                "a {side} of {pixels} pixels: this chart can have {least} to {most}"
            ),
            Self::Svg(reason) => write!(out, "the SVG cannot be rasterised: {reason}"),
            Self::Scale { scale } => write!(
                out,
                "at a scale of {scale} the picture has no pixels, or more than 100 million"
            ),
        }
    }
}

impl std::error::Error for ChartError {}
