//! What the forks say: shares and ends as words, the fork that decides most, the finding.

use std::fmt::Write as _;

use crate::forecast::{BranchForecast, Forecast, ForkForecast};

use crate::report::chart::frame::Words;
use crate::report::chart::number;
use crate::report::chart::text::{NO_BREAK, clean};

/// Where customers can be, in the order in which they are drawn.
pub(super) const ENDS: [&str; 5] = ["won", "churned", "lost", "other end", "open"];
/// Titles longer than this are cut in the finding, which has to stay a headline.
const TITLE_CHARACTERS_MAX: usize = 50;

/// One fork, ready to be drawn.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fork {
    pub(super) title: String,
    /// How many decide here, and how, if not by chance.
    pub(super) about: String,
    pub(super) branches: Vec<Branch>,
    pub(super) decides_most: bool,
    /// Mean number of decisions.
    decisions: f64,
}

/// One branch of a fork.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Branch {
    /// Its name and where it leads to.
    pub(super) name: String,
    /// Mean share; `None` if nobody decides or it is not known.
    pub(super) share: Option<f64>,
    pub(super) interval: Option<(f64, f64)>,
    /// The mean and its 80 % interval in words.
    pub(super) share_words: (String, Option<String>),
    /// How often it is taken.
    pub(super) taken: (String, Option<String>),
    pub(super) fate: Fate,
    way: Way,
}

/// What is known of those who take a branch, one horizon later.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Fate {
    /// Shares of [`ENDS`] that sum to 1.
    Ends([f64; 5]),
    /// The chance of a conversion, and of ending churned or lost; one does not exclude the other.
    Chances {
        converts: Option<f64>,
        leaves: Option<f64>,
    },
    Nobody,
    Unknown,
}

/// Where a branch leads to, as far as a headline cares.
#[derive(Debug, Clone, PartialEq)]
enum Way {
    Out,
    Back,
    On(String),
}

/// The forks in the order of the file.
pub(super) fn forks(forecast: &Forecast) -> Vec<Fork> {
    let mut forks: Vec<Fork> = forecast.forks.iter().map(|it| fork(forecast, it)).collect();
    if forks.len() > 1 {
        let most = forks.iter().map(decided).fold(0.0, f64::max);
        let first = forks.iter_mut().find(|it| decided(it) >= most);
        if let Some(first) = first.filter(|_| most > 0.0) {
            first.decides_most = true;
        }
    }
    forks
}

fn fork(forecast: &Forecast, fork: &ForkForecast) -> Fork {
    let branches: Vec<Branch> = fork.branches.iter().map(|it| branch(forecast, fork, it)).collect();
    let taken = || fork.branches.iter().filter_map(|it| number::known(it.taken.mean));
    let decisions: f64 = taken().sum();
    let count = match taken().count() {
        0 => "decisions not known".to_owned(),
        _ if decisions == 1.0 => "1 decision".to_owned(),
        _ => format!("{} decisions", count_words(decisions)),
    };
    let how = match fork.kind.as_str() {
        "rule" => " · by rule",
        "observed" => " · from counts",
        _ => "",
    };
    Fork {
        title: or_id(forecast.step_title(&fork.step), &fork.step),
        about: format!("{count}{how}"),
        branches,
        decides_most: false,
        decisions,
    }
}

fn branch(forecast: &Forecast, fork: &ForkForecast, branch: &BranchForecast) -> Branch {
    let unknown = || ("–".to_owned(), None);
    let share = number::known(branch.share.mean).filter(|it| (0.0..=1.0).contains(it));
    let interval = number::interval_80(&branch.share).filter(|(low, high)| *low >= 0.0 && *high <= 1.0);
    let interval = interval.filter(|_| share.is_some());
    let taken = number::known(branch.taken.mean);
    let title = or_id(forecast.step_title(&branch.to), &branch.to);
    let spaced = clean(&branch.branch.replace('_', " "));
    let is_same = spaced.is_empty() || branch.branch == branch.to || spaced.eq_ignore_ascii_case(&title);
    let is_out = |it: &str| matches!(it, "lost" | "churned");
    let outcomes = forecast.outcomes.iter().filter(|it| it.step == branch.to);
    let mut outcomes = outcomes.map(|it| is_out(&it.outcome)).peekable();
    let way = if branch.to == fork.step {
        Way::Back
    } else if outcomes.peek().is_some() && outcomes.all(|it| it) {
        Way::Out
    } else {
        Way::On(title.clone())
    };
    Branch {
        name: if is_same {
            title
        } else {
            format!("{spaced} → {title}")
        },
        share,
        interval,
        share_words: share.map_or_else(unknown, |it| number::share_with_interval(it, interval)),
        taken: taken.map_or_else(unknown, |it| {
            number::with_interval(it, number::interval_80(&branch.taken))
        }),
        fate: fate(branch),
        way,
    }
}

