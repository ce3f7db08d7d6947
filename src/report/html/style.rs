//! The style of a page: its colours in both themes, then how everything looks.

use std::fmt::Write as _;

use super::picture::name;
use crate::report::chart::{roles, themes};

const SHEET: &str = include_str!("style.css");

/// The whole style sheet.
pub(super) fn sheet() -> String {
    let (mut light, mut dark) = (String::new(), String::new());
    let roles = roles()
        .into_iter()
        .map(|(name, light, dark)| (format!("--{name}"), light, dark));
    let charts = themes().into_iter().enumerate();
    let charts = charts.map(|(at, (light, dark))| (name(at), light, dark));
    for (name, on_light, on_dark) in roles.chain(charts) {
        let _ = write!(light, "{name}:{on_light};");
        let _ = write!(dark, "{name}:{on_dark};");
    }
    // Paper is light whatever the screen is.
    format!(
        ":root{{color-scheme:light;{light}}}\n\
         @media screen and (prefers-color-scheme:dark){{:root:not([data-theme=light]){{color-scheme:dark;{dark}}}}}\n\
         @media screen{{:root[data-theme=dark]{{color-scheme:dark;{dark}}}}}\n{SHEET}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_colour_that_is_used_is_given() {
        let sheet = sheet();
        for part in sheet.split("var(").skip(1) {
            let name = part.split(')').next().expect("it is closed");
            assert_eq!(sheet.matches(&format!("{name}:")).count(), 3, "{name}");
        }
        assert_eq!(sheet.matches('{').count(), sheet.matches('}').count());
        assert!(!sheet.contains(['<', '&']), "it has to be well-formed as XML too");
    }
}
