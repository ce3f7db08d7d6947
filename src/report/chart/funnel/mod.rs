//! The funnel: how many customers reach each stage, and how many leave on the way.

mod layout;
mod words;

use crate::forecast::Forecast;

use super::canvas::{Align, Canvas, Point, Rect};
use super::frame::Frame;
use super::text::{self, Font};
use super::{ChartError, ChartKind, ChartOptions};
use layout::{KEY, Layout, Piece};
use words::{Passage, Stage};

/// The chart as SVG.
pub(crate) fn draw(forecast: &Forecast, options: &ChartOptions) -> Result<String, ChartError> {
    if options.metric.is_some() {
        return Err(ChartError::TakesNoMetric(ChartKind::Funnel));
    }
    if forecast.funnel.is_empty() {
        return Err(ChartError::Nothing {
            kind: ChartKind::Funnel,
            why: "the scenario has no stages".to_owned(),
        });
    }
    let stages = words::stages(&forecast.funnel);
    let frame = Frame::new(forecast, words::words(forecast, &stages), options)?;
    let mut layout = Layout::new(&frame, &stages);
    let (mut canvas, area) = frame.open(options, layout.height_natural(), layout.height_least())?;
    layout.place(area);

    draw_key(&mut canvas, &layout);
    draw_share_heading(&mut canvas, &layout);
    for (position, stage) in stages.iter().enumerate() {
        canvas.titled(&stage.description(), |canvas| {
            if let (Some(passage), Some(next)) = (&stage.passage, stages.get(position + 1)) {
                draw_passage(canvas, &layout, position, (stage, next), passage);
            }
            draw_stage(canvas, &layout, position, stage);
        });
    }
    let x = layout.bars.0;
    let ends = [
        (x, layout.row_top(0) - 3.0 * layout.scale()),
        (x, layout.row_top(stages.len() - 1) + layout.bar + 3.0 * layout.scale()),
    ];
    canvas.line(&ends, layout.colors.axis, layout.scale());
    Ok(frame.close(canvas))
}

/// What the bars and their whiskers mean.
fn draw_key(canvas: &mut Canvas, layout: &Layout) {
    let (scale, font) = (layout.scale(), layout.sizes.small);
    for (position, at) in &layout.key {
        let (words, _) = KEY[*position];
        let baseline = at.1 + font.size;
        let middle = baseline - font.middle_to_baseline();
        let (left, right) = (at.0, at.0 + layout.swatch());
        if *position == 0 {
            let height = 5.0 * scale;
            let swatch = Rect {
                left,
                right,
                top: middle - height,
                bottom: middle + height,
            };
            canvas.rect(swatch, layout.colors.bar);
        } else {
            let ends = [(left, middle), (right, middle)];
            canvas.line(&ends, layout.colors.ink, layout.whisker(*position));
        }
        let at = (right + 6.0 * scale, baseline);
        canvas.text(at, words, font, layout.colors.muted, Align::Left);
    }
}

fn draw_share_heading(canvas: &mut Canvas, layout: &Layout) {
    let font = layout.sizes.small;
    let lines = layout.share_heading.lines.len() as f64;
    let mut baseline = layout.row_top(0) - 8.0 * layout.scale() - (lines - 1.0) * font.line_height();
    for line in &layout.share_heading.lines {
        let at = (layout.share_right, baseline);
        canvas.text(at, line, font, layout.colors.muted, Align::Right);
        baseline += font.line_height();
    }
}

