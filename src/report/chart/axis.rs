//! Round values on an axis, where a value lies, and words beside it that stay apart.

use super::number;

/// A vertical axis: round values from `low` to `high`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Axis {
    pub(crate) low: f64,
    pub(crate) high: f64,
    step: f64,
}

/// Larger numbers than this would overflow on the way to pixels.
const LARGEST: f64 = 1e300;

impl Axis {
    /// An axis that shows every value of `low ..= high`, about `count` of them named; whole
    /// numbers only if `whole`.
    ///
    /// It begins at zero unless that would leave what is to be seen less than a quarter of it.
    pub(crate) fn over(low: f64, high: f64, count: usize, whole: bool) -> Self {
        let (low, high) = (low.clamp(-LARGEST, LARGEST), high.clamp(-LARGEST, LARGEST));
        let (low, high) = if high - low < 0.25 * high.abs().max(low.abs()) && high > low {
            let room = 0.15 * (high - low);
            (low - room, high + room)
        } else {
            (low.min(0.0), high.max(0.0))
        };
        let high = if high > low { high } else { low + 1.0 };
        let step = step((high - low) / count.max(1) as f64, whole && high - low >= 1.0);
        Self {
            low: (low / step + 1e-9).floor() * step,
            high: (high / step - 1e-9).ceil() * step,
            step,
        }
    }

    /// An axis from exactly `low` to `high`, wherever zero is, about `count` round values between
    /// them named; whole numbers only if `whole`.
    pub(crate) fn between(low: f64, high: f64, count: usize, whole: bool) -> Self {
        let (low, high) = (low.clamp(-LARGEST, LARGEST), high.clamp(-LARGEST, LARGEST));
        // As wide as floats can tell apart at that height.
        let least = (1e-9 * low.abs().max(high.abs())).max(f64::MIN_POSITIVE * 1e16);
        let (low, high) = if high - low > least {
            (low, high)
        } else {
            (low - least.max(0.5), low + least.max(0.5))
        };
        let step = step((high - low) / count.max(1) as f64, whole && high - low >= 1.0);
        Self { low, high, step }
    }

    /// Whether zero is not on it.
    pub(crate) fn begins_elsewhere(&self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }

    /// The round values with their words.
    pub(crate) fn ticks(&self) -> Vec<(f64, String)> {
        let first = (self.low / self.step - 1e-6).ceil();
        let count = ((self.high / self.step + 1e-6).floor() - first).max(0.0) as usize;
        let largest = self.high.abs().max(self.low.abs());
        (0..=count)
            .map(|it| {
                // From whole steps, so that zero is zero and not a rounding error.
                let value = (first + it as f64) * self.step;
                (value, number::on_axis(value, self.step, largest))
            })
            .collect()
    }

    /// Where `value` lies between `bottom` and `top`.
    pub(crate) fn at(&self, value: f64, bottom: f64, top: f64) -> f64 {
        let share = (value.clamp(self.low, self.high) - self.low) / (self.high - self.low);
        bottom + share * (top - bottom)
    }
}

/// Close to `wanted`, ascending, but `apart` from each other and between `top` and `bottom`.
pub(crate) fn spread(wanted: &[f64], apart: f64, (top, bottom): (f64, f64)) -> Vec<f64> {
    let mut places = Vec::with_capacity(wanted.len());
    let mut least = top;
    for wanted in wanted {
        let place = wanted.max(least);
        places.push(place);
        least = place + apart;
    }
    let mut most = bottom;
    for place in places.iter_mut().rev() {
        *place = place.min(most);
        most = *place - apart;
    }
    places
}

/// The next of 1, 2, 2.5, 5, 10, 20, 25 … that is not less; without fractions if `whole`.
fn step(least: f64, whole: bool) -> f64 {
    let least = if whole { least.max(1.0) } else { least };
    let power = 10f64.powf(least.log10().floor());
    [1.0, 2.0, 2.5, 5.0]
        .into_iter()
        .map(|it| it * power)
        .filter(|it| !whole || it.fract() == 0.0)
        .find(|it| *it >= least * (1.0 - 1e-9))
        .unwrap_or(10.0 * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(low: f64, high: f64) -> Vec<String> {
        let axis = Axis::over(low, high, 5, false);
        assert!(axis.low <= low && axis.high >= high, "{axis:?}");
        axis.ticks().into_iter().map(|(_, words)| words).collect()
    }

    #[test]
    fn values_are_round() {
        assert_eq!(words(120.0, 1_380.0), ["0", "500", "1,000", "1,500"]);
        assert_eq!(words(0.0, 48_000.0), ["0", "10k", "20k", "30k", "40k", "50k"]);
        assert_eq!(words(-30.0, 80.0), ["−50", "−25", "0", "25", "50", "75", "100"]);
        assert_eq!(words(-7.0, -1.0), ["−8", "−6", "−4", "−2", "0"]);
    }

    #[test]
    fn customers_are_not_halved() {
        let steps = Axis::over(0.0, 12.0, 5, true).ticks();
        assert!(steps.iter().all(|(value, _)| value.fract() == 0.0), "{steps:?}");
        assert_eq!(Axis::over(0.0, 3.0, 9, true).ticks().len(), 4);
    }

    #[test]
    fn nothing_but_zeros_has_an_axis_too() {
        assert_eq!(words(0.0, 0.0)[0], "0");
        assert_eq!(Axis::over(0.0, 0.0, 5, true).ticks().len(), 2);
    }

    #[test]
    fn a_narrow_range_far_from_zero_is_seen() {
        let axis = Axis::over(99_000.0, 101_000.0, 5, false);
        assert!(axis.begins_elsewhere());
        assert!(!Axis::over(50.0, 101.0, 5, false).begins_elsewhere());
    }

    #[test]
    fn names_stay_apart_and_within() {
        let places = spread(&[10.0, 11.0, 12.0, 13.0], 20.0, (0.0, 200.0));
        assert_eq!(places, [10.0, 30.0, 50.0, 70.0]);
        let places = spread(&[190.0, 195.0, 196.0], 20.0, (0.0, 200.0));
        assert_eq!(places, [160.0, 180.0, 200.0]);
        assert!(spread(&[], 20.0, (0.0, 200.0)).is_empty());
    }

    #[test]
    fn an_axis_may_be_exactly_as_long_as_what_is_on_it() {
        let axis = Axis::between(4_472.0, 6_103.0, 4, false);
        assert_eq!((axis.low, axis.high), (4_472.0, 6_103.0));
        let words: Vec<String> = axis.ticks().into_iter().map(|(_, words)| words).collect();
        assert_eq!(words, ["4,500", "5,000", "5,500", "6,000"]);
        for (low, high) in [
            (0.0, 0.0),
            (7.0, 7.0),
            (1e200, 1e200),
            (f64::MIN, f64::MAX),
            (0.0, 1e-300),
        ] {
            let axis = Axis::between(low, high, 5, false);
            assert!((axis.high - axis.low).is_finite() && axis.high > axis.low, "{axis:?}");
            assert!(axis.ticks().len() < 20, "{axis:?}");
        }
    }

    #[test]
    fn huge_values_stay_finite() {
        for (low, high) in [(0.0, f64::MAX), (f64::MIN, f64::MAX), (0.0, 1e-300)] {
            let axis = Axis::over(low, high, 5, false);
            let at = axis.at(high, 100.0, 0.0);
            assert!((0.0..=100.0).contains(&at), "{axis:?}: {at}");
            assert!(axis.ticks().len() < 20);
        }
    }
}
