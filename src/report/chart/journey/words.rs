//! What the chart of a journey says.

use crate::forecast::Forecast;
use crate::report::chart::frame::Words;
use crate::report::chart::number;
use crate::report::chart::text::clean;

use super::map::Map;

pub(super) fn words(forecast: &Forecast, map: &Map) -> Words {
    Words {
        finding: finding(forecast, map),
        subtitle: subtitle(forecast, map),
        description: description(map),
    }
}

fn finding(forecast: &Forecast, map: &Map) -> String {
    let Some(worst) = map.worst else {
        let anybody = map.losses.iter().any(|it| it.reached > 0.0);
        return if anybody { "Nobody is lost" } else { "Nobody comes" }.to_owned();
    };
    let step = &forecast.steps[worst];
    let loss = map.losses[worst];
    let title = match clean(&step.title) {
        title if title.is_empty() => step.step.clone(),
        title => title,
    };
    let (reached, _) = number::with_interval(loss.reached, number::interval_80(&step.reached));
    format!(
        "Most are lost right after “{title}”: {} of {reached}",
        number::share(loss.share())
    )
}

fn subtitle(forecast: &Forecast, map: &Map) -> String {
    let forked = if forecast.forks.is_empty() {
        ""
    } else {
        " On the arrows: the share of visits that goes that way."
    };
    let lost = if map.worst.is_some() {
        " Lost: gone straight to an end that counts as lost or churned."
    } else {
        ""
    };
    format!("Steps with their visits, from arrival to outcome.{forked}{lost}")
}

fn description(map: &Map) -> String {
    let cards = map.diagram.cards.iter().map(|it| &it.hover);
    let arrows = map.diagram.arrows.iter().map(|it| &it.hover);
    let all: Vec<&str> = cards.chain(arrows).map(String::as_str).collect();
    format!("{}.", all.join(". "))
}