fn fate(branch: &BranchForecast) -> Fate {
    let chance = |it: Option<f64>| number::known(it).filter(|it| (0.0..=1.0).contains(it));
    let ends = branch.ends.and_then(|it| {
        let parts = [it.won, it.churned, it.lost, it.other, it.open];
        let parts = parts.map(|it| number::known(Some(it)).unwrap_or(0.0).clamp(0.0, 1.0));
        let sum: f64 = parts.iter().sum();
        (sum > 1e-9).then(|| parts.map(|it| it / sum))
    });
    let (converts, leaves) = (chance(branch.converts), chance(branch.churns));
    match ends {
        Some(ends) => Fate::Ends(ends),
        None if branch.taken.mean == Some(0.0) => Fate::Nobody,
        None if converts.is_none() && leaves.is_none() => Fate::Unknown,
        None => Fate::Chances { converts, leaves },
    }
}

/// How many customers the fork parts by what becomes of them: decisions times how far the chances
/// of its branches lie from their mean, on average.
fn decided(fork: &Fork) -> f64 {
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

/// Finding, subtitle and description.
pub(super) fn words(forecast: &Forecast, forks: &[Fork]) -> Words {
    let fates = || forks.iter().flat_map(|it| &it.branches).map(|it| it.fate);
    let mut subtitle = "Shares of the decisions at each fork".to_owned();
    if forks.iter().flat_map(|it| &it.branches).any(|it| it.interval.is_some()) {
        let futures = if forecast.run.engine == "exact" {
            "all futures"
        } else {
            "the replications"
        };
        let _ = write!(
            subtitle,
            ", in brackets the interval that holds 80{NO_BREAK}% of {futures}"
        );
    }
    let is_ends = fates().any(|it| matches!(it, Fate::Ends(_)));
    let is_chances = fates().any(|it| matches!(it, Fate::Chances { .. }));
    subtitle.push_str(match (is_ends, is_chances) {
        (true, _) => "; and where those who take a branch are one horizon later.",
        (false, true) => "; and how likely those who take a branch convert and leave within one horizon.",
        (false, false) => "; where they end up is not known.",
    });
    if forks.iter().any(|it| it.decides_most) {
        subtitle.push_str(if is_ends {
            " A fork decides more if more customers come by and its branches differ more in who is won."
        } else {
            " A fork decides more if more customers come by and its branches differ more in that."
        });
    }
    let description: Vec<String> = forks
        .iter()
        .map(|fork| {
            let branches: Vec<String> = fork.branches.iter().map(Branch::description).collect();
            format!("{} ({}): {}.", fork.title, fork.about, branches.join("; "))
        })
        .collect();
    Words {
        finding: finding(forks),
        subtitle,
        description: description.join(" "),
    }
}

fn finding(forks: &[Fork]) -> String {
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

impl Branch {
    /// Everything about it, in words.
    pub(super) fn description(&self) -> String {
        format!(
            "{}: {} of the decisions, taken {} times, {}",
            self.name,
            with_range(&self.share_words),
            with_range(&self.taken),
            self.fate.words()
        )
    }
}

impl Fate {
    /// It all, in words.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Ends(parts) => {
                let parts = ENDS.iter().zip(parts).filter(|(_, share)| **share > 0.0);
                let parts: Vec<String> = parts.map(|(end, share)| format!("{} {end}", percent(*share))).collect();
                format!("one horizon later {}", parts.join(", "))
            }
            Self::Chances { .. } => {
                let parts: Vec<String> = self.chances().into_iter().map(|(_, words)| words).collect();
                format!("within one horizon {}", parts.join(", "))
            }
            Self::Nobody => "nobody takes it".to_owned(),
            Self::Unknown => "where they end up is not known".to_owned(),
        }
    }

    /// Chances with words, such as `20 % convert`, of converting and of leaving; none of ends.
    pub(super) fn chances(&self) -> Vec<(f64, String)> {
        let Self::Chances { converts, leaves } = self else {
            return Vec::new();
        };
        let say = |chance: &Option<f64>, word: &str| chance.map(|it| (it, format!("{} {word}", percent(it))));
        say(converts, "convert")
            .into_iter()
            .chain(say(leaves, "leave"))
            .collect()
    }
}

/// A share in words; what nobody can tell from none or all is not told to the last digit.
pub(super) fn percent(share: f64) -> String {
    match share {
        _ if share < 1e-9 => number::share(0.0),
        _ if share < 0.0005 => format!("<0.1{NO_BREAK}%"),
        _ if share > 1.0 - 1e-9 => number::share(1.0),
        _ if share > 0.9995 => format!(">99.9{NO_BREAK}%"),
        _ => number::share(share),
    }
}

/// To four digits: a sum of means is no better known.
fn count_words(count: f64) -> String {
    let unit = 10f64.powf(count.abs().max(1e-6).log10().floor() - 3.0);
    number::number(count, if count >= 10.0 { unit.max(1.0) } else { unit })
}

fn with_range((value, range): &(String, Option<String>)) -> String {
    match range {
        Some(range) => format!("{value} ({range})"),
        None => value.clone(),
    }
}

fn or_id(title: &str, id: &str) -> String {
    Some(clean(title))
        .filter(|it| !it.is_empty())
        .unwrap_or_else(|| clean(id))
}

fn headline(title: &str) -> String {
    if title.chars().count() <= TITLE_CHARACTERS_MAX {
        return title.to_owned();
    }
    let cut: String = title.chars().take(TITLE_CHARACTERS_MAX).collect();
    format!("{}…", cut.trim_end())
}
