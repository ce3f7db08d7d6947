//! Reads an event log and prints what follows what as JSON: `log_counts LOG.csv [TICK_SECONDS [THREADS [CASE]]]`.

use std::fs::File;
use std::io::Write as _;
use std::time::Instant;

use forksight::fit::event_log::{LogFormat, ReadOptions, read};
use forksight::fit::transitions::Transitions;
use serde_json::{Map, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("which log?")?;
    let tick_seconds: i64 = arguments.next().map_or(Ok(86_400), |it| it.parse())?;
    let threads = arguments.next().map_or(Ok(0), |it| it.parse())?;
    let format = LogFormat::of(&path).ok_or("its name does not say how it is written")?;
    let options = ReadOptions {
        threads,
        case: arguments.next(),
        ..ReadOptions::default()
    };
    let begin = Instant::now();
    let (log, audit) = read(File::open(&path)?, format, &options)?;
    let read = begin.elapsed().as_secs_f64();
    let until = log.span().map_or(0, |it| it.1);
    let found = Transitions::of(&log, tick_seconds * 1_000, until);
    let seconds = begin.elapsed().as_secs_f64();
    let names = log.activities();
    let counts = |counts: &[u64]| -> Map<String, serde_json::Value> {
        let some = names.iter().zip(counts).filter(|it| *it.1 > 0);
        some.map(|(name, count)| (name.clone(), json!(count))).collect()
    };
    let moves = found.moves.iter().map(|it| {
        json!({
            "from": names[it.from as usize],
            "to": names[it.to as usize],
            "count": it.count,
            "ticks": it.delays.iter().map(|it| u64::from(it.0) * it.1).sum::<u64>(),
            "different_delays": it.delays.len(),
        })
    });
    let told = json!({
        "seconds": seconds,
        "read_seconds": read,
        "cases": found.cases,
        "events": audit.events,
        "activity_counts": counts(&found.counts),
        "cases_containing_activity": counts(&found.cases_with),
        "start_activities": counts(&found.starts),
        "end_activities": counts(&found.ends),
        "moves": moves.collect::<Vec<_>>(),
        "audit": audit,
    });
    writeln!(std::io::stdout(), "{told:#}")?;
    Ok(())
}
