//! From a forecast to cards and arrows.

use plotters::style::RGBColor;

use crate::forecast::{Flow, Forecast, StepForecast};
use crate::report::chart::diagram::{Arrow, Badge, Card, Diagram, Form, Swatch};
use crate::report::chart::number;
use crate::report::chart::palette::Palette;
use crate::report::chart::text::NO_BREAK;

/// Streams named on a card; more are counted.
const STREAMS_MAX: usize = 6;
/// From which share on a loss has each colour, and the words for it.
const LOSSES: [(f64, &str); 5] = [
    (0.0, "under 10\u{a0}%"),
    (0.1, "10 to 25\u{a0}%"),
    (0.25, "25 to 50\u{a0}%"),
    (0.5, "50 to 75\u{a0}%"),
    (0.75, "75\u{a0}% or more"),
];
/// Thickness of arrows, from the fewest customers to the most.
const WEIGHTS: [f64; 4] = [1.0, 2.0, 3.4, 5.4];

/// The journey as a diagram, and what its colours mean.
pub(super) struct Map {
    pub(super) diagram: Diagram,
    pub(super) key: Vec<Vec<(Swatch, String)>>,
    /// By step, in the order of the forecast.
    pub(super) losses: Vec<Loss>,
    /// The step after which most are lost.
    pub(super) worst: Option<usize>,
}

/// Who goes from a step straight to an end that is lost or churned.
#[derive(Debug, Clone, Copy)]
pub(super) struct Loss {
    pub(super) reached: f64,
    pub(super) lost: f64,
}

impl Loss {
    pub(super) fn share(self) -> f64 {
        if self.reached > 0.0 {
            (self.lost / self.reached).min(1.0)
        } else {
            0.0
        }
    }

    fn class(self) -> usize {
        LOSSES.iter().rposition(|it| self.share() >= it.0).unwrap_or(0)
    }
}

/// What becomes of those who come to a step that ends the journey.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Won,
    Churned,
    Lost,
    Other,
}

impl End {
    const ALL: [(Self, &'static str); 4] = [
        (Self::Won, "won"),
        (Self::Churned, "churned"),
        (Self::Lost, "lost"),
        (Self::Other, "other end"),
    ];

    fn read(outcome: &str) -> Self {
        match outcome {
            "converted" => Self::Won,
            "churned" => Self::Churned,
            "lost" => Self::Lost,
            _ => Self::Other,
        }
    }

    fn word(self) -> &'static str {
        Self::ALL.iter().find(|it| it.0 == self).map_or("", |it| it.1)
    }

    fn color(self, colors: &Palette) -> RGBColor {
        match self {
            Self::Won => colors.ends.won,
            Self::Churned => colors.ends.churned,
            Self::Lost => colors.ends.lost,
            Self::Other => colors.ends.other,
        }
    }
}

/// A step with all that is needed to draw it.
struct Seen<'a> {
    step: &'a StepForecast,
    /// Position of its stage.
    stage: Option<usize>,
    /// What becomes of customers here, of how many, and that in words; the most common first.
    ends: Vec<(End, f64, String)>,
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
        let leaving = forecast
            .flows
            .iter()
            .filter(|it| it.from.as_ref() == Some(&step.step) && is_loss(&it.to));
        Loss {
            reached: number::known(step.reached.mean).unwrap_or(0.0),
            lost: leaving.map(decided).sum(),
        }
    };
    forecast.steps.iter().map(of).collect()
}

/// Who took the way within the horizon, whether or not they are there yet.
fn decided(flow: &Flow) -> f64 {
    let known = |it: f64| number::known(Some(it)).filter(|it| *it > 0.0).unwrap_or(0.0);
    known(flow.customers) + known(flow.open)
}

/// How thick arrows are: by powers of ten below the largest.
struct Weights {
    largest: f64,
    is_used: [bool; 4],
}

