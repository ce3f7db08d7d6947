//! The tornado: a bar for each assumption from where the metric is at its low end to where it is at
//! its high end, the longest on top.

use crate::report::chart::axis::Axis;
use crate::report::chart::canvas::{Align, Canvas, Rect};
use crate::report::chart::frame::{Frame, Words};
use crate::report::chart::legend::{Entry, Swatch};
use crate::report::chart::text;
use crate::report::chart::{ChartError, ChartOptions};
use crate::report::level::level;
use crate::study::Sensitivity;
use crate::study::sensitivity::result::{Bar, End};

use super::Told;
use super::rows::{Rows, draw_axis};

/// Bars that are drawn at most.
const BARS_MAX: usize = 20;
/// The largest share of the width that words at an end take.
const ENDS_MOST: f64 = 0.2;
/// Standard errors on each side of an estimate in its 95 % interval.
const ERRORS: f64 = 1.96;

pub(super) fn draw(answer: &Sensitivity, options: &ChartOptions) -> Result<String, ChartError> {
    let bars: Vec<&Bar> = answer.tornado.iter().take(BARS_MAX).collect();
    let values: Vec<f64> = bars.iter().flat_map(|it| [it.low.value, it.high.value]).collect();
    let told = Told::of(
        answer,
        &values.iter().copied().chain([answer.base.value]).collect::<Vec<_>>(),
    );
    let frame = Frame::new(answer, words(answer, &bars, &told), options)?;
    let (sizes, colors, scale) = (frame.sizes, frame.colors, frame.sizes.scale);
    let font = sizes.small;
    let most = ENDS_MOST * frame.width;
    // Words stand outside of each end: by side, the widest decides.
    let ends: Vec<[Beside; 2]> = bars.iter().map(|it| beside(it, answer.base.value)).collect();
    let widest = |is_left: bool| {
        let of_side = ends.iter().flatten().filter(|it| it.is_left == is_left);
        let widths = of_side.map(|it| text::width(&text::clean(&it.words), font));
        widths.fold(0.0, f64::max).ceil().min(most) + 12.0 * scale
    };
    let names = bars.iter().map(|it| it.title.clone()).collect();
    let rows = Rows::new(&frame, names, (widest(true), widest(false)));
    let low_color = colors.loss(0.5);
    let entries = vec![
        Entry::new(Swatch::Area, low_color, "assumption at its low end"),
        Entry::new(Swatch::Area, colors.bar, "at its high end"),
        Entry::new(
            Swatch::Mark,
            colors.line,
            format!("all at their means: {}", told.amount(answer.base.value)),
        ),
    ];
    let (mut canvas, plot) = rows.open(&frame, entries, options)?;
    let (left, right) = rows.span(plot);
    let errors = bars.iter().flat_map(|it| [&it.low, &it.high]);
    let errors = errors.flat_map(|it| [it.value - ERRORS * it.se, it.value + ERRORS * it.se]);
    let all = errors.chain([answer.base.value]);
    let (low, high) = all.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), it| {
        (low.min(it), high.max(it))
    });
    let count = (((right - left) / (90.0 * scale)) as usize).clamp(2, 8);
    let axis = Axis::between(low, high, count, false);
    draw_axis(
        &mut canvas,
        &frame,
        &axis,
        Rect { left, right, ..plot },
        |value, plain| {
            if answer.metric.ends_with("_rate") {
                told.number(value)
            } else {
                plain
            }
        },
    );
    let ink: Vec<_> = bars
        .iter()
        .map(|it| if it.uncertain { colors.ink } else { colors.muted })
        .collect();
    let fields = rows.draw(&mut canvas, plot, &ink);
    let at = |value: f64| axis.at(value, left, right);
    let base = at(answer.base.value);
    for ((bar, field), ends) in bars.iter().zip(&fields).zip(&ends) {
        canvas.titled(&hover(bar, &told), |canvas| {
            let of_end = |end: &End| at(end.value);
            let mut both = [(&bar.low, low_color), (&bar.high, colors.bar)];
            // Where both ends are on one side, the shorter lies on the longer.
            both.sort_by(|one, other| (of_end(other.0) - base).abs().total_cmp(&(of_end(one.0) - base).abs()));
            for (end, color) in both {
                let x = of_end(end);
                canvas.rect(
                    Rect {
                        left: x.min(base),
                        right: x.max(base),
                        ..*field
                    },
                    color,
                );
            }
            for end in [&bar.low, &bar.high].into_iter().filter(|it| it.se > 0.0) {
                let middle = f64::midpoint(field.top, field.bottom);
                let reach = [-ERRORS, ERRORS].map(|it| (at(end.value + it * end.se), middle));
                canvas.line(&reach, colors.ink, 1.4 * scale);
            }
            draw_words(canvas, &frame, *field, ends, &at, most);
        });
    }
    // Not through the names, which may stand above their fields.
    for field in &fields {
        let ends = [(base, field.top - 3.0 * scale), (base, field.bottom + 3.0 * scale)];
        canvas.line(&ends, colors.line, 1.6 * scale);
    }
    Ok(frame.close(canvas))
}

