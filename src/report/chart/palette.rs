//! Colours, for a light and a dark sheet.
//!
//! Blue against vermilion, after Okabe & Ito (2008), "Color universal design": the pair stays
//! apart for every common kind of colour blindness. Bands differ in lightness, so they stay
//! apart in print without colour too; words have a contrast of 4.5 to 1 or more.

use plotters::style::RGBColor;

/// The colours of one theme, by what they are for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Palette {
    pub(crate) background: RGBColor,
    /// Words and whiskers.
    pub(crate) ink: RGBColor,
    /// Words that matter less.
    pub(crate) muted: RGBColor,
    pub(crate) grid: RGBColor,
    /// Where a quantity is zero.
    pub(crate) axis: RGBColor,
    /// Bars.
    pub(crate) bar: RGBColor,
    /// Areas between bars.
    pub(crate) tint: RGBColor,
    /// The median.
    pub(crate) line: RGBColor,
    /// Intervals of 50, 80 and 90 %.
    pub(crate) bands: [RGBColor; 3],
    /// What to look at.
    pub(crate) accent: RGBColor,
    pub(crate) accent_tint: RGBColor,
}

const LIGHT: Palette = Palette {
    background: RGBColor(0xff, 0xff, 0xff),
    ink: RGBColor(0x1b, 0x1f, 0x24),
    muted: RGBColor(0x57, 0x60, 0x6a),
    grid: RGBColor(0xe4, 0xe8, 0xec),
    axis: RGBColor(0x8c, 0x95, 0x9f),
    bar: RGBColor(0x6f, 0xa8, 0xd3),
    tint: RGBColor(0xe9, 0xf1, 0xf8),
    line: RGBColor(0x06, 0x3f, 0x66),
    bands: [
        RGBColor(0x6f, 0xa8, 0xd3),
        RGBColor(0xa4, 0xc9, 0xe5),
        RGBColor(0xd2, 0xe5, 0xf3),
    ],
    accent: RGBColor(0xb0, 0x44, 0x00),
    accent_tint: RGBColor(0xfd, 0xe8, 0xda),
};

const DARK: Palette = Palette {
    background: RGBColor(0x14, 0x18, 0x1d),
    ink: RGBColor(0xec, 0xf0, 0xf4),
    muted: RGBColor(0xa3, 0xad, 0xb8),
    grid: RGBColor(0x2b, 0x31, 0x39),
    axis: RGBColor(0x6e, 0x78, 0x84),
    bar: RGBColor(0x2f, 0x73, 0xa8),
    tint: RGBColor(0x1c, 0x29, 0x36),
    line: RGBColor(0xd6, 0xec, 0xfb),
    bands: [
        RGBColor(0x2f, 0x6f, 0xa1),
        RGBColor(0x24, 0x4f, 0x72),
        RGBColor(0x1c, 0x34, 0x49),
    ],
    accent: RGBColor(0xf5, 0x9e, 0x4a),
    accent_tint: RGBColor(0x41, 0x29, 0x17),
};

/// The colours of a light or a dark sheet.
pub(crate) fn palette(dark: bool) -> &'static Palette {
    if dark { &DARK } else { &LIGHT }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance of WCAG 2.2.
    fn luminance(RGBColor(red, green, blue): RGBColor) -> f64 {
        let linear = |channel: u8| {
            let share = f64::from(channel) / 255.0;
            if share <= 0.040_45 {
                share / 12.92
            } else {
                ((share + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    fn contrast(one: RGBColor, other: RGBColor) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn words_can_be_read_on_everything_they_stand_on() {
        for colors in [&LIGHT, &DARK] {
            for under in [colors.background, colors.tint, colors.accent_tint] {
                for word in [colors.ink, colors.muted, colors.accent] {
                    let contrast = contrast(word, under);
                    assert!(contrast >= 4.5, "{word:?} on {under:?}: {contrast:.2}");
                }
            }
            for under in colors.bands {
                let contrast = contrast(colors.ink, under);
                assert!(contrast >= 4.5, "ink on {under:?}: {contrast:.2}");
            }
        }
    }

    #[test]
    fn bands_stay_apart_without_colour() {
        for colors in [&LIGHT, &DARK] {
            let steps = [
                colors.line,
                colors.bands[0],
                colors.bands[1],
                colors.bands[2],
                colors.background,
            ];
            for pair in steps.windows(2) {
                let contrast = contrast(pair[0], pair[1]);
                assert!(contrast >= 1.2, "{pair:?}: {contrast:.2}");
            }
        }
    }
}