impl Weights {
    fn of(flows: &[Flow]) -> Self {
        let most = flows.iter().map(decided).fold(0.0, f64::max);
        let mut weights = Self {
            largest: if most >= 1.0 {
                10f64.powf(most.log10().floor())
            } else {
                1.0
            },
            is_used: [false; 4],
        };
        for flow in flows {
            weights.is_used[weights.class(decided(flow))] = true;
        }
        weights
    }

    fn class(&self, customers: f64) -> usize {
        let limits = [self.largest / 100.0, self.largest / 10.0, self.largest];
        limits.iter().filter(|it| customers >= **it && customers >= 1.0).count()
    }

    fn weight(&self, customers: f64) -> f64 {
        WEIGHTS[self.class(customers)]
    }
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
        notes: vec![format!(
            "{count}{NO_BREAK}{}",
            if count == "1" { "visit" } else { "visits" }
        )],
        badge,
        form: Form::Box,
        fill: seen.stage.map_or(colors.background, |it| colors.stage(it)),
        border: colors.axis,
        is_marked: false,
        hover: format!("{title}: {count} visits{range}{lost}"),
        phase: seen.stage,
        last: false,
    }
}

/// A mean and its 80 % interval.
fn words_of(estimate: &crate::forecast::Estimate) -> (String, Option<String>) {
    match number::known(estimate.mean) {
        Some(mean) => number::with_interval(mean, number::interval_80(estimate)),
        None => ("not known how many".to_owned(), None),
    }
}

fn whole(value: f64) -> String {
    number::number(
        value,
        number::unit(value, None).max(if value >= 10.0 { 1.0 } else { 0.1 }),
    )
}

/// Customers of one arrival stream, or of the pipeline, who begin at the same step.
struct Arriving {
    name: String,
    customers: f64,
    /// That, rounded to what is known of it.
    count: String,
}

/// Who begins at `step`; all of the pipeline in one.
fn arriving(forecast: &Forecast, step: &str) -> Vec<Arriving> {
    let mut arriving: Vec<Arriving> = Vec::new();
    let mut waiting = 0.0;
    for flow in forecast.flows.iter().filter(|it| it.to == step) {
        let customers = decided(flow);
        match flow.arrival.as_deref() {
            None => {}
            Some("pipeline") => waiting += customers,
            Some(id) => arriving.push(Arriving {
                name: id.replace('_', " "),
                customers,
                count: counted(forecast, id, customers),
            }),
        }
    }
    if waiting > 0.0 {
        arriving.push(Arriving {
            name: "already under way".to_owned(),
            customers: waiting,
            count: whole(waiting),
        });
    }
    arriving
}

/// As many customers of a stream, to as many digits as its interval supports.
fn counted(forecast: &Forecast, stream: &str, customers: f64) -> String {
    let groups = forecast.groups.get("arrival").into_iter().flatten();
    let group = groups.into_iter().find(|it| it.group == stream);
    match group.and_then(|it| it.metrics.get("arrivals")) {
        Some(estimate) => number::with_interval(customers, number::interval_80(estimate)).0,
        None => whole(customers),
    }
}

/// The card of those who begin at a step.
fn arrivals(arriving: &[Arriving], colors: &Palette) -> Card {
    let sum = |arriving: &[Arriving]| whole(arriving.iter().map(|it| it.customers).sum());
    let shown = if arriving.len() > STREAMS_MAX {
        STREAMS_MAX - 1
    } else {
        arriving.len()
    };
    let (title, mut notes) = match arriving {
        [only] => (only.name.clone(), vec![only.count.clone()]),
        _ => {
            let each = arriving[..shown].iter().map(|it| format!("{}: {}", it.name, it.count));
            ("Arrivals".to_owned(), each.collect())
        }
    };
    if arriving.len() > shown {
        let rest = &arriving[shown..];
        notes.push(format!("{} more: {}", rest.len(), sum(rest)));
    }
    let each: Vec<String> = arriving.iter().map(|it| format!("{} {}", it.name, it.count)).collect();
    Card {
        title,
        notes,
        badge: None,
        form: Form::Slanted,
        fill: colors.background,
        border: colors.axis,
        is_marked: false,
        hover: format!("Arrive here: {}", each.join(", ")),
        phase: None,
        last: false,
    }
}

