//! The marks of the forks: their titles, bars and whiskers, and where branches end up.

use crate::report::chart::canvas::{Align, Canvas, Rect};
use crate::report::chart::text::{self, Font};

use super::layout::{Layout, MOST, Mark, end_colors};
use super::words::{Branch, ENDS, Fate, Fork, percent};

/// What colours and whiskers mean.
pub(super) fn draw_key(canvas: &mut Canvas, layout: &Layout) {
    let (scale, font, colors) = (layout.scale(), layout.sizes.small, layout.colors);
    for entry in &layout.key {
        let baseline = entry.at.1 + font.size;
        let middle = baseline - font.middle_to_baseline();
        let (left, right) = (entry.at.0, entry.at.0 + layout.swatch());
        let mut x = right + 5.0 * scale;
        match entry.mark {
            Mark::Fill(color) => {
                let swatch = Rect {
                    left,
                    right,
                    top: middle - 5.0 * scale,
                    bottom: middle + 5.0 * scale,
                };
                canvas.rect(swatch, color);
            }
            Mark::Whisker => draw_whisker(canvas, layout, (left, right), middle),
            Mark::None => x = left,
        }
        canvas.text((x, baseline), entry.words, font, colors.muted, Align::Left);
    }
}

/// What the columns of a table hold.
pub(super) fn draw_headings(canvas: &mut Canvas, layout: &Layout) {
    let font = layout.sizes.small;
    let most = layout.headings_lines();
    for heading in &layout.headings {
        let align = if heading.is_right { Align::Right } else { Align::Left };
        let missing = (most - heading.lines.len()) as f64;
        let mut baseline = layout.headings_top + font.size + missing * font.line_height();
        for line in &heading.lines {
            let at = (layout.area.left + heading.x, baseline);
            canvas.text(at, line, font, layout.colors.muted, align);
            baseline += font.line_height();
        }
    }
}

/// The title of a fork and what it is about.
pub(super) fn draw_title(canvas: &mut Canvas, layout: &Layout, position: usize, fork: &Fork) {
    let (sizes, colors, scale) = (layout.sizes, layout.colors, layout.scale());
    let (left, top) = (layout.area.left, layout.tops[position].0);
    let rule = top - 5.0 * scale;
    canvas.line(&[(left, rule), (layout.area.right, rule)], colors.grid, scale);
    let color = if fork.decides_most { colors.accent } else { colors.ink };
    let mut baseline = top + sizes.strong.size;
    let mut right = left;
    let title = &layout.titles[position];
    let mut draw = |canvas: &mut Canvas| {
        for line in &title.lines {
            canvas.text((left, baseline), line, sizes.strong, color, Align::Left);
            right = left + text::width(line, sizes.strong) + 10.0 * scale;
            baseline += sizes.strong.line_height();
        }
    };
    if title.shortened {
        canvas.titled(&fork.title, draw);
    } else {
        draw(canvas);
    }
    if layout.is_about_beside[position] {
        baseline -= sizes.strong.line_height();
    } else {
        right = left;
    }
    let room = layout.area.right - right;
    let about = text::shorten(&fork.about, sizes.small, room);
    canvas.text((right, baseline), &about, sizes.small, colors.muted, Align::Left);
    let right = right + text::width(&about, sizes.small) + 10.0 * scale;
    let strong = Font::bold(sizes.small.size);
    if fork.decides_most && right + text::width(MOST, strong) <= layout.area.right {
        canvas.text((right, baseline), MOST, strong, colors.accent, Align::Left);
    }
}

/// A branch: its name, its share and where it ends up.
pub(super) fn draw_branch(canvas: &mut Canvas, layout: &Layout, (fork, row): (usize, usize), branch: &Branch) {
    let (sizes, colors, columns) = (layout.sizes, layout.colors, layout.columns);
    let (left, top) = (layout.area.left, layout.tops[fork].1[row]);
    let middles = columns.middles.map(|it| top + it);
    let baseline = |middle: f64| middle + sizes.body.middle_to_baseline();

    for (position, line) in layout.names[fork][row].lines.iter().enumerate() {
        let y = baseline(middles[0]) + position as f64 * sizes.body.line_height();
        canvas.text((left, y), line, sizes.body, colors.ink, Align::Left);
    }
    let taken_at = (left + columns.taken, baseline(middles[0]));
    if layout.is_table {
        canvas.text(taken_at, &branch.taken.0, sizes.body, colors.ink, Align::Right);
    } else {
        let taken = format!("{} times", branch.taken.0);
        let taken = text::shorten(&taken, sizes.small, 0.55 * layout.area.width());
        canvas.text(taken_at, &taken, sizes.small, colors.muted, Align::Right);
    }
    draw_share(canvas, layout, middles[1], branch);
    draw_fate(canvas, layout, middles[2], branch);
}

