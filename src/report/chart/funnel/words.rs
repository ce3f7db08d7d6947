//! What a funnel says: its numbers as words, its biggest loss, its finding.

use crate::forecast::{Forecast, FunnelRow};

use crate::report::chart::frame::Words;
use crate::report::chart::number;
use crate::report::chart::text::{NO_BREAK, capital, clean};

/// Stands for a share that does not exist.
const UNKNOWN: &str = "–";

/// One stage, ready to be drawn.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Stage {
    pub(super) title: String,
    pub(super) owner: Option<String>,
    /// Mean number of customers; `None` if it is not known.
    pub(super) customers: Option<f64>,
    pub(super) interval_80: Option<(f64, f64)>,
    pub(super) interval_90: Option<(f64, f64)>,
    /// The mean and its 80 % interval in words.
    pub(super) count: (String, Option<String>),
    /// The share of the first stage's customers, likewise.
    pub(super) share: (String, Option<String>),
    /// To the next stage; `None` for the last.
    pub(super) passage: Option<Passage>,
}

/// From one stage to the next.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Passage {
    /// Share who go on and its 80 % interval, in words; `None` if nobody is there to go on.
    pub(super) share: Option<(String, Option<String>)>,
    /// Mean number of those who do not.
    pub(super) leavers: f64,
    /// That in words, such as `6,212`.
    pub(super) leavers_words: String,
    /// Share who do not, in words.
    pub(super) leavers_share: String,
    /// Whether more leave here than anywhere else.
    pub(super) is_biggest: bool,
}

/// The stages with their passages.
pub(super) fn stages(rows: &[FunnelRow]) -> Vec<Stage> {
    let mut stages: Vec<Stage> = rows
        .iter()
        .enumerate()
        .map(|(position, row)| stage(row, rows.get(position + 1)))
        .collect();
    let leavers = |stage: &Stage| stage.passage.as_ref().map_or(0.0, |it| it.leavers);
    let most = stages.iter().map(leavers).fold(0.0, f64::max);
    let biggest = stages.iter_mut().find(|it| leavers(it) >= most);
    if let Some(passage) = biggest.and_then(|it| it.passage.as_mut()) {
        passage.is_biggest = most > 0.0;
    }
    stages
}

fn stage(row: &FunnelRow, next: Option<&FunnelRow>) -> Stage {
    let customers = number::known(row.reached.mean);
    let interval_80 = number::interval_80(&row.reached);
    let unknown = || ("not known".to_owned(), None);
    let share = row.from_first.and_then(|it| {
        let mean = number::known(it.mean)?;
        Some(number::share_with_interval(mean, number::interval_80(&it)))
    });
    Stage {
        title: Some(clean(&row.title))
            .filter(|it| !it.is_empty())
            .unwrap_or_else(|| row.stage.clone()),
        owner: row.owner.as_deref().map(clean).filter(|it| !it.is_empty()),
        customers,
        interval_80,
        interval_90: number::interval_90(&row.reached),
        count: customers.map_or_else(unknown, |it| number::with_interval(it, interval_80)),
        share: share.unwrap_or_else(|| (UNKNOWN.to_owned(), None)),
        passage: next.and_then(|next| passage(row, next)),
    }
}

fn passage(row: &FunnelRow, next: &FunnelRow) -> Option<Passage> {
    let here = number::known(row.reached.mean)?;
    let there = number::known(next.reached.mean)?;
    let leavers = (here - there).max(0.0);
    let share = next.from_previous.and_then(|it| {
        let mean = number::known(it.mean)?;
        Some(number::share_with_interval(mean, number::interval_80(&it)))
    });
    let unit = number::unit(here, number::interval_80(&row.reached))
        .max(number::unit(there, number::interval_80(&next.reached)))
        .min(number::unit(leavers, None).max(leavers / 20.0));
    Some(Passage {
        share: share.filter(|_| here > 0.0),
        leavers,
        leavers_words: number::number(leavers, round_place(unit)),
        leavers_share: number::share(if here > 0.0 { leavers / here } else { 0.0 }),
        is_biggest: false,
    })
}

/// The power of ten that is not more.
fn round_place(unit: f64) -> f64 {
    10f64.powf((unit.max(f64::MIN_POSITIVE).log10() + 1e-9).floor())
}

impl Stage {
    /// Everything about it, in words.
    pub(super) fn description(&self) -> String {
        let owner = self.owner.iter().map(|it| format!(" ({it})"));
        let count = [format!(": {} customers", with_range(&self.count))];
        let share = Some(&self.share).filter(|it| it.0 != UNKNOWN);
        let share = share.map(|it| format!(", {} of the first stage", with_range(it)));
        let going = self.passage.iter().filter_map(|it| it.share.as_ref());
        let going = going.map(|it| format!("; {} go on", with_range(it)));
        let leaving = self.passage.iter();
        let leaving = leaving.map(|it| format!(", {} leave here", it.leavers_words));
        let rest = owner.chain(count).chain(share).chain(going).chain(leaving);
        format!("{}{}.", self.title, rest.collect::<String>())
    }
}

