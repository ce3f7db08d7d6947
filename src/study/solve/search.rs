//! Where a margin that grows or falls with a number turns from missed to met.

/// A number that was tried, and by how much it meets (or, below zero, misses).
pub(super) type Tried = (f64, f64);

/// More trials than this are not worth the digits.
const TRIALS_MAX: usize = 80;

/// Narrows down where the margin turns between one number that misses and one that meets, until
/// they are no further apart than `tolerance`, or one meets by no more than `close`: the nearest ones
/// tried on either side.
///
/// Goes by secants with the Illinois rule (Dowell & Jarratt, *A modified regula falsi method*, 1971)
/// where the margin is smooth, and halves the interval where they do not get on, as at the steps
/// that whole customers make.
///
/// # Errors
///
/// What `margin` says; `None` if it was stopped.
pub(super) fn crossing<E>(
    mut misses: Tried,
    mut meets: Tried,
    (tolerance, close): (f64, f64),
    mut margin: impl FnMut(f64) -> Result<Option<f64>, E>,
) -> Result<Option<(Tried, Tried)>, E> {
    // Weights of the ends: one that stays is halved, so that the next secant crosses over.
    let (mut low, mut high) = (misses.1, meets.1);
    let mut last = None;
    for trial in 0..TRIALS_MAX {
        let width = meets.0 - misses.0;
        if width.abs() <= tolerance || meets.1 <= close {
            break;
        }
        let share = if trial % 4 == 3 || !(low.is_finite() && high.is_finite()) || high <= low {
            0.5
        } else {
            // A step inside of both ends, so that the interval closes from both sides.
            let inside = (0.5 * tolerance / width.abs()).min(0.5);
            (-low / (high - low)).clamp(inside, 1.0 - inside)
        };
        let at = misses.0 + share * width;
        if at == misses.0 || at == meets.0 {
            break;
        }
        let Some(found) = margin(at)? else { return Ok(None) };
        let is_met = found >= 0.0;
        if is_met {
            meets = (at, found);
            high = found;
            if last == Some(true) {
                low /= 2.0;
            }
        } else {
            misses = (at, found);
            low = found;
            if last == Some(false) {
                high /= 2.0;
            }
        }
        last = Some(is_met);
    }
    Ok(Some((misses, meets)))
}

/// How steep the margin is around `at`: between the nearest numbers tried on either side that are
/// at least `apart` away; on one side only if there are none on the other.
pub(super) fn slope(tried: &[Tried], at: f64, apart: f64) -> Option<f64> {
    let nearest = |is_below: bool| {
        let side = tried.iter().filter(|it| {
            let away = if is_below { at - it.0 } else { it.0 - at };
            away >= apart && it.1.is_finite()
        });
        side.min_by(|one, two| (one.0 - at).abs().total_cmp(&(two.0 - at).abs()))
    };
    let itself = tried
        .iter()
        .filter(|it| it.1.is_finite())
        .min_by(|one, two| (one.0 - at).abs().total_cmp(&(two.0 - at).abs()));
    let (low, high) = match (nearest(true), nearest(false)) {
        (Some(low), Some(high)) => (low, high),
        (Some(low), None) => (low, itself?),
        (None, Some(high)) => (itself?, high),
        (None, None) => return None,
    };
    (low.0 != high.0).then(|| (high.1 - low.1) / (high.0 - low.0))
}

/// Whether what was tried neither rises here and falls there by more than `noise`.
pub(super) fn is_monotone(tried: &[Tried], noise: f64) -> bool {
    let mut sorted: Vec<Tried> = tried.iter().copied().filter(|it| it.1.is_finite()).collect();
    sorted.sort_by(|one, two| one.0.total_cmp(&two.0));
    let rises = |from: f64, to: f64| to > from + noise;
    let (mut highest, mut lowest) = (f64::NEG_INFINITY, f64::INFINITY);
    let (mut has_risen, mut has_fallen) = (false, false);
    for (_, margin) in sorted {
        has_risen |= rises(lowest, margin);
        has_fallen |= rises(margin, highest) && highest.is_finite();
        (highest, lowest) = (highest.max(margin), lowest.min(margin));
    }
    !(has_risen && has_fallen)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(misses: f64, meets: f64, tolerance: f64, margin: impl Fn(f64) -> f64) -> (f64, f64, usize) {
        let mut trials = 0;
        let found = crossing(
            (misses, margin(misses)),
            (meets, margin(meets)),
            (tolerance, 0.0),
            |it| {
                trials += 1;
                Ok::<_, ()>(Some(margin(it)))
            },
        );
        let (misses, meets) = found.expect("it is no error").expect("it is not stopped");
        assert!(misses.1 < 0.0 && meets.1 >= 0.0);
        (misses.0, meets.0, trials)
    }

    #[test]
    fn a_smooth_margin_takes_a_few_trials() {
        let (misses, meets, trials) = find(0.0, 4.0, 1e-9, |it| it * it - 2.0);
        assert!(misses <= 2f64.sqrt() && 2f64.sqrt() <= meets && meets - misses <= 1e-9);
        assert!(trials <= 15, "{trials}");
        let (misses, meets, _) = find(5.0, -1.0, 1e-9, |it| 1.5 - it.exp());
        assert!(meets <= 1.5f64.ln() && 1.5f64.ln() <= misses);
    }

    #[test]
    fn a_step_is_found_too() {
        let (misses, meets, _) = find(0.0, 1.0, 1e-6, |it| if it < 0.123_456 { -1e-9 } else { 1e9 });
        assert!(misses < 0.123_456 && 0.123_456 <= meets && meets - misses <= 1e-6);
    }

    #[test]
    fn stopping_stops() {
        let found = crossing((0.0, -1.0), (1.0, 1.0), (1e-9, 0.0), |_| Ok::<_, ()>(None));
        assert_eq!(found, Ok(None));
        let found = crossing((0.0, -1.0), (1.0, 1.0), (1e-9, 0.0), |_| Err("no"));
        assert_eq!(found, Err("no"));
    }

    #[test]
    fn a_slope_looks_past_the_steps() {
        let tried = [(0.0, -10.0), (1.0, 10.0), (0.5, -0.1), (0.501, 0.4)];
        assert_eq!(slope(&tried, 0.501, 0.01), Some(20.0));
        assert_eq!(slope(&tried[1..], 0.5, 0.01), Some((10.0 + 0.1) / 0.5));
        assert_eq!(slope(&tried[2..3], 0.5, 0.01), None);
    }

    #[test]
    fn up_and_down_is_not_monotone() {
        assert!(is_monotone(&[(2.0, 5.0), (0.0, 1.0), (1.0, 3.0)], 0.0));
        assert!(is_monotone(&[(2.0, 1.0), (0.0, 5.0), (1.0, 3.0)], 0.0));
        assert!(!is_monotone(&[(2.0, 1.0), (0.0, 2.0), (1.0, 3.0)], 0.0));
        assert!(is_monotone(&[(2.0, 2.9), (0.0, 2.0), (1.0, 3.0)], 0.2));
    }
}
