//! How a comparison was made, so that anybody can make it again.

use crate::report::chart::comparison::Axes;
use crate::report::html::manifest::{again, list, of_run, quoted, with_run};
use crate::study::Comparison;

pub(super) fn render(comparison: &Comparison) -> String {
    let base = &comparison.options[0].scenario;
    let facts = of_run(&comparison.forksight, base, &comparison.run);
    list(facts) + &again(&command(comparison))
}

/// What to type to get this comparison.
fn command(comparison: &Comparison) -> String {
    let base = &comparison.options[0].scenario;
    let mut words = vec!["forksight".to_owned(), "compare".to_owned(), quoted(&base.file)];
    let mut option = |name: &str, value: &str| words.extend([format!("--{name}"), quoted(value)]);
    for it in &comparison.options[1..] {
        let scenario = &it.scenario;
        if !it.sweep.is_empty() {
            continue;
        }
        if let Some(variant) = &scenario.variant {
            option("variant", variant);
        } else if scenario.set.is_empty() {
            option("against", &scenario.file);
        }
        for change in &scenario.set {
            option("set", change);
        }
    }
    for (path, changes) in Axes::typed(comparison) {
        option("sweep", &format!("{path}={changes}"));
    }
    with_run(&mut words, &comparison.run);
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::chart::comparison::fixture;

    #[test]
    fn the_command_names_everything_that_was_compared() {
        let mut comparison = fixture::hotel_with(&fixture::names(3));
        comparison.options[1].scenario.variant = Some("push".to_owned());
        comparison.options[2].scenario.set = vec!["values.x=it's".to_owned()];
        comparison.options[3].scenario.file = "other.toml".to_owned();
        assert_eq!(
            command(&comparison),
            "forksight compare scenarios/hotel.toml --variant push --set 'values.x=it'\\''s' --against other.toml \
             --engine cohort --replications 1000 --seed 1 --period month --end 2026-12-31"
        );
        let swept = command(&fixture::swept(8, Some(3)));
        assert!(
            swept.contains("--sweep steps.rooms.quote.chance=5%..12%:8 --sweep products.nights.price=+0..+4:3 "),
            "{swept}"
        );
    }

    /// The ends of a sweep decide how exact its values are.
    #[test]
    fn a_sweep_is_typed_with_the_digits_that_its_values_need() {
        let mut comparison = fixture::swept(4, None);
        let changes = ["-0.1pp", "-0.033333pp", "+0.033333pp", "+0.1pp"];
        for (option, change) in comparison.options[1..].iter_mut().zip(changes) {
            change.clone_into(&mut option.sweep[0].change);
        }
        let typed = command(&comparison);
        assert!(typed.contains("=-0.10pp..+0.10pp:4"), "{typed}");
    }
}