fn with_range((value, range): &(String, Option<String>)) -> String {
    match range {
        Some(range) => format!("{value} ({range})"),
        None => value.clone(),
    }
}

/// Titles longer than this are cut in the finding, which has to stay a headline.
const TITLE_CHARACTERS_MAX: usize = 60;

/// Finding, subtitle and description.
pub(super) fn words(forecast: &Forecast, stages: &[Stage]) -> Words {
    let has_intervals = stages.iter().any(|it| it.interval_80.is_some());
    let mut subtitle = "Customers by the furthest stage they reach: means".to_owned();
    subtitle.push_str(match (has_intervals, forecast.run.engine.as_str()) {
        (true, "exact") => ", in brackets the interval that holds 80\u{a0}% of all futures.",
        (true, _) => ", in brackets the interval that holds 80\u{a0}% of the replications.",
        (false, _) => ".",
    });
    let is_open = forecast
        .totals
        .get("open")
        .and_then(|it| it.mean)
        .is_some_and(|it| it > 0.0);
    if is_open && stages.len() > 1 {
        subtitle.push_str(" Who leaves includes who is still under way at the end.");
    }
    let description: Vec<String> = stages.iter().map(Stage::description).collect();
    Words {
        finding: finding(stages),
        subtitle,
        description: description.join(" "),
    }
}

fn finding(stages: &[Stage]) -> String {
    let first = &stages[0];
    let last = &stages[stages.len() - 1];
    if first.customers.is_none_or(|it| it <= 0.0) {
        return format!("Nobody reaches {}", headline(&first.title));
    }
    let biggest = stages
        .iter()
        .find_map(|stage| Some((stage, stage.passage.as_ref().filter(|it| it.is_biggest)?)));
    match biggest {
        Some((stage, passage)) => format!(
            "{} loses most: {} of {} leave ({})",
            capital(&headline(&stage.title)),
            passage.leavers_words,
            stage.count.0,
            passage.leavers_share
        ),
        None if stages.len() == 1 => {
            let count = with_range(&first.count);
            format!("{count} customers reach {}", headline(&first.title))
        }
        None if stages[1..].iter().all(|it| it.customers.is_some()) => format!(
            "All{NO_BREAK}{} go from {} to {}",
            first.count.0,
            headline(&first.title),
            headline(&last.title)
        ),
        None => {
            let count = with_range(&first.count);
            let title = headline(&first.title);
            format!("{count} customers reach {title}; not every later stage is known")
        }
    }
}

fn headline(title: &str) -> String {
    if title.chars().count() <= TITLE_CHARACTERS_MAX {
        return title.to_owned();
    }
    let cut: String = title.chars().take(TITLE_CHARACTERS_MAX).collect();
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::chart::fixture;

    fn finding_of(counts: &[f64]) -> String {
        let forecast = fixture::with_funnel(counts);
        words(&forecast, &stages(&forecast.funnel))
            .finding
            .replace(NO_BREAK, " ")
    }

    #[test]
    fn the_finding_is_the_biggest_loss() {
        assert_eq!(
            finding_of(&[10_000.0, 2_000.0, 1_000.0]),
            "Stage 1 loses most: 8,000 of 10,000 leave (80 %)"
        );
        assert_eq!(
            finding_of(&[10_000.0, 9_000.0, 500.0]),
            "Stage 2 loses most: 8,500 of 9,000 leave (94 %)"
        );
    }

    #[test]
    fn a_funnel_without_losses_has_a_finding_too() {
        assert_eq!(finding_of(&[0.0, 0.0]), "Nobody reaches Stage 1");
        assert_eq!(finding_of(&[500.0, 500.0]), "All 500 go from Stage 1 to Stage 2");
        assert_eq!(finding_of(&[500.0]), "500 (492 to 508) customers reach Stage 1");
    }

    #[test]
    fn only_the_first_of_equal_losses_is_the_biggest() {
        let stages = stages(&fixture::with_funnel(&[300.0, 200.0, 100.0]).funnel);
        let biggest = |it: &Stage| it.passage.as_ref().is_some_and(|it| it.is_biggest);
        assert_eq!(stages.iter().map(biggest).collect::<Vec<_>>(), [true, false, false]);
    }

    #[test]
    fn the_description_tells_every_number() {
        let forecast = fixture::with_funnel(&[1_000.0, 200.0]);
        let text = words(&forecast, &stages(&forecast.funnel))
            .description
            .replace(NO_BREAK, " ");
        for part in [
            "Stage 1",
            "1,000 (985 to 1,015) customers",
            "20 % (19.4 to 20.6 %) go on",
            "800 leave",
        ] {
            assert!(text.contains(part), "{part} is not in {text}");
        }
    }
}
