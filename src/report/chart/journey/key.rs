//! What the colours and lines of a journey mean.

use crate::forecast::Forecast;
use crate::report::chart::diagram::{Form, Swatch};
use crate::report::chart::number;
use crate::report::chart::palette::Palette;

use super::map::Seen;
use super::scales::{End, LOSSES, Loss, WEIGHTS, Weights};

pub(super) fn key(
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