fn draw_share(canvas: &mut Canvas, layout: &Layout, middle: f64, branch: &Branch) {
    let (sizes, colors, columns, scale) = (layout.sizes, layout.colors, layout.columns, layout.scale());
    let left = layout.area.left + columns.bar.0;
    let x = |share: f64| left + share.clamp(0.0, 1.0) * columns.bar.1;
    let bar = |right: f64| Rect {
        left,
        right,
        top: middle - layout.half,
        bottom: middle + layout.half,
    };
    canvas.rect(bar(x(1.0)), colors.tint);
    if let Some(share) = branch.share.filter(|it| *it > 0.0) {
        // The rarest branch still shows that somebody takes it.
        canvas.rect(bar(x(share).max(left + scale)), colors.bar);
    }
    if let Some((low, high)) = branch.interval.filter(|(low, high)| high > low) {
        draw_whisker(canvas, layout, (x(low), x(high)), middle);
    }
    let baseline = middle + sizes.body.middle_to_baseline();
    let right = layout.area.left + columns.share;
    let (share, interval) = &branch.share_words;
    canvas.text((right, baseline), share, sizes.strong, colors.ink, Align::Right);
    if let (Some(interval), true) = (interval, columns.has_intervals) {
        let at = (right + 6.0 * scale, baseline);
        canvas.text(at, &format!("({interval})"), sizes.small, colors.muted, Align::Left);
    }
}

/// With caps, so that a narrow interval is seen too.
fn draw_whisker(canvas: &mut Canvas, layout: &Layout, (low, high): (f64, f64), middle: f64) {
    let (color, scale) = (layout.colors.ink, layout.scale());
    canvas.line(&[(low, middle), (high, middle)], color, 2.0 * scale);
    for x in [low, high] {
        let cap = 4.0 * scale;
        canvas.line(&[(x, middle - cap), (x, middle + cap)], color, 1.2 * scale);
    }
}

fn draw_fate(canvas: &mut Canvas, layout: &Layout, middle: f64, branch: &Branch) {
    let (font, colors) = (layout.sizes.small, layout.colors);
    let (left, width) = (layout.area.left + layout.columns.ends.0, layout.columns.ends.1);
    match &branch.fate {
        Fate::Ends(parts) => draw_ends(canvas, layout, middle, parts),
        Fate::Chances { .. } => draw_chances(canvas, layout, middle, &branch.fate),
        Fate::Nobody | Fate::Unknown => {
            let words = if branch.fate == Fate::Nobody {
                "nobody takes it"
            } else {
                "not known"
            };
            let words = text::shorten(words, font, width);
            let at = (left, middle + font.middle_to_baseline());
            canvas.text(at, &words, font, colors.muted, Align::Left);
        }
    }
}

/// A bar of all who take the branch, parted by where they are.
fn draw_ends(canvas: &mut Canvas, layout: &Layout, middle: f64, parts: &[f64; 5]) {
    let (font, colors, scale) = (layout.sizes.small, layout.colors, layout.scale());
    let (mut left, width) = (layout.area.left + layout.columns.ends.0, layout.columns.ends.1);
    for ((share, end), color) in parts.iter().zip(ENDS).zip(end_colors(colors)) {
        let right = left + share * width;
        if right - left >= 0.3 * scale {
            let segment = Rect {
                left,
                right,
                top: middle - layout.half,
                bottom: middle + layout.half,
            };
            canvas.rect(segment, color);
            let gap = 0.5 * scale;
            if right - left > 4.0 * scale {
                let ends = [(right, segment.top), (right, segment.bottom)];
                canvas.line(&ends, colors.background, 2.0 * gap);
            }
            let number = percent(*share);
            let room = right - left - 8.0 * scale;
            let whole = format!("{number} {end}");
            let words = [whole, number].into_iter().find(|it| text::width(it, font) <= room);
            if let Some(words) = words {
                let at = (left + 5.0 * scale, middle + font.middle_to_baseline());
                canvas.text(at, &words, font, colors.on(color), Align::Left);
            }
        }
        left = right;
    }
}

/// Two thin bars, since who converts may still leave, with their words.
fn draw_chances(canvas: &mut Canvas, layout: &Layout, middle: f64, fate: &Fate) {
    let (font, colors, scale) = (layout.sizes.small, layout.colors, layout.scale());
    let (left, width) = (layout.area.left + layout.columns.ends.0, layout.columns.ends.1);
    let fills = end_colors(colors);
    let chances = fate.chances();
    let words: Vec<String> = chances.iter().map(|it| it.1.clone()).collect();
    let words = text::shorten(&words.join(", "), font, width);
    let widest = text::width("0.37\u{a0}% convert, >99.9\u{a0}% leave", font).min(0.62 * width);
    let bar = width - widest.max(text::width(&words, font)) - 10.0 * scale;
    if bar >= 30.0 * scale {
        for (chance, words) in &chances {
            let is_first = words.ends_with("convert");
            let (top, bottom) = if is_first {
                (middle - layout.half, middle - 0.5 * scale)
            } else {
                (middle + 0.5 * scale, middle + layout.half)
            };
            let strip = |right| Rect {
                left,
                top,
                right,
                bottom,
            };
            canvas.rect(strip(left + bar), colors.tint);
            if *chance > 0.0 {
                let fill = if is_first { fills[0] } else { fills[2] };
                canvas.rect(strip(left + (chance * bar).max(scale)), fill);
            }
        }
    }
    let x = if bar >= 30.0 * scale {
        left + bar + 10.0 * scale
    } else {
        left
    };
    let at = (x, middle + font.middle_to_baseline());
    canvas.text(at, &words, font, colors.ink, Align::Left);
}
