//! What a flow says: its finding, its bands and its nodes in words.

use crate::report::chart::frame::Words;
use crate::report::chart::number;

use super::graph::{End, Graph, Role};
use super::grid::{Grid, Link};

/// Titles longer than this are cut in the finding, which has to stay a headline.
const TITLE_CHARACTERS_MAX: usize = 60;

/// From here on a number of customers has four digits, and no fraction from there.
const MANY: f64 = 1e7;
const FEW: f64 = 10.0;

/// A mean number of customers.
pub(super) fn count(customers: f64) -> String {
    let unit = match customers {
        MANY.. => 10f64.powf(customers.log10().floor() - 3.0),
        FEW.. => 1.0,
        _ => number::unit(customers, None),
    };
    number::number(customers, unit)
}

/// What a colour at the end means.
pub(super) fn meaning(end: End) -> &'static str {
    match end {
        End::Won => "ends converted",
        End::Open => "under way at the end",
        End::Other => "ends otherwise",
        End::Churned => "churned: leaves after a conversion",
        End::Lost => "lost: leaves without one",
    }
}

fn became(end: End) -> &'static str {
    match end {
        End::Won => "converted",
        End::Open => "open",
        End::Other => "other",
        End::Churned => "churned",
        End::Lost => "lost",
    }
}

pub(super) fn words(graph: &Graph) -> Words {
    let nodes = (0..graph.nodes.len()).filter(|it| graph.nodes[*it].role != Role::Entry);
    let description: Vec<String> = nodes.map(|it| node(graph, it)).collect();
    Words {
        finding: finding(graph),
        subtitle: "Where customers go within the horizon: means. The wider a band, the more customers; \
                   who comes back is counted again."
            .to_owned(),
        description: description.join(" "),
    }
}

/// The largest flow out, or who is won where nobody leaves.
fn finding(graph: &Graph) -> String {
    let all = graph.entered;
    let who = format!("Of {} who come in", count(all));
    let leaves = |to: usize| matches!(graph.nodes[to].end(), Some(End::Lost | End::Churned));
    let leaving = graph.bands.iter().filter(|it| leaves(it.to));
    let largest = leaving.max_by(|one, two| one.customers.total_cmp(&two.customers));
    let won: f64 = ended(graph, End::Won);
    if all <= 0.0 {
        return "Nobody comes in".to_owned();
    }
    if let Some(band) = largest {
        let from = &graph.nodes[band.from];
        let share = number::share(band.customers / all);
        let verb = if graph.nodes[band.to].end() == Some(End::Lost) {
            "are lost"
        } else {
            "churn"
        };
        return match from.role {
            Role::Entry => format!("{who}, {share} {verb} at once"),
            _ => format!("{who}, {share} {verb} after “{}”", headline(&from.title)),
        };
    }
    if won > 0.0 {
        return format!("{who}, {} end converted", number::share(won / all));
    }
    format!("{who}, nobody leaves")
}

/// How many end so.
pub(super) fn ended(graph: &Graph, end: End) -> f64 {
    let parts = graph.nodes.iter().filter_map(|it| match &it.role {
        Role::End(parts) => Some(parts),
        _ => None,
    });
    parts.flatten().filter(|it| it.0 == end).map(|it| it.1).sum()
}

/// Everything about a node.
pub(super) fn node(graph: &Graph, at: usize) -> String {
    let node = &graph.nodes[at];
    let whole = count(node.customers);
    match &node.role {
        Role::Entry => format!("{}: {whole} come in here.", node.title),
        Role::End(parts) => {
            let share = if graph.entered > 0.0 {
                format!(
                    " ({} of all who come in)",
                    number::share(node.customers / graph.entered)
                )
            } else {
                String::new()
            };
            let parts: Vec<String> = parts
                .iter()
                .map(|it| format!("{} {}", count(it.1), became(it.0)))
                .collect();
            format!("{}: {whole}{share}: {}.", node.title, parts.join(", "))
        }
        Role::Step => {
            let mut going: Vec<_> = graph.bands.iter().filter(|it| it.from == at).collect();
            going.sort_by(|one, two| two.customers.total_cmp(&one.customers));
            let all: f64 = going.iter().map(|it| it.customers).sum();
            let going: Vec<String> = going
                .iter()
                .map(|it| {
                    let share = number::share(it.customers / all);
                    format!("{share} to {} ({})", graph.nodes[it.to].title, count(it.customers))
                })
                .collect();
            let going = if going.is_empty() {
                String::new()
            } else {
                format!("; {}", going.join(", "))
            };
            format!("{}: {whole}{going}.", node.title)
        }
    }
}

/// One band, with the share of those who leave its node and the names of its branches.
pub(super) fn band(graph: &Graph, at: usize) -> String {
    let band = &graph.bands[at];
    let (from, to) = (&graph.nodes[band.from].title, &graph.nodes[band.to].title);
    let all: f64 = graph
        .bands
        .iter()
        .filter(|it| it.from == band.from)
        .map(|it| it.customers)
        .sum();
    let share = number::share(band.customers / all);
    let branches: Vec<&str> = band.branches.iter().map(String::as_str).collect();
    let branches = if branches.is_empty() {
        String::new()
    } else {
        format!(" by {}", branches.join(", "))
    };
    format!(
        "{from} → {to}: {} ({share} of those who leave {from}){branches}",
        count(band.customers)
    )
}

/// One link: its band, or whose customers run together in it.
pub(super) fn link(graph: &Graph, grid: &Grid, link: &Link) -> String {
    if let ([only], false) = (&link.bands[..], grid.spots[link.from].is_passing) {
        return band(graph, *only);
    }
    let mut bands: Vec<_> = link.bands.iter().map(|it| &graph.bands[*it]).collect();
    bands.sort_by(|one, two| two.customers.total_cmp(&one.customers));
    let parts: Vec<String> = bands
        .iter()
        .map(|it| format!("{} from {}", count(it.customers), graph.nodes[it.from].title))
        .collect();
    let to = &graph.nodes[grid.spots[link.to].node].title;
    format!("On the way to {to}: {}", parts.join(", "))
}

fn headline(title: &str) -> String {
    if title.chars().count() <= TITLE_CHARACTERS_MAX {
        return title.to_owned();
    }
    let cut: String = title.chars().take(TITLE_CHARACTERS_MAX).collect();
    format!("{}…", cut.trim_end())
}
