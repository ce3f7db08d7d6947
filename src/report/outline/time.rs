//! The time to convert: how many have converted so many days after their arrival.

use super::{Block, Cell, Column, Grid, Row, Section};
use crate::forecast::Forecast;
use crate::report::number::{NOTHING, exact, share};

/// Days that people think in.
const DAYS: [u32; 16] = [0, 1, 2, 3, 5, 7, 10, 14, 21, 30, 60, 90, 180, 365, 730, 1_095];

/// The share that has converted after some days; none if nobody ever does.
pub(super) fn section(forecast: &Forecast) -> Option<Section> {
    let time = forecast.time_to_convert.as_ref()?;
    let (first, last) = (time.by_day.first()?.0, time.by_day.last()?.0);
    let mut days: Vec<u32> = DAYS.into_iter().filter(|it| (first..last).contains(it)).collect();
    days.push(last);
    let by = |day: u32| {
        let within = time.by_day.iter().take_while(|it| it.0 <= day);
        within.last().map_or(0.0, |it| it.1)
    };
    let of_all = |part: f64| {
        if time.share > 0.0 {
            share(part / time.share, None)
        } else {
            NOTHING.to_owned()
        }
    };
    let rows = days.into_iter().map(|day| {
        let part = by(day);
        Row::Cells(vec![
            Cell::text(exact(f64::from(day))),
            Cell::text(share(part, None)),
            Cell::text(of_all(part)),
        ])
    });
    let table = Grid {
        columns: vec![
            Column::words("days since arrival"),
            Column::numbers("have converted"),
            Column::numbers("of those who ever do"),
        ],
        rows: rows.collect(),
    };
    Some(Section {
        heading: "Time to convert".into(),
        blocks: vec![
            Block::Table(table),
            Block::Note("For customers who arrive at the beginning, every assumption at its mean.".into()),
        ],
    })
}
