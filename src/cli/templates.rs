//! The shipped scenarios, in the program itself.

/// A commented scenario to start from.
#[derive(Debug)]
pub(super) struct Template {
    /// Its name, and its file's without the ending.
    pub(super) name: &'static str,
    /// What it is about, in one line.
    pub(super) about: &'static str,
    /// The file.
    pub(super) text: &'static str,
}

/// The smallest first.
pub(super) const TEMPLATES: [Template; 6] = [
    Template {
        name: "fork-in-the-road",
        about: "the smallest journey worth forecasting: a farm shop's sign by the road",
        text: include_str!("../../scenarios/fork-in-the-road.toml"),
    },
    Template {
        name: "saas-trial",
        about: "a software subscription, from the first visit to the monthly renewals",
        text: include_str!("../../scenarios/saas-trial.toml"),
    },
    Template {
        name: "web-shop",
        about: "a year of an online shop: detours, coupons, Black Friday, stock",
        text: include_str!("../../scenarios/web-shop.toml"),
    },
    Template {
        name: "b2b-inbound",
        about: "leads that read, are scored and called, from today's pipeline on",
        text: include_str!("../../scenarios/b2b-inbound.toml"),
    },
    Template {
        name: "customer-lifecycle",
        about: "three years of yearly contracts: support, renewal, win-back and churn",
        text: include_str!("../../scenarios/customer-lifecycle.toml"),
    },
    Template {
        name: "island-lodging",
        about: "holiday homes: seasons, commissions, refunds and guests who return",
        text: include_str!("../../scenarios/island-lodging.toml"),
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_shipped_scenario_is_a_template() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios");
        let files: BTreeSet<String> = std::fs::read_dir(folder)
            .expect("the folder is there")
            .map(|it| it.expect("it is readable").file_name().to_string_lossy().into_owned())
            .filter_map(|it| it.strip_suffix(".toml").map(str::to_owned))
            .collect();
        let names: BTreeSet<String> = TEMPLATES.iter().map(|it| it.name.to_owned()).collect();
        assert_eq!(names, files);
    }

    #[test]
    fn a_list_of_templates_fits_the_screen() {
        for template in &TEMPLATES {
            let width = 20 + template.about.chars().count();
            assert!(width <= 100, "{} takes {width} columns", template.name);
        }
    }
}