fn draw_stage(canvas: &mut Canvas, layout: &Layout, position: usize, stage: &Stage) {
    let (sizes, colors, scale) = (layout.sizes, layout.colors, layout.scale());
    let top = layout.row_top(position);
    let middle = top + layout.bar / 2.0;
    draw_name(canvas, layout, middle, stage);

    let left = layout.bars.0;
    let customers = stage.customers.unwrap_or(0.0);
    if customers > 0.0 {
        let bar = Rect {
            left,
            top,
            // The rarest stage still shows that it is not empty.
            right: layout.x(customers).max(left + 2.0 * scale),
            bottom: top + layout.bar,
        };
        canvas.rect(bar, colors.bar);
    }
    let mut right = layout.x(customers).max(left + 2.0 * scale);
    for (kind, interval) in [(1, stage.interval_80), (2, stage.interval_90)] {
        if let Some((low, high)) = interval.filter(|(low, high)| high > low) {
            let ends = [(layout.x(low), middle), (layout.x(high), middle)];
            canvas.line(&ends, colors.ink, layout.whisker(kind));
            right = right.max(ends[1].0);
        }
    }

    let baseline = |font: Font| middle + font.middle_to_baseline();
    let (count, interval) = &stage.count;
    let mut x = right + 8.0 * scale;
    canvas.text(
        (x, baseline(sizes.strong)),
        count,
        sizes.strong,
        colors.ink,
        Align::Left,
    );
    if let (Some(interval), true) = (interval, layout.count_intervals) {
        x += text::width(count, sizes.strong) + 6.0 * scale;
        let words = format!("({interval})");
        canvas.text(
            (x, baseline(sizes.strong)),
            &words,
            sizes.small,
            colors.muted,
            Align::Left,
        );
    }

    let (share, interval) = &stage.share;
    let x = layout.share_right;
    canvas.text(
        (x, baseline(sizes.strong)),
        share,
        sizes.strong,
        colors.ink,
        Align::Right,
    );
    if let (Some(interval), true) = (interval, layout.share_intervals) {
        let below = baseline(sizes.strong) + sizes.small.line_height();
        let words = format!("({interval})");
        canvas.text((x, below), &words, sizes.small, colors.muted, Align::Right);
    }
}

/// Title and owner, left of the bar.
fn draw_name(canvas: &mut Canvas, layout: &Layout, middle: f64, stage: &Stage) {
    let (sizes, colors) = (layout.sizes, layout.colors);
    let mut baseline = middle + sizes.strong.middle_to_baseline();
    let name = layout.name(stage);
    for line in &name.lines {
        canvas.text((layout.left, baseline), line, sizes.strong, colors.ink, Align::Left);
        baseline += sizes.strong.line_height();
    }
    if let Some(owner) = &stage.owner {
        let owner = text::shorten(owner, sizes.small, layout.name_width);
        let at = (layout.left, baseline - 0.08 * sizes.small.size);
        canvas.text(at, &owner, sizes.small, colors.muted, Align::Left);
    }
}

/// Between two bars: who goes on, who leaves.
fn draw_passage(
    canvas: &mut Canvas,
    layout: &Layout,
    position: usize,
    (from, to): (&Stage, &Stage),
    passage: &Passage,
) {
    let colors = layout.colors;
    let (left, top) = (layout.bars.0, layout.row_top(position) + layout.bar);
    let bottom = layout.row_top(position + 1);
    let x = |stage: &Stage| layout.x(stage.customers.unwrap_or(0.0)).max(left + 1.0);
    let corners = [(left, top), (x(from), top), (x(to), bottom), (left, bottom)];
    let tint = if passage.is_biggest {
        colors.accent_tint
    } else {
        colors.tint
    };
    canvas.polygon(&corners, tint);

    let lines = layout.passage_words(passage);
    let step = layout.sizes.body.line_height();
    let middle = f64::midpoint(top, bottom) - (lines.len() as f64 - 1.0) * step / 2.0;
    for (number, line) in lines.iter().enumerate() {
        let middle = middle + number as f64 * step;
        let baseline = middle + layout.sizes.body.middle_to_baseline();
        draw_line(canvas, (left + 10.0 * layout.scale(), baseline), line, layout.gap());
    }
}

