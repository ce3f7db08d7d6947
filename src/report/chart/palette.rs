//! Colours, for a light and a dark sheet.
//!
//! Blue against vermilion, after Okabe & Ito (2008), "Color universal design": the pair stays
//! apart for every common kind of colour blindness. Bands differ in lightness, so they stay
//! apart in print without colour too; words have a contrast of 4.5 to 1 or more.

use plotters::style::RGBColor;

/// A colour, for those who do not draw with plotters themselves.
pub(crate) type Colour = RGBColor;

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
    /// Where customers end up; words on them are [`Palette::on`] them.
    pub(crate) ends: EndColors,
    /// Steps by stage, over and over; words on them are ink.
    pub(crate) stages: [RGBColor; 8],
    /// From little to much; words are ink on the first five, background on the others.
    pub(crate) heat: [RGBColor; 9],
    /// From little to much that is lost; words are ink on the first three, background on the others.
    pub(crate) loss: [RGBColor; 5],
}

/// Colours of where customers end up. They differ in lightness too.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EndColors {
    pub(crate) won: RGBColor,
    pub(crate) churned: RGBColor,
    pub(crate) lost: RGBColor,
    pub(crate) other: RGBColor,
    pub(crate) open: RGBColor,
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
    ends: EndColors {
        won: RGBColor(0x1f, 0x6f, 0xa8),
        churned: RGBColor(0xb0, 0x44, 0x1a),
        lost: RGBColor(0xf2, 0xbd, 0x8a),
        other: RGBColor(0xb4, 0xbc, 0xc5),
        open: RGBColor(0xcf, 0xe2, 0xf1),
    },
    stages: [
        RGBColor(0xdb, 0xe9, 0xf6),
        RGBColor(0xfb, 0xe3, 0xc8),
        RGBColor(0xd3, 0xef, 0xe3),
        RGBColor(0xf6, 0xd9, 0xe4),
        RGBColor(0xe3, 0xe0, 0xf4),
        RGBColor(0xfd, 0xf3, 0xbf),
        RGBColor(0xcf, 0xea, 0xf2),
        RGBColor(0xe6, 0xe3, 0xdc),
    ],
    heat: [
        RGBColor(0xee, 0xf5, 0xfb),
        RGBColor(0xd5, 0xe6, 0xf4),
        RGBColor(0xbc, 0xd8, 0xee),
        RGBColor(0xa3, 0xca, 0xe7),
        RGBColor(0x8a, 0xbb, 0xe0),
        RGBColor(0x3b, 0x77, 0xa6),
        RGBColor(0x2b, 0x63, 0x8f),
        RGBColor(0x1b, 0x50, 0x78),
        RGBColor(0x0b, 0x3c, 0x61),
    ],
    loss: [
        RGBColor(0xfd, 0xf0, 0xe6),
        RGBColor(0xf5, 0xc8, 0xa8),
        RGBColor(0xed, 0xa0, 0x6a),
        RGBColor(0xb4, 0x54, 0x1b),
        RGBColor(0x8f, 0x2f, 0x00),
    ],
};

const DARK: Palette = Palette {
    background: RGBColor(0x14, 0x18, 0x1d),
    ink: RGBColor(0xec, 0xf0, 0xf4),
    muted: RGBColor(0xa3, 0xad, 0xb8),
    grid: RGBColor(0x2b, 0x31, 0x39),
    axis: RGBColor(0x6e, 0x78, 0x84),
    bar: RGBColor(0x2f, 0x6f, 0xa1),
    tint: RGBColor(0x1c, 0x29, 0x36),
    line: RGBColor(0xd6, 0xec, 0xfb),
    bands: [
        RGBColor(0x2f, 0x6f, 0xa1),
        RGBColor(0x24, 0x4f, 0x72),
        RGBColor(0x1c, 0x34, 0x49),
    ],
    accent: RGBColor(0xf5, 0x9e, 0x4a),
    accent_tint: RGBColor(0x41, 0x29, 0x17),
    ends: EndColors {
        won: RGBColor(0x6d, 0xb4, 0xe6),
        churned: RGBColor(0xf0, 0x8a, 0x4f),
        lost: RGBColor(0x7a, 0x4f, 0x26),
        other: RGBColor(0x4b, 0x55, 0x60),
        open: RGBColor(0x27, 0x45, 0x5f),
    },
    stages: [
        RGBColor(0x1d, 0x3a, 0x56),
        RGBColor(0x54, 0x39, 0x1b),
        RGBColor(0x17, 0x4a, 0x39),
        RGBColor(0x56, 0x2a, 0x3c),
        RGBColor(0x37, 0x31, 0x6b),
        RGBColor(0x4d, 0x44, 0x13),
        RGBColor(0x16, 0x47, 0x4f),
        RGBColor(0x45, 0x42, 0x3a),
    ],
    heat: [
        RGBColor(0x18, 0x22, 0x2c),
        RGBColor(0x1d, 0x33, 0x45),
        RGBColor(0x22, 0x44, 0x5e),
        RGBColor(0x27, 0x54, 0x77),
        RGBColor(0x2c, 0x65, 0x90),
        RGBColor(0x78, 0xb0, 0xda),
        RGBColor(0x91, 0xc1, 0xe4),
        RGBColor(0xab, 0xd2, 0xef),
        RGBColor(0xc4, 0xe3, 0xf9),
    ],
    loss: [
        RGBColor(0x2e, 0x23, 0x1b),
        RGBColor(0x5a, 0x34, 0x18),
        RGBColor(0x86, 0x44, 0x16),
        RGBColor(0xe0, 0x8a, 0x4c),
        RGBColor(0xff, 0xb9, 0x8a),
    ],
};

