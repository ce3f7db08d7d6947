//! Which fork decides most, and how it parts customers.

use crate::report::chart::number;

use super::words::{Fate, Fork, Way};

/// Titles longer than this are cut in the finding, which has to stay a headline.
const TITLE_CHARACTERS_MAX: usize = 50;

/// How many customers the fork parts by what becomes of them: decisions times how far the chances
/// of its branches lie from their mean, on average.
pub(super) fn decided(fork: &Fork) -> f64 {
    let spread = |of: &dyn Fn(&Fate) -> Option<f64>| {
        let known = fork.branches.iter();
        let known: Vec<(f64, f64)> = known.filter_map(|it| Some((it.share?, of(&it.fate)?))).collect();
        let all: f64 = known.iter().map(|(share, _)| share).sum();
        let mean = known.iter().map(|(share, chance)| share * chance).sum::<f64>() / all.max(f64::MIN_POSITIVE);
        known
            .iter()
            .map(|(share, chance)| share * (chance - mean).abs())
            .sum::<f64>()
    };
    let won = spread(&|fate| match fate {
        Fate::Ends([won, ..]) => Some(*won),
        Fate::Chances { converts, .. } => *converts,
        Fate::Nobody | Fate::Unknown => None,
    });
    // Who has converted before does not do so again, but may still leave.
    let left = spread(&|fate| match fate {
        Fate::Chances { leaves, .. } => *leaves,
        _ => None,
    });
    fork.decisions * won.max(left)
}

/// The headline.
pub(super) fn finding(forks: &[Fork]) -> String {
    if forks.iter().all(|it| it.decisions <= 0.0) {
        return "Nobody comes to a fork".to_owned();
    }
    let most = |one: &'_ &Fork, other: &'_ &Fork| one.decisions.total_cmp(&other.decisions);
    let about = forks
        .iter()
        .find(|it| it.decides_most)
        .or_else(|| forks.iter().rev().max_by(most));
    let Some(about) = about else { return String::new() };
    let title = headline(&about.title);
    let parts = parts(about);
    match (about.decides_most, forks.len()) {
        (true, _) => format!("‘{title}’ decides most: {parts}"),
        (false, 1) => format!("‘{title}’: {parts}"),
        (false, _) => format!("Most decisions are at ‘{title}’: {parts}"),
    }
}

/// The largest two or three parts of those who decide at a fork.
fn parts(fork: &Fork) -> String {
    let mut parts: Vec<(f64, String)> = Vec::new();
    for branch in &fork.branches {
        let Some(share) = branch.share.filter(|it| *it > 0.0) else {
            continue;
        };
        let words = match &branch.way {
            Way::Out => "leave".to_owned(),
            Way::Back => "come again".to_owned(),
            Way::On(title) => format!("go to ‘{}’", headline(title)),
        };
        match parts.iter_mut().find(|it| it.1 == words) {
            Some(part) => part.0 += share,
            None => parts.push((share, words)),
        }
    }
    // Stable, so that equal parts stay in the order of the file.
    parts.sort_by(|one, other| other.0.total_cmp(&one.0));
    let mut told = 0.0;
    let told: Vec<String> = parts
        .into_iter()
        .enumerate()
        .take_while(|(position, part)| {
            let is_told = *position < 2 || (*position == 2 && told < 0.8);
            told += part.0;
            is_told
        })
        .map(|(_, (share, words))| format!("{} {words}", number::share(share.min(1.0))).replace("100\u{a0}%", "all"))
        .collect();
    if told.is_empty() {
        return "shares are not known".to_owned();
    }
    let mut words = told.join(", ");
    // Only the first needs its verb.
    if let Some(after) = words.find(" go to ").map(|it| it + " go to ".len()) {
        words = format!(
            "{}{}",
            &words[..after],
            words[after..].replace("\u{a0}% go to ‘", "\u{a0}% to ‘")
        );
    }
    words
}

fn headline(title: &str) -> String {
    if title.chars().count() <= TITLE_CHARACTERS_MAX {
        return title.to_owned();
    }
    let cut: String = title.chars().take(TITLE_CHARACTERS_MAX).collect();
    format!("{}…", cut.trim_end())
}
