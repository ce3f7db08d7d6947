//! Quantiles of laws, cut to bounds.

use super::{Bounds, Law};
use crate::random::poisson_quantile;
use crate::special::{Tails, normal_quantile};

/// The value with P(X ≤ value | within bounds) = `p`.
pub(super) fn quantile(law: Law, bounds: Bounds, p: f64) -> f64 {
    let p = p.clamp(0.0, 1.0);
    let low = law.tails_below(bounds.low);
    let high = law.tails(bounds.high);
    // From both sides, so that neither tail loses its relative precision.
    let wanted = Tails {
        below: low.below * (1.0 - p) + high.below * p,
        above: low.above * (1.0 - p) + high.above * p,
    };
    let nothing_within = low.until(high) <= 0.0;
    let value = if nothing_within {
        law.mean(Bounds::NONE)
    } else {
        unbounded(law, wanted)
    };
    if value.is_nan() {
        return value;
    }
    value.max(bounds.low).min(bounds.high)
}

fn unbounded(law: Law, wanted: Tails) -> f64 {
    match law {
        Law::Normal { mean, sd: 0.0 } => mean,
        Law::Normal { .. } | Law::Lognormal { .. } | Law::LogitNormal { .. } => law.of_normal(normal_quantile(wanted)),
        Law::Uniform { low, high } => {
            if wanted.below <= 0.5 {
                low + (high - low) * wanted.below
            } else {
                high - (high - low) * wanted.above
            }
        }
        Law::Triangular { low, mode, high } => {
            if wanted.below <= (mode - low) / (high - low) {
                low + ((high - low) * (mode - low) * wanted.below).sqrt()
            } else {
                high - ((high - low) * (high - mode) * wanted.above).sqrt()
            }
        }
        Law::Beta { .. } => by_bisection(law, wanted, 0.0, 1.0),
        Law::Gamma { shape, scale } => {
            if wanted.above <= 0.0 {
                return f64::INFINITY;
            }
            let mut high = shape * scale + scale;
            while law.tails(high).above > wanted.above && high.is_finite() {
                high *= 2.0;
            }
            by_bisection(law, wanted, 0.0, high)
        }
        Law::Poisson { mean } => {
            let below = wanted.below.clamp(f64::MIN_POSITIVE, 1.0 - f64::EPSILON / 2.0);
            poisson_quantile(mean, below) as f64
        }
    }
}

/// The quantile of a triangular law.
pub(super) fn triangular(low: f64, mode: f64, high: f64, p: f64) -> f64 {
    unbounded(Law::Triangular { low, mode, high }, Tails::from_below(p))
}

/// Halves the interval, by value where the ends are alike and by logarithm where they are not,
/// until its ends are neighbours: slow and never wrong.
fn by_bisection(law: Law, wanted: Tails, mut low: f64, mut high: f64) -> f64 {
    let reaches = |x: f64| {
        let tails = law.tails(x);
        if wanted.below <= 0.5 {
            tails.below >= wanted.below
        } else {
            tails.above <= wanted.above
        }
    };
    // The bits of positive numbers are in their order, so halving them halves what matters.
    let (mut low_bits, mut high_bits) = (low.to_bits(), high.to_bits());
    while high_bits - low_bits > 1 {
        let middle = low_bits + (high_bits - low_bits) / 2;
        let x = f64::from_bits(middle);
        if reaches(x) {
            (high, high_bits) = (x, middle);
        } else {
            (low, low_bits) = (x, middle);
        }
    }
    if wanted.below <= 0.0 { low } else { high }
}