fn arrival(
    arriving: &[Arriving],
    (from, to): (usize, usize),
    steps: &[Seen<'_>],
    weights: &Weights,
    colors: &Palette,
) -> Arrow {
    let all: f64 = arriving.iter().map(|it| it.customers).sum();
    Arrow {
        from,
        to,
        words: Vec::new(),
        color: colors.axis,
        weight: weights.weight(all),
        hover: format!("{} begin at {}", whole(all), steps[to].step.title),
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
    let mut told = format!("{} → {}", steps[from].step.title, steps[to].step.title);
    if let Some(name) = words.first() {
        told.push_str(&format!(" ({name})"));
    }
    told.push_str(": ");
    if let Some((share, estimate)) = share {
        let (text, interval) = number::share_with_interval(share, number::interval_80(estimate));
        told.push_str(&text);
        if let Some(interval) = interval {
            told.push_str(&format!(" (80\u{a0}% interval {interval})"));
        }
        told.push_str(", ");
        words.push(number::share(share));
    } else if fork.is_some() {
        words.push("–".to_owned());
    }
    let taken = branch.map_or_else(|| whole(decided(flow)), |it| words_of(&it.taken).0);
    told.push_str(&format!("{taken} take this way"));
    if flow.open > 0.5 {
        told.push_str(&format!(", {} of them are still on it at the end", whole(flow.open)));
    }
    Arrow {
        from,
        to,
        words,
        color: steps[to].ends.first().map_or(colors.axis, |it| it.0.color(colors)),
        weight: weights.weight(decided(flow)),
        hover: told,
    }
}

fn key(
    forecast: &Forecast,
    steps: &[Seen<'_>],
    losses: &[Loss],
    worst: Option<usize>,
    weights: &Weights,
    colors: &Palette,
) -> Vec<Vec<(Swatch, String)>> {
    let stages = forecast.funnel.iter().enumerate();
    let mut stages: Vec<(Swatch, String)> = stages
        .filter(|(position, _)| steps.iter().any(|it| it.ends.is_empty() && it.stage == Some(*position)))
        .map(|(position, row)| {
            let title = if row.title.trim().is_empty() {
                &row.stage
            } else {
                &row.title
            };
            let swatch = Swatch::Card(Form::Box, colors.stage(position), colors.axis);
            (swatch, title.clone())
        })
        .collect();
    let ends = End::ALL
        .into_iter()
        .filter(|end| steps.iter().any(|it| it.ends.first().is_some_and(|it| it.0 == end.0)));
    stages.extend(ends.map(|(end, word)| {
        let color = end.color(colors);
        (Swatch::Card(Form::Round, color, color), word.to_owned())
    }));
    let mut lost = Vec::new();
    if worst.is_some() {
        lost.push((Swatch::Heading, "Lost right after the step:".to_owned()));
        let used = |class: usize| losses.iter().any(|it| it.lost > 0.0 && it.class() == class);
        for (class, (_, words)) in LOSSES.iter().enumerate().filter(|it| used(it.0)) {
            lost.push((Swatch::Stripe(colors.loss(class as f64 / 4.0)), (*words).to_owned()));
        }
        lost.push((Swatch::Mark(colors.accent), "most customers".to_owned()));
    }
    let mut volume = vec![(Swatch::Heading, "Customers on a way:".to_owned())];
    for class in (0..WEIGHTS.len()).rev().filter(|it| weights.is_used[*it]) {
        let least = [0.0, weights.largest / 100.0, weights.largest / 10.0, weights.largest][class].max(1.0);
        let words = if class == 0 {
            "fewer".to_owned()
        } else {
            format!("{} or more", number::number(least, 1.0))
        };
        volume.push((Swatch::Line(colors.axis, WEIGHTS[class]), words));
    }
    vec![stages, lost, volume]
}