/// Words beside an end.
struct Beside {
    words: String,
    value: f64,
    /// Whether they stand to its left.
    is_left: bool,
}

/// Words beside both ends: outside, and where both ends are on one side of the base, those of the
/// nearer one on the other side of the base.
fn beside(bar: &Bar, base: f64) -> [Beside; 2] {
    let words = |end: &End| {
        let words = level(&bar.kind, bar.unit.as_deref(), end.at, end.change.as_deref());
        short(&words)
    };
    let reach = |errors: f64| {
        [&bar.low, &bar.high]
            .into_iter()
            .map(move |it| it.value + errors * it.se)
    };
    let rises = bar.high.value >= bar.low.value;
    let end = |end: &End, is_left: bool| Beside {
        words: words(end),
        // Outside of everything that is drawn.
        value: if is_left {
            reach(-ERRORS).fold(base, f64::min)
        } else {
            reach(ERRORS).fold(base, f64::max)
        },
        is_left,
    };
    [end(&bar.low, rises), end(&bar.high, !rises)]
}

/// Without what stands in the name anyway.
fn short(words: &str) -> String {
    words.split(" per ").next().unwrap_or(words).to_owned()
}

fn draw_words(
    canvas: &mut Canvas,
    frame: &Frame,
    field: Rect,
    ends: &[Beside; 2],
    at: &impl Fn(f64) -> f64,
    most: f64,
) {
    let (font, scale) = (frame.sizes.small, frame.sizes.scale);
    let baseline = f64::midpoint(field.top, field.bottom) + font.middle_to_baseline();
    for it in ends {
        let words = text::shorten(&it.words, font, most);
        let (x, align) = if it.is_left {
            (at(it.value) - 6.0 * scale, Align::Right)
        } else {
            (at(it.value) + 6.0 * scale, Align::Left)
        };
        canvas.text((x, baseline), &words, font, frame.colors.muted, align);
    }
}

fn words(answer: &Sensitivity, bars: &[&Bar], told: &Told) -> Words {
    let first = bars[0];
    let (low, high) = (
        first.low.value.min(first.high.value),
        first.low.value.max(first.high.value),
    );
    let finding = if first.swing > 0.0 {
        format!(
            "What matters most for {} is {}: {}",
            told.metric,
            first.title,
            told.range(low, high)
        )
    } else {
        format!("None of this moves {}", told.metric)
    };
    let what = if bars.iter().all(|it| it.uncertain) {
        "with each assumption at its 5 % and its 95 %"
    } else {
        "with what is uncertain at its 5 % and its 95 %, and what is fixed (grey) a tenth lower and higher"
    };
    let left_out = answer.tornado.len() - bars.len();
    let more = if left_out > 0 {
        format!(" {left_out} with smaller swings are not shown.")
    } else {
        String::new()
    };
    let luck = if bars.iter().any(|it| it.low.se > 0.0) {
        " Lines on the ends are the 95 % simulation error."
    } else {
        ""
    };
    Words {
        finding,
        subtitle: format!("{} {what}, the others at their means.{luck}{more}", told.subject()),
        description: bars.iter().map(|it| hover(it, told)).collect::<Vec<_>>().join(". "),
    }
}

fn hover(bar: &Bar, told: &Told) -> String {
    let end = |end: &End| {
        let words = level(&bar.kind, bar.unit.as_deref(), end.at, end.change.as_deref());
        let held = if end.limited {
            " (held back by the other chances of the fork)"
        } else {
            ""
        };
        format!("{} at {words}{held}", told.amount(end.value))
    };
    format!("{}: {}, {}", bar.title, end(&bar.low), end(&bar.high))
}
