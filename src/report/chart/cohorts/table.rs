//! The cohorts as rows and columns of shares, and the scale of their colours.

use crate::forecast::{Cohort, Forecast};

use crate::report::chart::number;
use crate::report::chart::period::Label;

/// Differences that are not seen.
const SAME: f64 = 1e-6;

/// Cohorts by period of arrival and age.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Table {
    pub(super) rows: Vec<Row>,
    /// How many ages there are, the period of arrival included.
    pub(super) ages: usize,
    /// Whether somebody who converted is known to churn.
    pub(super) has_retained: bool,
    /// `day`, `week`, `month`, `quarter` or `year`.
    pub(super) period: String,
}

/// Customers who arrived in the same period.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    pub(super) label: Label,
    pub(super) arrivals: f64,
    /// Share who have converted, by age; `None` if nobody arrived.
    pub(super) won: Vec<Option<f64>>,
    /// Share who have converted and not churned.
    pub(super) retained: Vec<Option<f64>>,
}

/// Which of the two shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Share {
    Won,
    Retained,
}

impl Row {
    fn of(cohort: &Cohort) -> Self {
        let shares = |shares: &[Option<f64>]| {
            let shares = shares.iter();
            shares
                .map(|it| number::known(*it).map(|it| it.clamp(0.0, 1.0)))
                .collect()
        };
        let seen = cohort.won_by_period.len().min(cohort.retained_by_period.len());
        Self {
            label: Label::read(&cohort.period),
            arrivals: number::known(Some(cohort.arrivals)).unwrap_or(0.0).max(0.0),
            won: shares(&cohort.won_by_period),
            retained: shares(&cohort.retained_by_period[..seen]),
        }
    }

    pub(super) fn shares(&self, share: Share) -> &[Option<f64>] {
        match share {
            Share::Won => &self.won,
            Share::Retained => &self.retained,
        }
    }

    /// The share of those who have converted at this age.
    pub(super) fn won_at(&self, age: usize) -> Option<f64> {
        self.won.get(age).copied().flatten()
    }
}

impl Table {
    /// `None` if no share is known.
    pub(super) fn of(forecast: &Forecast) -> Option<Self> {
        let rows: Vec<Row> = forecast.cohorts.iter().map(Row::of).collect();
        if rows.iter().flat_map(|it| &it.won).all(Option::is_none) {
            return None;
        }
        let pairs = rows.iter().flat_map(|it| it.won.iter().zip(&it.retained));
        let has_retained = pairs
            .filter_map(|(won, retained)| Some((*won)? - (*retained)?))
            .any(|churned| churned > SAME);
        Some(Self {
            ages: rows.iter().map(|it| it.won.len()).max().unwrap_or(0),
            has_retained,
            period: forecast.run.period.clone(),
            rows,
        })
    }

    /// What is drawn, one above or beside the other.
    pub(super) fn panels(&self) -> &'static [Share] {
        if self.has_retained {
            &[Share::Won, Share::Retained]
        } else {
            &[Share::Won]
        }
    }

    /// The share of all arrivals who have converted, by age. What an age adds is taken over the
    /// cohorts that are seen so long.
    pub(super) fn pooled(&self) -> Vec<f64> {
        let mut reached = 0.0;
        let added = |age: usize| {
            let mut all = 0.0;
            let mut sum = 0.0;
            for row in &self.rows {
                let before = if age == 0 { Some(0.0) } else { row.won_at(age - 1) };
                if let (Some(before), Some(now)) = (before, row.won_at(age)) {
                    all += row.arrivals;
                    sum += row.arrivals * (now - before).max(0.0);
                }
            }
            if all > 0.0 { sum / all } else { 0.0 }
        };
        (0..self.ages)
            .map(|age| {
                reached += added(age);
                reached
            })
            .collect()
    }

    /// The scale of all colours.
    pub(super) fn scale(&self) -> Scale {
        let mut ends = (1.0_f64, 0.0_f64);
        for share in self.panels() {
            for value in self.rows.iter().flat_map(|it| it.shares(*share)).flatten() {
                ends = (ends.0.min(*value), ends.1.max(*value));
            }
        }
        Scale::over(ends.0, ends.1)
    }
}

/// From shares to colours and words.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    pub(super) low: f64,
    pub(super) high: f64,
    /// The last place of percents that is written.
    unit: f64,
    /// Whether one place fewer still leaves two digits.
    has_coarse: bool,
}

