//! From a forecast to cards and arrows.

use crate::forecast::{Flow, Forecast, StepForecast};
use crate::report::chart::diagram::{Arrow, Badge, Card, Diagram, Form, Swatch};
use crate::report::chart::number;
use crate::report::chart::palette::Palette;
use crate::report::chart::text::NO_BREAK;

use super::arrivals::{arrival, arrivals, arriving};
use super::key::key;
use super::scales::{End, Loss, Weights, decided, whole, words_of};

/// The journey as a diagram, and what its colours mean.
pub(super) struct Map {
    pub(super) diagram: Diagram,
    pub(super) key: Vec<Vec<(Swatch, String)>>,
    /// By step, in the order of the forecast.
    pub(super) losses: Vec<Loss>,
    /// The step after which most are lost.
    pub(super) worst: Option<usize>,
}

/// A step with all that is needed to draw it.
pub(super) struct Seen<'a> {
    pub(super) step: &'a StepForecast,
    /// Position of its stage.
    pub(super) stage: Option<usize>,
    /// What becomes of customers here, of how many, and that in words; the most common first.
    pub(super) ends: Vec<(End, f64, String)>,
}

impl Map {
    pub(super) fn new(forecast: &Forecast, colors: &Palette) -> Self {
        let steps: Vec<Seen<'_>> = forecast.steps.iter().map(|it| seen(forecast, it)).collect();
        let at = |id: &str| forecast.steps.iter().position(|it| it.step == id);
        let losses = losses(forecast, &steps);
        let most = losses.iter().map(|it| it.lost).fold(0.0, f64::max);
        let worst = losses.iter().position(|it| it.lost >= most).filter(|_| most > 0.0);
        let weights = Weights::of(&forecast.flows);

        let mut diagram = Diagram::default();
        for (position, step) in steps.iter().enumerate() {
            let mut card = card(step, losses[position], colors);
            card.is_marked = worst == Some(position);
            diagram.cards.push(card);
        }
        for (position, step) in forecast.steps.iter().enumerate() {
            let arriving = arriving(forecast, &step.step);
            if !arriving.is_empty() {
                let ends = (diagram.cards.len(), position);
                diagram.cards.push(arrivals(&arriving, colors));
                diagram.arrows.push(arrival(&arriving, ends, &steps, &weights, colors));
            }
        }
        for flow in forecast.flows.iter().filter(|it| it.arrival.is_none()) {
            let from = flow.from.as_deref().and_then(at);
            if let (Some(from), Some(to)) = (from, at(&flow.to)) {
                diagram
                    .arrows
                    .push(branch(forecast, flow, (from, to), &steps, &weights, colors));
            }
        }
        let key = key(forecast, &steps, &losses, worst, &weights, colors);
        Self {
            diagram,
            key,
            losses,
            worst,
        }
    }
}

fn seen<'a>(forecast: &Forecast, step: &'a StepForecast) -> Seen<'a> {
    let stage = step.stage.as_ref();
    let known = stage.and_then(|stage| forecast.funnel.iter().position(|it| it.stage == *stage));
    let outcomes = forecast.outcomes.iter().filter(|it| it.step == step.step);
    let mut ends: Vec<(End, f64, String)> = outcomes
        .map(|it| {
            let mean = number::known(it.customers.mean).unwrap_or(0.0);
            (End::read(&it.outcome), mean, words_of(&it.customers).0)
        })
        .collect();
    ends.sort_by(|one, other| other.1.total_cmp(&one.1));
    Seen {
        step,
        stage: known,
        ends,
    }
}

