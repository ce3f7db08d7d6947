//! What a page tells in which order.

use super::markup::Ids;
use super::{assumptions, manifest, reading};
use crate::forecast::Forecast;
use crate::journey::Journey;
use crate::report::chart::{Chart, ChartKind};
use crate::report::outline::{Section, Topic};

/// A part of the page under one heading.
pub(super) struct Chapter {
    /// Where links lead to.
    pub(super) id: &'static str,
    pub(super) heading: &'static str,
    /// What its charts and tables are about; `None` if it is written by other means.
    pub(super) topic: Option<Topic>,
    pub(super) charts: Vec<Chart>,
    pub(super) sections: Vec<Section>,
    pub(super) written: Written,
}

/// A chapter that is neither charts nor tables of the forecast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    Nothing,
    Assumptions,
    Reading,
    Manifest,
}

impl Written {
    pub(super) fn render(self, forecast: &Forecast, journey: &Journey, ids: &mut Ids) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Assumptions => assumptions::render(journey, ids),
            Self::Reading => reading::render(journey),
            Self::Manifest => manifest::render(forecast),
        }
    }
}

/// In the order of [`Topic`].
const TOPICS: [(Topic, &str, &str); 10] = [
    (Topic::Totals, "result", "The result"),
    (Topic::Funnel, "funnel", "How far customers get"),
    (Topic::Journey, "journey", "Where customers go"),
    (Topic::Forks, "forks", "What happens at every fork"),
    (Topic::Periods, "periods", "What comes when"),
    (Topic::Units, "units", "What has to be delivered"),
    (Topic::Targets, "targets", "How sure it is"),
    (Topic::Groups, "groups", "Who brings what"),
    (Topic::Time, "time", "How long it takes"),
    (Topic::Warnings, "warnings", "Warnings"),
];

const WRITTEN: [(Written, &str, &str); 3] = [
    (Written::Assumptions, "assumptions", "What is assumed"),
    (Written::Reading, "scenario", "The scenario in words"),
    (Written::Manifest, "run", "How it was run"),
];

/// The chapters that have something to tell; takes what they tell.
pub(super) fn chapters(
    sections: &mut Vec<(Topic, Section)>,
    charts: &mut Vec<Chart>,
    forecast: &Forecast,
) -> Vec<Chapter> {
    let mut chapters: Vec<Chapter> = Vec::new();
    for (topic, id, heading) in TOPICS {
        let mut charts: Vec<Chart> = charts.extract_if(.., |it| place(it) == topic).collect();
        charts.sort_by_key(|it| order(it.kind));
        let sections: Vec<Section> = sections.extract_if(.., |it| it.0 == topic).map(|it| it.1).collect();
        let heading = match topic {
            Topic::Targets if !forecast.targets.is_empty() => "Will the targets be met?",
            _ => heading,
        };
        if !charts.is_empty() || !sections.is_empty() {
            chapters.push(Chapter {
                id,
                heading,
                topic: Some(topic),
                charts,
                sections,
                written: Written::Nothing,
            });
        }
    }
    chapters.extend(WRITTEN.map(|(written, id, heading)| Chapter {
        id,
        heading,
        topic: None,
        charts: Vec::new(),
        sections: Vec::new(),
        written,
    }));
    chapters
}

/// Where a chart is looked for.
fn place(chart: &Chart) -> Topic {
    let is_of_units = chart.options.metric.as_ref().is_some_and(|it| it.starts_with("units."));
    match chart.kind {
        ChartKind::Funnel => Topic::Funnel,
        ChartKind::Flow | ChartKind::Journey => Topic::Journey,
        ChartKind::Forks => Topic::Forks,
        ChartKind::Fan if is_of_units => Topic::Units,
        ChartKind::Fan | ChartKind::Difference | ChartKind::Backtest => Topic::Periods,
        ChartKind::Variants | ChartKind::Sweep | ChartKind::Tornado | ChartKind::Shares | ChartKind::By => {
            Topic::Totals
        }
        ChartKind::Demand => Topic::Units,
        ChartKind::Bridge | ChartKind::Distribution => Topic::Targets,
        ChartKind::Time | ChartKind::Cohorts => Topic::Time,
    }
}

/// What comes first within a chapter.
fn order(kind: ChartKind) -> u8 {
    match kind {
        ChartKind::Tornado
        | ChartKind::Shares
        | ChartKind::By
        | ChartKind::Bridge
        | ChartKind::Time
        | ChartKind::Backtest => 1,
        ChartKind::Fan | ChartKind::Journey | ChartKind::Distribution | ChartKind::Cohorts => 2,
        _ => 0,
    }
}
