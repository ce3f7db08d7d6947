//! Which option is best, by how much and how sure: a sentence, and a tile for each metric.

use crate::report::chart::comparison::{Best, best};
use crate::report::html::headline::tile;
use crate::report::html::markup::{each, escaped};
use crate::study::Comparison;

/// Metrics with a tile, if there is anything of them; the first one is the sentence's.
const METRICS: [&str; 4] = ["profit", "won", "revenue", "churned"];

pub(super) fn render(comparison: &Comparison) -> String {
    let all: Vec<Best> = METRICS.iter().filter_map(|it| best(comparison, it)).collect();
    let Some(first) = all.first() else {
        return String::new();
    };
    let tiles = each(&all, |it| {
        let below: Vec<&str> = it.told.iter().map(String::as_str).collect();
        tile(&it.label, &it.option, &below)
    });
    format!(
        "<p class=\"about\">{}.</p>\n<dl class=\"tiles\">\n{tiles}</dl>\n",
        escaped(&first.finding)
    )
}