fn losses(forecast: &Forecast, steps: &[Seen<'_>]) -> Vec<Loss> {
    let is_loss = |id: &str| {
        let end = steps
            .iter()
            .find(|it| it.step.step == id)
            .and_then(|it| it.ends.first());
        end.is_some_and(|it| matches!(it.0, End::Lost | End::Churned))
    };
    let of = |step: &StepForecast| {
        let leaving = forecast.flows.iter().filter(|it| it.from.as_ref() == Some(&step.step));
        let all: f64 = leaving.clone().map(decided).sum();
        Loss {
            reached: number::known(step.reached.mean).filter(|it| *it > 0.0).unwrap_or(all),
            lost: leaving.filter(|it| is_loss(&it.to)).map(decided).sum(),
        }
    };
    forecast.steps.iter().map(of).collect()
}

fn card(seen: &Seen<'_>, loss: Loss, colors: &Palette) -> Card {
    let step = seen.step;
    let (count, interval) = words_of(&step.reached);
    let range = interval.map_or(String::new(), |it| format!(" (80\u{a0}% interval {it})"));
    let title = if step.title.trim().is_empty() {
        &step.step
    } else {
        &step.title
    };
    if let Some((end, ..)) = seen.ends.first() {
        let notes = seen
            .ends
            .iter()
            .filter(|it| it.1 > 0.0 || seen.ends.len() == 1)
            .map(|(end, _, count)| format!("{count} {}", end.word()));
        return Card {
            title: title.clone(),
            notes: notes.collect(),
            badge: None,
            form: Form::Round,
            fill: end.color(colors),
            border: end.color(colors),
            is_marked: false,
            hover: format!("{title}: {count} end here{range}"),
            phase: None,
            last: true,
        };
    }
    let visits = match number::known(step.reached.mean) {
        Some(_) => format!("{count}{NO_BREAK}{}", if count == "1" { "visit" } else { "visits" }),
        None => "visits not known".to_owned(),
    };
    let badge = (loss.lost > 0.0).then(|| Badge {
        words: format!("{} lost", number::share(loss.share())),
        color: colors.loss(loss.class() as f64 / 4.0),
    });
    let lost = match &badge {
        Some(_) => format!(
            "; {} of them are lost right after ({})",
            whole(loss.lost),
            number::share(loss.share())
        ),
        None => String::new(),
    };
    Card {
        title: title.clone(),
        notes: vec![visits.clone()],
        badge,
        form: Form::Box,
        fill: seen.stage.map_or(colors.background, |it| colors.stage(it)),
        border: colors.axis,
        is_marked: false,
        hover: format!("{title}: {visits}{range}{lost}"),
        phase: seen.stage,
        last: false,
    }
}

fn branch(
    forecast: &Forecast,
    flow: &Flow,
    (from, to): (usize, usize),
    steps: &[Seen<'_>],
    weights: &Weights,
    colors: &Palette,
) -> Arrow {
    let name = flow.branch.as_deref().unwrap_or_default();
    let fork = forecast.forks.iter().find(|it| Some(&it.step) == flow.from.as_ref());
    let branch = fork.and_then(|it| it.branches.iter().find(|it| it.branch == name));
    let share = branch.and_then(|it| Some((number::known(it.share.mean)?, &it.share)));
    let mut words = Vec::new();
    if name != flow.to && !name.is_empty() {
        words.push(name.replace('_', " "));
    }
    let called = words.first().map_or(String::new(), |it| format!(" ({it})"));
    let mut told = Vec::new();
    if let Some((share, estimate)) = share {
        let (text, interval) = number::share_with_interval(share, number::interval_80(estimate));
        let interval = interval.map_or(String::new(), |it| format!(" (80\u{a0}% interval {it})"));
        told.push(format!("{text}{interval}"));
        words.push(number::share(share));
    } else if fork.is_some() {
        words.push("–".to_owned());
    }
    let taken = branch.map_or_else(|| whole(decided(flow)), |it| words_of(&it.taken).0);
    told.push(format!("{taken} take this way"));
    if flow.open > 0.5 {
        told.push(format!("{} of them are still on it at the end", whole(flow.open)));
    }
    let (source, target) = (&steps[from].step.title, &steps[to].step.title);
    Arrow {
        from,
        to,
        words,
        color: steps[to].ends.first().map_or(colors.axis, |it| it.0.color(colors)),
        weight: weights.weight(decided(flow)),
        hover: format!("{source} → {target}{called}: {}", told.join(", ")),
    }
}
