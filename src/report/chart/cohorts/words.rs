//! What the cohorts say: who converts best, or how fast conversions come.

use crate::forecast::Forecast;

use crate::report::chart::frame::Words;
use crate::report::chart::number;

use super::table::{Row, Scale, Table};

/// The best has to have so many times the share of the least to be worth a headline.
const APART: f64 = 1.15;
/// And to lie so many standard errors of luck above it.
const ERRORS: f64 = 5.0;
/// The least is told if it is so many times farther from the others than the best.
const ODD: f64 = 1.25;
/// The part of conversions that counts as nearly all.
const NEARLY_ALL: f64 = 0.9;

/// Finding, subtitle and description.
pub(super) fn words(forecast: &Forecast, table: &Table, scale: &Scale) -> Words {
    let period = &table.period;
    let mut subtitle = format!("Share of customers who have converted, by {period} of arrival and by age");
    if table.has_retained {
        subtitle.push_str("; and who of them has not churned by then");
    }
    subtitle.push_str(". Means.");
    if table.rows.iter().any(|it| it.won.len() < table.ages) {
        subtitle.push_str(" Who arrives later is seen for a shorter time.");
    }
    if scale.low > 0.0 {
        subtitle.push_str(" The colours do not begin at zero.");
    }
    Words {
        finding: finding(forecast, table),
        subtitle,
        description: description(table),
    }
}

fn finding(forecast: &Forecast, table: &Table) -> String {
    let period = &table.period;
    let pooled = table.pooled();
    let all = pooled.last().copied().unwrap_or(0.0);
    if all <= 0.0 {
        return "None of those who arrive converts within the horizon".to_owned();
    }
    if let [row] = table.rows.as_slice() {
        return format!(
            "{} of those who arrive {} convert by its end",
            number::share(all),
            row.label.when()
        );
    }
    let parts: Vec<f64> = pooled.iter().map(|it| it / all).collect();
    let age = parts.iter().position(|it| *it >= NEARLY_ALL).unwrap_or(0);
    if let Some(apart) = apart(forecast, table, age) {
        let after = match age {
            0 => format!("In the {period} they arrive"),
            1 => format!("After a {period}"),
            _ => format!("After {age} {period}s"),
        };
        return format!(
            "{after}, customers of {} have converted {}: {} against {} of the others",
            apart.row.label.long(),
            if apart.share > apart.others { "best" } else { "least" },
            number::share(apart.share),
            number::share(apart.others)
        );
    }
    let first = number::share(parts[0]);
    match age {
        0 if parts[0] > 0.999 => format!("All who convert do so in the {period} they arrive"),
        0 => format!("{first} of those who convert do so in the {period} they arrive"),
        1 => format!(
            "{first} of those who convert do so in the {period} they arrive, {} by the end of the next",
            number::share(parts[1])
        ),
        _ => format!(
            "{first} of those who convert do so in the {period} they arrive, {} within {age} more {period}s",
            number::share(parts[age])
        ),
    }
}

/// A cohort that stands apart.
struct Apart<'a> {
    row: &'a Row,
    share: f64,
    /// The share of all others at the same age.
    others: f64,
}

/// The cohort at `age` that is farthest from the others, if they differ by more than luck.
fn apart<'a>(forecast: &Forecast, table: &'a Table, age: usize) -> Option<Apart<'a>> {
    let seen = || table.rows.iter().filter_map(|it| Some((it, it.won_at(age)?)));
    let best = seen().reduce(|best, it| if it.1 > best.1 { it } else { best })?;
    let least = seen().reduce(|least, it| if it.1 < least.1 { it } else { least })?;
    // Of means over replications; the doubt of assumptions is common to all cohorts.
    let variance = |(row, share): (&Row, f64)| {
        let customers = row.arrivals * forecast.run.replications.max(1) as f64;
        share * (1.0 - share) / customers.max(1.0)
    };
    let error = (variance(best) + variance(least)).sqrt();
    if best.1 < APART * least.1 || best.1 - least.1 < ERRORS * error {
        return None;
    }
    let of = |(row, share): (&'a Row, f64)| {
        let others = || seen().filter(|it| !std::ptr::eq(it.0, row));
        let customers: f64 = others().map(|it| it.0.arrivals).sum();
        let won: f64 = others().map(|it| it.0.arrivals * it.1).sum();
        let others = if customers > 0.0 { won / customers } else { 0.0 };
        Apart { row, share, others }
    };
    let (best, least) = (of(best), of(least));
    // Of a steady rise or fall the best is told, unless one is clearly the odd one out.
    let is_low = ODD * best.share * least.share < best.others * least.others;
    Some(if is_low { least } else { best })
}

fn description(table: &Table) -> String {
    let period = &table.period;
    let pooled: Vec<String> = table
        .pooled()
        .iter()
        .enumerate()
        .filter(|(age, _)| matches!(age, 0..=3 | 6 | 12 | 24 | 36))
        .map(|(age, share)| match age {
            0 => format!("{} in the {period} of arrival", number::share(*share)),
            1 => format!("{} after a {period}", number::share(*share)),
            _ => format!("{} after {age} {period}s", number::share(*share)),
        })
        .collect();
    let rows = [table.rows.first(), table.rows.last()].into_iter().flatten();
    let rows = rows.map(|row| {
        let last = row.won.iter().flatten().next_back();
        let share = last.map_or_else(
            || "no share is known".to_owned(),
            |it| format!("{} convert within the horizon", number::share(*it)),
        );
        let arrivals = number::number(row.arrivals, number::unit(row.arrivals, None));
        format!(" {}: {arrivals} arrive, {share}.", row.label.long())
    });
    let rows: Vec<String> = rows.collect();
    format!(
        "Of all who arrive have converted: {}.{}",
        pooled.join(", "),
        rows.concat()
    )
}
