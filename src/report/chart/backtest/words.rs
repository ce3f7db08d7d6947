//! What a backtest's chart says.

use crate::fit::backtest::{Backtest, MetricBacktest, VerdictKind};
use crate::report::chart::frame::Words;
use crate::report::chart::legend::{Entry, Swatch};
use crate::report::chart::palette::Palette;
use crate::report::chart::text::capital;

/// The finding, what is drawn, and the picture in words.
pub(super) fn words(backtest: &Backtest, metric: &MetricBacktest, begins_elsewhere: bool) -> Words {
    let own = metric.methods.iter().find(|it| it.method == "forecast");
    let at_80 = own.and_then(|it| Some((it.coverage.iter().find(|it| it.level == 80)?.covered, it.count)));
    let held = at_80.map_or_else(String::new, |(covered, count)| {
        format!("80\u{a0}% intervals held {covered} of {count}")
    });
    let kinds = || metric.verdicts.iter().map(|it| it.kind);
    let width = kinds().find_map(|it| match it {
        VerdictKind::TooNarrow => Some(": too narrow to be trusted"),
        VerdictKind::TooWide => Some(": wider than they need be"),
        VerdictKind::Calibrated => Some(", about as they should"),
        _ => None,
    });
    let rank = kinds().find_map(|it| match it {
        VerdictKind::Better => Some("the forecast beats every baseline"),
        VerdictKind::Worse => Some("a baseline is better"),
        _ => None,
    });
    let mut finding = format!("{}: {held}{}", capital(&metric.metric), width.unwrap_or(""));
    if let Some(rank) = rank {
        finding.push_str("; ");
        finding.push_str(rank);
    }
    let note = if begins_elsewhere {
        " The axis does not begin at zero."
    } else {
        ""
    };
    Words {
        finding,
        subtitle: format!(
            "{} by {}, and what had been forecast from what was known before.{note}",
            capital(&metric.metric),
            backtest.run.period
        ),
        description: metric
            .verdicts
            .iter()
            .map(|it| it.text.as_str())
            .collect::<Vec<_>>()
            .join(" "),
    }
}

/// What the marks mean.
pub(super) fn legend(colors: &Palette) -> Vec<Entry> {
    vec![
        Entry::new(Swatch::Dot, colors.ink, "what came"),
        Entry::new(Swatch::Dot, colors.accent, "outside the 80\u{a0}% interval"),
        Entry::new(Swatch::Area, colors.bands[0], "50\u{a0}%"),
        Entry::new(Swatch::Area, colors.bands[1], "80\u{a0}%"),
        Entry::new(Swatch::Area, colors.bands[2], "95\u{a0}% interval"),
        Entry::new(Swatch::Line, colors.line, "median"),
    ]
}