fn draw_line(canvas: &mut Canvas, at: Point, line: &[Piece], gap: f64) {
    let mut x = at.0;
    for piece in line {
        canvas.text((x, at.1), &piece.words, piece.font, piece.color, Align::Left);
        x += text::width(&piece.words, piece.font) + gap;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::Estimate;
    use crate::report::chart::check::{Drawn, check, plain};
    use crate::report::chart::fixture::{self, only_mean, with_funnel};
    use crate::report::fixture::SHIPPED;

    fn drawn(name: &str, forecast: &Forecast) -> Drawn {
        check(ChartKind::Funnel, name, forecast, None)
    }

    #[test]
    fn every_shipped_scenario_has_its_funnel() {
        for (name, _) in SHIPPED {
            let forecast = fixture::shipped(name);
            if !forecast.funnel.is_empty() {
                drawn(name, &forecast);
            }
        }
    }

    /// Customers at `count` stages, each the given share of the one before.
    fn falling(count: usize, share: f64) -> Forecast {
        let counts: Vec<f64> = (0..count)
            .map(|it| 250_000.0 * share.powi(i32::try_from(it).expect("there are few stages")))
            .collect();
        with_funnel(&counts)
    }

    #[test]
    fn a_funnel_tells_who_goes_on_who_leaves_and_who_owns_it() {
        let drawn = drawn("hotel", &fixture::hotel());
        for words in [
            "Awareness",
            "Marketing",
            "Sales",
            "112,300",
            "37.3 %",
            "−70,500 leave here",
            "80 % interval",
            "90 % interval",
            "of the first",
            "Hotel by the lake",
            "1,000 replications",
        ] {
            assert!(drawn.has(words), "no {words}");
        }
        assert!(plain(&drawn.svg).contains("<title>Awareness loses most: 70,500 of 112,300 leave (63 %)"));
    }

    #[test]
    fn each_stage_has_a_bar_and_two_whiskers_and_each_passage_an_area() {
        for count in [1, 3, 4, 8, 15, 40] {
            let drawn = drawn(&format!("{count}-stages"), &falling(count, 0.6));
            // The background and the key's swatch are rectangles too, its whiskers lines.
            assert_eq!(drawn.count("rect"), count + 2, "{count}");
            assert_eq!(drawn.count("polyline"), 2 * count + 3, "{count}");
            assert_eq!(drawn.count("polygon"), count - 1, "{count}");
        }
    }

    #[test]
    fn the_rarest_stage_is_still_seen() {
        let drawn = drawn("tail", &with_funnel(&[1_000_000.0, 40_000.0, 900.0, 100.0, 1.0]));
        assert!(drawn.has("0.01 %"));
        assert_eq!(drawn.count("rect"), 7);
    }

    #[test]
    fn nobody_is_said_in_words() {
        let none = drawn("zeros", &with_funnel(&[0.0, 0.0, 0.0]));
        assert!(none.has("Nobody reaches Stage 1") && none.has("nobody to go on"));
        let some = drawn("zero-tail", &with_funnel(&[500.0, 500.0, 0.0, 0.0]));
        assert!(some.has("nobody leaves here") && some.has("−500 leave"));
    }

    #[test]
    fn the_exact_engine_draws_no_whiskers() {
        let mut forecast = fixture::hotel();
        forecast.run.engine = "exact".to_owned();
        forecast.run.replications = 1;
        for row in &mut forecast.funnel {
            row.reached = only_mean(row.reached);
            row.from_previous = row.from_previous.map(only_mean);
            row.from_first = row.from_first.map(only_mean);
        }
        let drawn = drawn("exact", &forecast);
        assert_eq!(drawn.count("polyline"), 1);
        assert!(!drawn.has("interval") && drawn.has("exact engine") && drawn.has("112,340"));
    }

    #[test]
    fn long_and_foreign_words_stay_within_and_are_told_whole() {
        let mut forecast = falling(6, 0.4);
        let titles = [
            "Considers the offer after the second visit and compares it with at least two competitors before asking anyone",
            "Donaudampfschifffahrtsgesellschaftskapitänsanwärterprüfung",
            "<b>Books & \"pays\"</b>",
            "検討している顧客の段階",
            "\u{1b}[31mred\u{0}",
            "",
        ];
        for (row, title) in forecast.funnel.iter_mut().zip(titles) {
            title.clone_into(&mut row.title);
            row.owner = Some("The department of rather long department names, north".to_owned());
        }
        forecast.scenario.name = "A very long name ".repeat(30);
        forecast.scenario.variant = Some("spring_campaign+higher_prices".to_owned());
        let drawn = drawn("long", &forecast);
        assert!(drawn.svg.contains("before asking anyone"));
        assert!(drawn.has("…"));
    }

    #[test]
    fn huge_and_tiny_numbers_are_drawn() {
        drawn("huge", &with_funnel(&[3.2e12, 4.5e11, 1.2e9]));
        drawn("small", &with_funnel(&[0.4, 0.03, 0.000_2]));
        let mut unknown = with_funnel(&[100.0, 50.0, 20.0]);
        unknown.funnel[1].reached = Estimate::default();
        unknown.funnel[2].reached.p90 = Some(f64::NAN);
        unknown.funnel[2].reached.p95 = Some(f64::INFINITY);
        assert!(drawn("unknown", &unknown).has("not known"));
    }
}
