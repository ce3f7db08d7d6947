//! What is in an event log and what is odd about it.

use super::{Block, Cell, Column, Fact, Grid, Outline, Row, Section, Tone, one_line};
use crate::fit::event_log::{Audit, Counted, Gap, Zone};
use crate::report::number::{several, share, whole};

/// Longer lists are folded.
const ROWS_MAX: usize = 25;

/// What reading the log `name` showed.
#[must_use]
pub fn of_audit(name: &str, audit: &Audit) -> Outline {
    let sections = [Some(log(audit)), activities(audit), oddities(audit), refused(audit)];
    let span = match (&audit.first, &audit.last) {
        (Some(first), Some(last)) => Some(format!("{first} to {last}")),
        _ => None,
    };
    let sizes = [
        several_of(audit.cases, "case"),
        several_of(audit.events, "event"),
        several_of(audit.rows, "row") + " read",
    ];
    Outline {
        title: format!("What is in {}", one_line(name)),
        subtitle: vec![sizes.into_iter().chain(span).collect()],
        alerts: Vec::new(),
        sections: sections.into_iter().flatten().collect(),
    }
}

fn log(audit: &Audit) -> Section {
    let columns = &audit.columns;
    let list = |names: &[String]| names.iter().map(|it| one_line(it)).collect::<Vec<_>>();
    let delimiter = audit.delimiter.map(|it| match it {
        ',' => "commas between cells".to_owned(),
        ';' => "semicolons between cells".to_owned(),
        '\t' => "tabs between cells".to_owned(),
        it => format!("`{it}` between cells"),
    });
    let written = std::iter::once(audit.format.clone()).chain(delimiter).collect();
    let zone = match &audit.zone {
        Zone::Unsaid => vec!["without a zone: as on the clock on the wall".to_owned()],
        Zone::Same(offset) => vec![format!("all at UTC{}: as on the clock there", signed(*offset))],
        Zone::Mixed { offsets, unsaid } => {
            let offsets = offsets
                .iter()
                .map(|it| format!("UTC{} in {}", signed(it.0), whole(it.1)));
            let unsaid = (*unsaid > 0).then(|| format!("none in {}, taken for UTC", whole(*unsaid)));
            let all = offsets.chain(unsaid);
            std::iter::once("different zones, all converted to UTC".to_owned())
                .chain(all)
                .collect()
        }
    };
    let resolution = format!("whole {}s", audit.resolution);
    let zone: Vec<String> = std::iter::once(resolution).chain(zone).collect();
    let facts = [
        ("Written as", written),
        ("Case", list(std::slice::from_ref(&columns.case))),
        ("Activity", list(&columns.activity)),
        ("Time", list(columns.time.as_slice())),
        ("Value", list(columns.value.as_slice())),
        ("Not used", list(&columns.ignored)),
        ("Times", zone),
    ];
    let facts = facts.into_iter().filter(|it| !it.1.is_empty());
    let mut facts: Vec<Fact> = facts.map(|(name, parts)| fact(name, parts, Tone::Plain)).collect();
    facts.extend(audit.attributes.iter().map(|it| {
        let differing = (it.differing > 0).then(|| {
            let cases = several_of(it.differing, "case");
            format!("rows differ in {cases}: the first value counts")
        });
        let unknown = (it.unknown > 0).then(|| format!("unknown in {}", several_of(it.unknown, "case")));
        let parts = std::iter::once(several_of(it.values, "value"))
            .chain(unknown)
            .chain(differing);
        fact(
            &format!("Attribute {}", one_line(&it.name)),
            parts.collect(),
            Tone::Plain,
        )
    }));
    Section {
        heading: "The log".into(),
        blocks: vec![Block::Facts(facts)],
    }
}

fn activities(audit: &Audit) -> Option<Section> {
    let mut sorted: Vec<&Counted> = audit.activities.iter().collect();
    sorted.sort_by_key(|it| std::cmp::Reverse(it.count));
    let most = sorted.first()?.count.max(1);
    let rows = sorted.iter().take(ROWS_MAX).map(|it| {
        let length = it.count as f64 / most as f64;
        Row::Cells(vec![
            Cell::text(one_line(&it.name)),
            Cell::text(whole(it.count)),
            Cell::bar(length),
        ])
    });
    let grid = Grid {
        columns: vec![
            Column::words("activity"),
            Column::numbers("events"),
            Column::bars().spare(1),
        ],
        rows: rows.collect(),
    };
    let more = sorted.len().saturating_sub(ROWS_MAX);
    let note = (more > 0).then(|| Block::Note(format!("and {more} more")));
    Some(Section {
        heading: "What happens".into(),
        blocks: std::iter::once(Block::Table(grid)).chain(note).collect(),
    })
}

