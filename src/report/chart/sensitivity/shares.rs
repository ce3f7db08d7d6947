//! Shares of variance: for each input what it explains alone and in all, with intervals.

use crate::report::chart::axis::Axis;
use crate::report::chart::canvas::{Align, Rect};
use crate::report::chart::frame::{Frame, Words};
use crate::report::chart::legend::{Entry, Swatch};
use crate::report::chart::text;
use crate::report::chart::{ChartError, ChartOptions};
use crate::report::number::share;
use crate::study::Sensitivity;
use crate::study::sensitivity::result::{InputShare, Share, Shares};

use super::Told;
use super::rows::{Rows, draw_axis};

/// Inputs that are drawn at most.
const INPUTS_MAX: usize = 20;

pub(super) fn draw(answer: &Sensitivity, shares: &Shares, options: &ChartOptions) -> Result<String, ChartError> {
    let inputs: Vec<&InputShare> = shares.inputs.iter().take(INPUTS_MAX).collect();
    let told = Told::of(answer, &[shares.mean - shares.sd, shares.mean + shares.sd]);
    let frame = Frame::new(answer, words(shares, &inputs, &told), options)?;
    let (sizes, colors, scale) = (frame.sizes, frame.colors, frame.sizes.scale);
    let font = sizes.small;
    let values: Vec<String> = inputs.iter().map(|it| percent(it.total)).collect();
    let widest = values.iter().map(|it| text::width(it, font)).fold(0.0, f64::max);
    let names = inputs.iter().map(|it| it.title.clone()).collect();
    let half = 0.5 * text::width("100 %", font);
    let rows = Rows::new(&frame, names, (half, widest.ceil().max(half) + 10.0 * scale));
    let entries = vec![
        Entry::new(Swatch::Area, colors.line, "alone"),
        Entry::new(Swatch::Area, colors.bands[1], "in all, together with others"),
        Entry::new(Swatch::Line, colors.axis, "95 % interval"),
    ];
    let (mut canvas, plot) = rows.open(&frame, entries, options)?;
    let (left, right) = rows.span(plot);
    let ends = inputs.iter().flat_map(|it| [it.first.high, it.total.high]);
    // Beyond 100 % there is nothing but the error of an estimate.
    let high = ends.filter(|it| it.is_finite()).fold(0.05, f64::max).min(1.05);
    let count = (((right - left) / (80.0 * scale)) as usize).clamp(2, 6);
    let axis = Axis::between(0.0, 100.0 * high, count, false);
    let at = |value: f64| axis.at(100.0 * value, left, right);
    draw_axis(&mut canvas, &frame, &axis, Rect { left, right, ..plot }, |_, plain| {
        format!("{plain}\u{a0}%")
    });
    let fields = rows.draw(&mut canvas, plot, &vec![colors.ink; inputs.len()]);
    for ((input, field), value) in inputs.iter().zip(&fields).zip(&values) {
        canvas.titled(&hover(input), |canvas| {
            let middle = f64::midpoint(field.top, field.bottom);
            let gap = scale;
            let parts = [
                (input.first, colors.line, field.top, middle - 0.5 * gap),
                (input.total, colors.bands[1], middle + 0.5 * gap, field.bottom),
            ];
            let mut end = left;
            for (share, color, top, bottom) in parts {
                let right = at(share.value.max(0.0));
                canvas.rect(
                    Rect {
                        left,
                        top,
                        right,
                        bottom,
                    },
                    color,
                );
                let y = f64::midpoint(top, bottom);
                let reach = [at(share.low.max(0.0)), at(share.high.max(0.0))];
                canvas.line(&[(reach[0], y), (reach[1], y)], colors.axis, 1.6 * scale);
                end = end.max(right).max(reach[1]);
            }
            let baseline = middle + font.middle_to_baseline();
            canvas.text((end + 6.0 * scale, baseline), value, font, colors.muted, Align::Left);
        });
    }
    canvas.line(&[(left, plot.top), (left, plot.bottom)], colors.axis, scale);
    Ok(frame.close(canvas))
}

fn percent(it: Share) -> String {
    share(it.value.max(0.0), Some(0.01)).replace(' ', "\u{a0}")
}

fn words(shares: &Shares, inputs: &[&InputShare], told: &Told) -> Words {
    let finding = match inputs.first() {
        Some(first) => format!(
            "What makes {} uncertain is above all {}: {} of the variance",
            told.metric,
            first.title,
            percent(first.total)
        ),
        None => format!("Nothing makes {} uncertain", told.metric),
    };
    let luck = match shares.luck {
        Some(luck) => format!(" Plain luck comes on top: {} of a forecast's variance.", percent(luck)),
        None => " Without luck.".to_owned(),
    };
    let left_out = shares.inputs.len() - inputs.len();
    let more = if left_out > 0 {
        format!(" {left_out} smaller ones are not shown.")
    } else {
        String::new()
    };
    Words {
        finding,
        subtitle: format!(
            "Shares of the variance over worlds, where the mean is {} and the standard deviation {}.{luck}{more}",
            told.amount(shares.mean),
            told.amount(shares.sd)
        ),
        description: inputs.iter().map(|it| hover(it)).collect::<Vec<_>>().join(". "),
    }
}

fn hover(input: &InputShare) -> String {
    let with_interval = |it: Share| {
        let end = |value: f64| share(value.clamp(0.0, 1.0), Some(0.01));
        format!("{} ({} to {})", percent(it), end(it.low), end(it.high))
    };
    format!(
        "{}: {} alone, {} in all",
        input.title,
        with_interval(input.first),
        with_interval(input.total)
    )
}