impl Scale {
    /// It begins at zero unless that would leave what is to be seen less than a third of it.
    fn over(low: f64, high: f64) -> Self {
        let low = if low < high && high - low < high / 3.0 {
            low
        } else {
            0.0
        };
        let digits = |digits: i32| 10f64.powi((100.0 * high).max(1e-9).log10().floor() as i32 + 1 - digits);
        let is_fine = 100.0 * (high - low) < 20.0 * digits(2);
        Self {
            low,
            high,
            unit: digits(if is_fine { 3 } else { 2 }).min(1.0),
            has_coarse: is_fine && digits(2) <= 1.0,
        }
    }

    pub(super) fn has_coarse(&self) -> bool {
        self.has_coarse
    }

    /// Where `share` lies, from 0 to 1.
    pub(super) fn at(&self, share: f64) -> f64 {
        if self.high > self.low {
            ((share - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
        } else {
            0.0
        }
    }

    /// The share in percent, without the sign; of two steps of exactness, the second is coarse.
    pub(super) fn words(&self, share: f64, is_coarse: bool) -> String {
        let unit = if is_coarse {
            (10.0 * self.unit).min(1.0)
        } else {
            self.unit
        };
        number::number(100.0 * share, unit)
    }

    /// The same with as many decimals for all, so that numbers below one another line up.
    pub(super) fn aligned(&self, share: f64, is_coarse: bool) -> String {
        let words = self.words(share, is_coarse);
        let unit = if is_coarse {
            (10.0 * self.unit).min(1.0)
        } else {
            self.unit
        };
        let decimals = (-unit.log10()).round().clamp(0.0, 12.0) as usize;
        let has = words.split_once('.').map_or(0, |it| it.1.len());
        if decimals == 0 || has >= decimals || words == "0" {
            return words;
        }
        let dot = if has == 0 { "." } else { "" };
        format!("{words}{dot}{}", "0".repeat(decimals - has))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::chart::fixture;

    fn table(rows: &[(f64, &[Option<f64>])]) -> Table {
        let mut forecast = fixture::hotel();
        let months = fixture::months(rows.len() as u32);
        let rows = months.into_iter().zip(rows);
        forecast.cohorts = rows
            .map(|(period, (arrivals, won))| Cohort {
                period,
                arrivals: *arrivals,
                won_by_period: won.to_vec(),
                retained_by_period: Vec::new(),
            })
            .collect();
        Table::of(&forecast).expect("something is known")
    }

    #[test]
    fn what_an_age_adds_is_taken_over_those_who_are_seen_so_long() {
        let it = table(&[(100.0, &[Some(0.1), Some(0.3)]), (300.0, &[Some(0.2)]), (0.0, &[None])]);
        let pooled = it.pooled();
        assert!(
            (pooled[0] - 0.175).abs() < 1e-12 && (pooled[1] - 0.375).abs() < 1e-12,
            "{pooled:?}"
        );
        assert!(!it.has_retained && it.ages == 2);
    }

    #[test]
    fn a_second_panel_is_for_those_who_leave_again() {
        let mut forecast = fixture::hotel();
        assert!(Table::of(&forecast).expect("it is known").has_retained);
        for cohort in &mut forecast.cohorts {
            cohort.retained_by_period = cohort.won_by_period.clone();
        }
        assert!(!Table::of(&forecast).expect("it is known").has_retained);
        for cohort in &mut forecast.cohorts {
            cohort.won_by_period.fill(Some(f64::NAN));
        }
        assert_eq!(Table::of(&forecast), None);
    }

    #[test]
    fn words_have_the_digits_that_tell_cells_apart() {
        let wide = Scale::over(0.016, 0.057);
        assert_eq!((wide.low, wide.aligned(0.05, false).as_str()), (0.0, "5.0"));
        let narrow = Scale::over(0.0324, 0.0339);
        assert_eq!((narrow.low, narrow.aligned(0.0332, false).as_str()), (0.0324, "3.32"));
        assert_eq!(Scale::over(0.0, 1.0).aligned(0.456, false), "46");
        assert_eq!(Scale::over(0.0, 0.0).aligned(0.0, false), "0");
        assert_eq!(Scale::over(0.3, 0.3).at(0.3), 1.0);
    }
}