/// What may be wrong with the log, or is good to know.
fn oddities(audit: &Audit) -> Option<Section> {
    let said = |count: u64, what: String| (count > 0).then_some((count, what));
    let counted = [
        (
            "Ties",
            said(
                audit.ties,
                "at the same time as the event of their case before them: the order of the file holds".into(),
            ),
        ),
        (
            "Out of order",
            said(
                audit.out_of_order,
                "stood behind a later event of their case: moved to their place".into(),
            ),
        ),
        (
            "Duplicates",
            said(
                audit.duplicates,
                "the same as another one in case, activity, time and value: kept".into(),
            ),
        ),
    ];
    let mut facts: Vec<Fact> = counted
        .into_iter()
        .filter_map(|(name, said)| {
            let (count, what) = said?;
            Some(fact(name, vec![several_of(count, "event"), what], Tone::Plain))
        })
        .collect();
    let gaps = &audit.gaps;
    if !gaps.long.is_empty() {
        let usual = format!("usually {} from one with events to the next", days(gaps.usual_days));
        let long = gaps.long.iter().map(gap);
        facts.push(fact(
            "Days without events",
            std::iter::once(usual).chain(long).collect(),
            Tone::Fair,
        ));
    } else if let Some(longest) = gaps.longest.as_ref().filter(|it| it.days > 1) {
        facts.push(fact(
            "Days without events",
            vec!["at most ".to_owned() + &gap(longest)],
            Tone::Plain,
        ));
    }
    if let Some(open) = audit.open_cases {
        let of = share(open as f64 / audit.cases.max(1) as f64, None);
        let parts = vec![several_of(open, "case"), of, "may still go on".to_owned()];
        facts.push(fact("Open", parts, Tone::Plain));
    }
    (!facts.is_empty()).then(|| Section {
        heading: "Good to know".into(),
        blocks: vec![Block::Facts(facts)],
    })
}

fn refused(audit: &Audit) -> Option<Section> {
    let refused = &audit.refused;
    if refused.rows == 0 {
        return None;
    }
    let of = share(audit.refused_share(), None);
    let reasons = refused
        .reasons
        .iter()
        .map(|it| format!("{}: {}", whole(it.count), one_line(&it.name)));
    let facts = refused
        .first
        .iter()
        .map(|it| fact(&format!("line {}", it.line), vec![one_line(&it.reason)], Tone::Plain));
    let more = refused.rows - refused.first.len() as u64;
    let note = (more > 0).then(|| Block::Note(format!("and {}", several_of(more, "more row"))));
    let blocks = [Block::Warnings(reasons.collect()), Block::Facts(facts.collect())];
    Some(Section {
        heading: format!("Refused: {} ({of})", several_of(refused.rows, "row")),
        blocks: blocks.into_iter().chain(note).collect(),
    })
}

fn fact(name: &str, parts: Vec<String>, tone: Tone) -> Fact {
    Fact {
        name: name.to_owned(),
        parts,
        tone,
    }
}

fn gap(gap: &Gap) -> String {
    format!("{} from {} to {}", several_of(gap.days, "day"), gap.from, gap.to)
}

fn days(days: f64) -> String {
    if days == 1.0 {
        "1 day".to_owned()
    } else {
        format!("{days} days")
    }
}

/// Minutes ahead of UTC as people write them; nothing for none.
fn signed(offset: i16) -> String {
    let (sign, minutes) = if offset < 0 { ('-', -offset) } else { ('+', offset) };
    if offset == 0 {
        String::new()
    } else {
        format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

fn several_of(count: u64, noun: &str) -> String {
    several(usize::try_from(count).unwrap_or(usize::MAX), noun)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fit::event_log::{LogFormat, Notation, ReadOptions, read};
    use crate::report::text::{TextStyle, render_outline};

    #[test]
    fn everything_odd_is_told() {
        let text = "id;event;day;region;note\n\
            1;visit;2024-01-01T08:00:00+01:00;north;x\n\
            1;order;2024-01-03 10:00:00Z;;x\n\
            1;call;2024-01-02 10:00:00Z;south;x\n\
            1;order;2024-01-03 10:00:00Z;;x\n\
            2;visit;soon;;x\n\
            3;visit;2024-03-01;north;x\n";
        let options = ReadOptions {
            attributes: vec!["region".to_owned()],
            is_lenient: true,
            ..ReadOptions::default()
        };
        let format = LogFormat {
            notation: Notation::Csv,
            is_gzip: false,
        };
        let (log, mut audit) = read(text.as_bytes(), format, &options).expect("most of it is sound");
        audit.censored(&log, &[1]);
        let page = render_outline(&of_audit("log.csv", &audit), TextStyle::default());
        insta::assert_snapshot!(page);
    }
}
