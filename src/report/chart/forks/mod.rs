//! The forks: how each parts customers, and where each branch ends up.

mod columns;
mod finding;
mod layout;
mod marks;
mod words;

use crate::forecast::Forecast;

use super::frame::Frame;
use super::{ChartError, ChartKind, ChartOptions};
use layout::Layout;

/// The chart as SVG.
pub(crate) fn draw(forecast: &Forecast, options: &ChartOptions) -> Result<String, ChartError> {
    if options.metric.is_some() {
        return Err(ChartError::TakesNoMetric(ChartKind::Forks));
    }
    if !is_worth_drawing(forecast) {
        return Err(ChartError::Nothing {
            kind: ChartKind::Forks,
            why: "no step of the journey has more than one branch".to_owned(),
        });
    }
    let forks = words::forks(forecast);
    let frame = Frame::new(forecast, words::words(forecast, &forks), options)?;
    let mut layout = Layout::new(&frame, &forks);
    let (mut canvas, area) = frame.open(options, layout.height_natural(), layout.height_least())?;
    layout.place(area);

    marks::draw_key(&mut canvas, &layout);
    marks::draw_headings(&mut canvas, &layout);
    for (position, fork) in forks.iter().enumerate() {
        marks::draw_title(&mut canvas, &layout, position, fork);
        for (row, branch) in fork.branches.iter().enumerate() {
            canvas.titled(&branch.description(), |canvas| {
                marks::draw_branch(canvas, &layout, (position, row), branch);
            });
        }
    }
    Ok(frame.close(canvas))
}

