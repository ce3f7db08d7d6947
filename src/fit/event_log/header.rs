//! Which column of a table is what: as asked for, or by names that are common for it.

use super::refusal::quoted;
use super::{LogError, ReadOptions};
use crate::problem::nearest;

/// Names of columns that say whom it happened to, the clearest first.
const CASE: [&str; 34] = [
    "case:concept:name",
    "case_id",
    "caseid",
    "case",
    "case_number",
    "case_key",
    "trace_id",
    "trace",
    "journey_id",
    // A session is a journey of its own, whoever takes it.
    "session_id",
    "sessionid",
    "customer_id",
    "customerid",
    "customer",
    "client_id",
    "client",
    "user_id",
    "userid",
    "user",
    "patient_id",
    "patient",
    "account_id",
    "account",
    "contact_id",
    "lead_id",
    "opportunity_id",
    "deal_id",
    "subscriber_id",
    "member_id",
    "order_id",
    "ticket_id",
    "visitor_id",
    "id",
    "uid",
];
/// Names of columns that say what happened.
const ACTIVITY: [&str; 20] = [
    "concept:name",
    "activity",
    "activity_name",
    "activity_id",
    "event",
    "event_name",
    "event_type",
    "eventname",
    "handling",
    "action",
    "step",
    "stage",
    "stage_name",
    "status",
    "state",
    "task",
    "touchpoint",
    "milestone",
    "page",
    "type",
];
/// Names of columns that say when it happened.
const TIME: [&str; 24] = [
    "time:timestamp",
    "timestamp",
    "time",
    "event_time",
    "event_timestamp",
    "eventtime",
    "datetime",
    "date_time",
    "date",
    "event_date",
    "occurred_at",
    "happened_at",
    "created_at",
    "created",
    "changed_at",
    "ts",
    "complete_timestamp",
    "completion_time",
    "end_timestamp",
    "end_time",
    "start_timestamp",
    "start_time",
    "day",
    "when",
];

/// Which column is what, by position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) case: usize,
    pub(super) activity: usize,
    pub(super) time: usize,
    pub(super) value: Option<usize>,
    pub(super) attributes: Vec<usize>,
}

/// Which column is what.
///
/// # Errors
///
/// If a column that was asked for is not there, if two are called the same, or if nothing tells.
pub(super) fn recognise(names: &[String], options: &ReadOptions) -> Result<Columns, LogError> {
    let place = |asked: &Option<String>, known: &[&str], what: &'static str, option: &'static str| match asked {
        Some(name) => find(names, name),
        None => known
            .iter()
            .find_map(|it| common(names, it))
            .ok_or_else(|| LogError::NoColumn {
                what,
                option,
                columns: shown(names),
            }),
    };
    Ok(Columns {
        case: place(&options.case, &CASE, "whom it happened to", "--case")?,
        activity: place(&options.activity, &ACTIVITY, "what happened", "--activity")?,
        time: place(&options.time, &TIME, "when it happened", "--time")?,
        value: options.value.as_ref().map(|it| find(names, it)).transpose()?,
        attributes: options
            .attributes
            .iter()
            .map(|it| find(names, it))
            .collect::<Result<_, _>>()?,
    })
}

/// The column with this name: as it is, else with other capitals.
///
/// # Errors
///
/// If there is none, or more than one.
pub(super) fn find(names: &[String], name: &str) -> Result<usize, LogError> {
    let exact: Vec<usize> = (0..names.len()).filter(|it| names[*it] == name).collect();
    let alike: Vec<usize> = (0..names.len())
        .filter(|it| names[*it].eq_ignore_ascii_case(name))
        .collect();
    match (&*exact, &*alike) {
        ([at], _) | ([], [at]) => Ok(*at),
        ([], []) => Err(LogError::UnknownColumn {
            name: name.to_owned(),
            nearest: nearest(name, names.iter().map(String::as_str)).map(str::to_owned),
            columns: shown(names),
        }),
        _ => Err(LogError::SameColumns(name.to_owned())),
    }
}