impl Palette {
    /// The colour of words on a filled area: ink or background, whichever reads better.
    pub(crate) fn on(&self, under: RGBColor) -> RGBColor {
        if contrast(self.ink, under) >= contrast(self.background, under) {
            self.ink
        } else {
            self.background
        }
    }

    /// The colour of the stage at `position`.
    pub(crate) fn stage(&self, position: usize) -> RGBColor {
        self.stages[position % self.stages.len()]
    }

    /// The colour for `share` (from 0 to 1) of the most there is.
    pub(crate) fn heat(&self, share: f64) -> RGBColor {
        step(&self.heat, share)
    }

    /// The same for what is lost.
    pub(crate) fn loss(&self, share: f64) -> RGBColor {
        step(&self.loss, share)
    }

    /// Every colour, in the same order for both themes.
    fn all(&self) -> Vec<RGBColor> {
        let one = [
            self.background,
            self.ink,
            self.muted,
            self.grid,
            self.axis,
            self.bar,
            self.tint,
            self.line,
            self.accent,
            self.accent_tint,
            self.ends.won,
            self.ends.churned,
            self.ends.lost,
            self.ends.other,
            self.ends.open,
        ];
        let many = [&self.bands[..], &self.stages, &self.heat, &self.loss];
        one.into_iter().chain(many.concat()).collect()
    }
}

fn step(ramp: &[RGBColor], share: f64) -> RGBColor {
    let at = share.clamp(0.0, 1.0) * (ramp.len() - 1) as f64;
    ramp[at.round() as usize]
}

/// Every colour of a light sheet, as it stands in an SVG (`#RRGGBB`), with the one that takes its
/// place on a dark sheet.
pub(crate) fn themes() -> Vec<(String, String)> {
    let pairs = LIGHT.all().into_iter().zip(DARK.all());
    let mut pairs: Vec<(String, String)> = pairs.map(|(light, dark)| (hex(light), hex(dark))).collect();
    pairs.sort();
    pairs.dedup();
    pairs
}

/// A colour of a palette.
type Role = fn(&Palette) -> RGBColor;

/// The colours that a page around charts needs, by name, light and dark.
pub(crate) fn roles() -> [(&'static str, String, String); 10] {
    let roles: [(&str, Role); 10] = [
        ("paper", |it| it.background),
        ("ink", |it| it.ink),
        ("muted", |it| it.muted),
        ("grid", |it| it.grid),
        ("axis", |it| it.axis),
        ("bar", |it| it.bar),
        ("tint", |it| it.tint),
        ("line", |it| it.line),
        ("accent", |it| it.accent),
        ("accent-tint", |it| it.accent_tint),
    ];
    roles.map(|(name, role)| (name, hex(role(&LIGHT)), hex(role(&DARK))))
}

fn hex(RGBColor(red, green, blue): RGBColor) -> String {
    format!("#{red:02X}{green:02X}{blue:02X}")
}

/// The colours of a light or a dark sheet.
pub(crate) fn palette(dark: bool) -> &'static Palette {
    if dark { &DARK } else { &LIGHT }
}

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

#[cfg(test)]
mod tests {
    use super::*;

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
    fn words_can_be_read_on_filled_areas() {
        for colors in [&LIGHT, &DARK] {
            let EndColors {
                won,
                churned,
                lost,
                other,
                open,
            } = colors.ends;
            let filled = [&[won, churned, lost, other, open][..], &colors.stages, &colors.loss];
            for under in filled.concat() {
                let contrast = contrast(colors.on(under), under);
                assert!(contrast >= 4.5, "words on {under:?}: {contrast:.2}");
            }
            for under in colors.heat {
                let contrast = contrast(colors.on(under), under);
                assert!(contrast >= 4.5, "words on {under:?}: {contrast:.2}");
            }
            for under in colors.stages {
                assert_eq!(colors.on(under), colors.ink);
            }
        }
    }

    /// A page that changes its theme replaces colour by colour.
    #[test]
    fn each_light_colour_has_one_dark_one() {
        let pairs = themes();
        for pair in pairs.windows(2) {
            assert_ne!(pair[0].0, pair[1].0, "{pair:?}");
        }
        for ramp in [&LIGHT.heat[..], &LIGHT.loss] {
            for (at, light) in ramp.iter().enumerate() {
                let dark = if ramp.len() == 9 { DARK.heat[at] } else { DARK.loss[at] };
                let is_ink = |colors: &Palette, under| colors.on(under) == colors.ink;
                assert_eq!(
                    is_ink(&LIGHT, *light),
                    is_ink(&DARK, dark),
                    "step {at}: {light:?}, {dark:?}"
                );
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