/// Whether there is a fork.
pub(crate) fn is_worth_drawing(forecast: &Forecast) -> bool {
    !forecast.forks.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::{BranchForecast, Ends, Estimate};
    use crate::report::chart::check::{Drawn, check, plain};
    use crate::report::chart::fixture::{self, normal, only_mean};

    fn drawn(name: &str, forecast: &Forecast) -> Drawn {
        check(ChartKind::Forks, name, forecast, None)
    }

    fn each_branch(forecast: &mut Forecast, mut change: impl FnMut(usize, &mut BranchForecast)) {
        for fork in &mut forecast.forks {
            for (position, branch) in fork.branches.iter_mut().enumerate() {
                change(position, branch);
            }
        }
    }

    #[test]
    fn forks_tell_shares_intervals_ends_and_which_decides_most() {
        let drawn = drawn("hotel", &fixture::hotel());
        for words in [
            "‘Sees an advert’ decides most: 60 % leave, 35 % go to ‘Looks at rooms’",
            "decides most",
            "Looks at rooms",
            "looks again → Looks at rooms",
            "92,340 decisions",
            "60 %",
            "58.5 to 61.5 %",
            "80 % interval",
            "one horizon later:",
            "won",
            "churned",
            "lost",
            "open",
            "50 % lost",
            "Hotel by the lake",
        ] {
            let all: Vec<String> = drawn.words.iter().map(|it| plain(&it.0)).collect();
            assert!(all.join(" ").contains(words), "no {words} in {all:?}");
        }
        assert!(!drawn.has("other end"));
        let told = plain(&drawn.svg);
        assert!(told.contains("<title>Looks at rooms: 35 % (33.5 to 36.5 %) of the decisions, taken 32,300 "));
        assert!(told.contains("one horizon later 25 % won, 5 % churned, 50 % lost, 20 % open"));
    }

    #[test]
    fn each_branch_has_a_bar_a_whisker_and_its_ends() {
        let forecast = fixture::hotel();
        let drawn = drawn("marks", &forecast);
        let branches: usize = forecast.forks.iter().map(|it| it.branches.len()).sum();
        let ends: usize = forecast
            .forks
            .iter()
            .flat_map(|it| &it.branches)
            .map(|it| if it.ends.is_some_and(|it| it.won > 0.0) { 4 } else { 1 })
            .sum();
        // The background, the key's five swatches, a track and a bar each, and the ends.
        assert_eq!(drawn.count("rect"), 1 + 5 + 2 * branches + ends);
        assert_eq!(drawn.svg.matches("<title>").count(), 1 + branches);
    }

    #[test]
    fn without_ends_chances_are_drawn_and_without_those_it_is_said() {
        let mut forecast = fixture::hotel();
        each_branch(&mut forecast, |_, it| it.ends = None);
        let chances = drawn("chances", &forecast);
        for words in ["chance to convert", "chance to leave", "30 % convert, 55 % leave"] {
            assert!(chances.has(words), "no {words}");
        }
        each_branch(&mut forecast, |position, it| {
            (it.converts, it.churns) = (None, None);
            if position == 0 {
                (it.taken, it.share) = (normal(0.0, 0.0), normal(0.0, 0.0));
            }
        });
        let unknown = drawn("unknown-ends", &forecast);
        assert!(unknown.has("not known") && unknown.has("nobody takes it"));
        assert!(unknown.has("Most decisions are at ‘Sees an advert’"));
    }

    #[test]
    fn rules_and_counts_are_told_apart_from_chances() {
        let mut forecast = fixture::hotel();
        "rule".clone_into(&mut forecast.forks[0].kind);
        "observed".clone_into(&mut forecast.forks[1].kind);
        let drawn = drawn("kinds", &forecast);
        assert!(drawn.has("decisions · by rule") && drawn.has("decisions · from counts"));
    }

    #[test]
    fn every_shipped_scenario_is_drawn() {
        for name in [
            "saas-trial",
            "fork-in-the-road",
            "web-shop",
            "b2b-inbound",
            "customer-lifecycle",
            "island-lodging",
        ] {
            let drawn = drawn(name, &fixture::shipped(name));
            assert!(drawn.has("decides most"), "{name}");
        }
    }

    #[test]
    fn twenty_forks_of_six_branches_grow_in_height() {
        let mut forecast = fixture::hotel();
        let fork = forecast.forks[0].clone();
        let branch = fork.branches[0].clone();
        forecast.forks = (0..20)
            .map(|number| {
                let mut fork = fork.clone();
                fork.branches = (0..6)
                    .map(|at| {
                        let mut branch = branch.clone();
                        branch.branch = format!("branch {at}");
                        let share = [0.5, 0.3, 0.15, 0.04, 0.009, 0.001][at];
                        branch.share = normal(share, 0.1 * share);
                        branch.taken = normal(1e6 * share / f64::from(number + 1), 30.0);
                        let lost = 0.9 - 0.15 * at as f64;
                        branch.ends = Some(Ends {
                            won: 0.5 * (0.9 - lost),
                            churned: 0.5 * (0.9 - lost),
                            lost,
                            other: 0.07,
                            open: 0.03,
                        });
                        branch
                    })
                    .collect();
                fork
            })
            .collect();
        let drawn = drawn("many", &forecast);
        assert_eq!(drawn.svg.matches("of the decisions, taken").count(), 240);
    }

    #[test]
    fn nothing_little_and_huge_are_drawn() {
        let mut forecast = fixture::hotel();
        each_branch(&mut forecast, |_, it| {
            (it.taken, it.share) = (normal(0.0, 0.0), Estimate::default());
        });
        assert!(drawn("nobody", &forecast).has("Nobody comes to a fork"));
        let mut forecast = fixture::hotel();
        forecast.forks.truncate(1);
        each_branch(&mut forecast, |position, it| {
            it.share = normal([1e-5, 0.0, 0.99999][position], 1e-6);
            it.taken = normal([3.2e12, 0.2, 1e14][position], 1e9);
        });
        drawn("huge", &forecast);
        let mut forecast = fixture::hotel();
        forecast.run.engine = "exact".to_owned();
        each_branch(&mut forecast, |_, it| {
            (it.taken, it.share) = (only_mean(it.taken), only_mean(it.share));
        });
        let exact = drawn("exact", &forecast);
        assert!(!exact.has("interval"));
        forecast.forks.clear();
        let error = draw(&forecast, &ChartOptions::default()).expect_err("there is no fork");
        assert!(
            error
                .to_string()
                .starts_with("no step of the journey has more than one branch")
        );
    }

    #[test]
    fn long_and_foreign_words_stay_within_and_are_told_whole() {
        let mut forecast = fixture::hotel();
        let long = "Considers the offer after the second visit and compares it with at least two competitors before asking anyone";
        let titles = [
            long,
            "Donaudampfschifffahrtsgesellschaftskapitänsanwärterprüfung",
            "<b>Books & \"pays\"</b>",
            "検討している顧客の段階",
            "\u{1b}[31mred\u{0}",
            "",
        ];
        for (step, title) in forecast.steps.iter_mut().zip(titles) {
            title.clone_into(&mut step.title);
        }
        each_branch(&mut forecast, |position, it| {
            if position == 1 {
                it.branch = long.replace(' ', "_");
            }
        });
        let drawn = drawn("long", &forecast);
        assert!(drawn.svg.contains("before asking anyone"));
    }
}