/// The column with this common name, in any spelling: `Case ID` is `case_id`.
fn common(names: &[String], name: &str) -> Option<usize> {
    names.iter().position(|it| plain(it) == name)
}

fn plain(name: &str) -> String {
    let plain = |it: char| match it {
        ' ' | '-' | '.' => '_',
        it => it.to_ascii_lowercase(),
    };
    name.trim().chars().map(plain).collect()
}

/// Names of columns in a message: not more than anybody reads.
pub(super) fn shown(names: &[String]) -> String {
    const SHOWN: usize = 12;
    let first: Vec<String> = names.iter().take(SHOWN).map(|it| quoted(it)).collect();
    let more = names.len().saturating_sub(SHOWN);
    match more {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

/// What stands between the cells of a header: whichever of comma, semicolon, tab and bar is there most
/// often outside of quotes.
pub(in crate::fit) fn delimiter_of(header: &[u8]) -> u8 {
    let mut is_quoted = false;
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0), (b'|', 0)];
    for byte in header {
        is_quoted ^= *byte == b'"';
        if let Some((_, count)) = counts.iter_mut().find(|it| it.0 == *byte && !is_quoted) {
            *count += 1;
        }
    }
    // Of several equally frequent ones, the first.
    counts.iter().rev().max_by_key(|it| it.1).map_or(b',', |it| it.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(header: &str) -> Vec<String> {
        header.split(',').map(str::to_owned).collect()
    }

    #[test]
    fn common_conventions_are_recognised() {
        for (header, [case, activity, time]) in [
            ("case_id,activity,timestamp", [0, 1, 2]),
            ("user_id,event,timestamp,session_id", [3, 1, 2]),
            ("time:timestamp,case:concept:name,concept:name", [1, 2, 0]),
            ("patient,handling,time,employee", [0, 1, 2]),
            ("Case ID,Activity,Complete Timestamp", [0, 1, 2]),
            ("id,Type,When", [0, 1, 2]),
        ] {
            let columns = recognise(&names(header), &ReadOptions::default()).expect(header);
            assert_eq!(
                [columns.case, columns.activity, columns.time],
                [case, activity, time],
                "{header}"
            );
        }
    }

    #[test]
    fn what_is_asked_for_goes_before_what_is_common() {
        let options = ReadOptions {
            case: Some("session".to_owned()),
            attributes: vec!["Region".to_owned()],
            value: Some("amount".to_owned()),
            ..ReadOptions::default()
        };
        let columns = recognise(&names("user_id,event,timestamp,session,region,amount"), &options).expect("all there");
        assert_eq!((columns.case, columns.attributes, columns.value), (3, vec![4], Some(5)));
    }

    #[test]
    fn a_column_that_is_missing_is_told_with_those_that_are_there() {
        let asked = |case: Option<&str>, header| {
            let options = ReadOptions {
                case: case.map(str::to_owned),
                ..ReadOptions::default()
            };
            recognise(&names(header), &options).expect_err(header).to_string()
        };
        assert_eq!(
            asked(Some("sesion"), "session,event,time"),
            "there is no column `sesion`; did you mean `session`? the columns are `session`, `event`, `time`"
        );
        assert_eq!(
            asked(None, "who,event,time"),
            "no column is known to say whom it happened to: name it with --case; the columns are `who`, `event`, `time`"
        );
        assert_eq!(asked(Some("a"), "a,a,time"), "more than one column is called `a`");
    }

    #[test]
    fn delimiters_are_counted_outside_of_quotes() {
        for (header, delimiter) in [
            ("a,b,c", b','),
            ("\"a,b,c\";d;e", b';'),
            ("a\tb", b'\t'),
            ("a|b|c", b'|'),
            ("alone", b','),
        ] {
            assert_eq!(delimiter_of(header.as_bytes()), delimiter, "{header}");
        }
    }
}
