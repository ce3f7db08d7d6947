//! The families of delays, each fitted by the likelihood of delays that were rounded to ticks.

use super::optimum::lowest;
use super::{mean, quantile};
use crate::journey::delay::{ChangedDelay, DelayLaw};

/// A family of laws.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Exponential,
    Lognormal,
    Gamma,
    Weibull,
    Uniform,
    Geometric,
}

/// All families, the simplest first.
pub(super) const FAMILIES: [Family; 6] = [
    Family::Exponential,
    Family::Geometric,
    Family::Lognormal,
    Family::Gamma,
    Family::Weibull,
    Family::Uniform,
];

impl Family {
    /// Its name in a scenario.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Exponential => "exponential",
            Self::Lognormal => "lognormal",
            Self::Gamma => "gamma",
            Self::Weibull => "weibull",
            Self::Uniform => "uniform",
            Self::Geometric => "geometric",
        }
    }

    fn parameters(self) -> f64 {
        match self {
            Self::Exponential | Self::Geometric => 1.0,
            _ => 2.0,
        }
    }
}

/// A law that was fitted.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fit {
    pub(super) family: Family,
    pub(super) law: DelayLaw,
    /// Akaike's criterion: 2 · parameters − 2 · ln likelihood.
    pub(super) aic: f64,
}

/// The law of this family under which `seen` delays with these shares are likeliest; at least two
/// ticks have a share. Nothing if none of the family can have brought them about.
pub(super) fn fit(family: Family, shares: &[(u32, f64)], seen: f64, tick_days: f64) -> Option<Fit> {
    // In ticks first: all parameters are of the order of one then.
    let law = match family {
        Family::Exponential => {
            let ([log], _) = lowest([mean(shares).max(0.1).ln()], 0.3, |it| {
                unlikely(&DelayLaw::Exponential { mean: it[0].exp() }, shares)
            });
            DelayLaw::Exponential { mean: log.exp() }
        }
        Family::Geometric if shares[0].0 == 0 => return None,
        Family::Geometric => DelayLaw::Geometric { mean: mean(shares) },
        Family::Uniform => uniform(shares)?,
        Family::Lognormal => {
            let start = [quantile(shares, 0.5).max(0.1).ln(), spread(shares).ln()];
            let law = |it: &[f64; 2]| DelayLaw::Lognormal {
                mu: it[0],
                sigma: it[1].exp(),
            };
            law(&lowest(start, 0.3, |it| unlikely(&law(it), shares)).0)
        }
        Family::Gamma => {
            let start = [mean(shares).max(0.1).ln(), -2.0 * spread(shares).ln()];
            let law = |it: &[f64; 2]| DelayLaw::Gamma {
                shape: it[1].exp(),
                scale: (it[0] - it[1]).exp(),
            };
            law(&lowest(start, 0.3, |it| unlikely(&law(it), shares)).0)
        }
        Family::Weibull => {
            let start = [mean(shares).max(0.1).ln(), -spread(shares).ln()];
            let law = |it: &[f64; 2]| DelayLaw::Weibull {
                scale: it[0].exp(),
                shape: it[1].exp(),
            };
            law(&lowest(start, 0.3, |it| unlikely(&law(it), shares)).0)
        }
    };
    let aic = 2.0 * family.parameters() + 2.0 * seen * unlikely(&law, shares);
    aic.is_finite().then(|| Fit {
        family,
        law: in_days(&law, tick_days),
        aic,
    })
}

/// The standard deviation of logarithms, roughly: where the search begins.
fn spread(shares: &[(u32, f64)]) -> f64 {
    let log = |ticks: u32| f64::from(ticks).max(0.25).ln();
    let centre: f64 = shares.iter().map(|it| log(it.0) * it.1).sum();
    let variance: f64 = shares.iter().map(|it| (log(it.0) - centre).powi(2) * it.1).sum();
    variance.sqrt().clamp(0.05, 3.0)
}

/// Minus the mean logarithm of the likelihood; the law is in ticks.
fn unlikely(law: &DelayLaw, shares: &[(u32, f64)]) -> f64 {
    let is_sound = match *law {
        DelayLaw::Lognormal { mu, sigma } => mu.abs() < 25.0 && (1e-3..50.0).contains(&sigma),
        DelayLaw::Gamma { shape, scale } => (1e-3..1e6).contains(&shape) && (1e-6..1e9).contains(&scale),
        DelayLaw::Weibull { scale, shape } => (1e-6..1e9).contains(&scale) && (0.02..1e3).contains(&shape),
        DelayLaw::Exponential { mean } => (1e-6..1e9).contains(&mean),
        _ => true,
    };
    if !is_sound {
        return f64::INFINITY;
    }
    let law = ChangedDelay::unchanged(law.clone());
    let mut sum = 0.0;
    for &(ticks, share) in shares {
        let tick = f64::from(ticks);
        let upper = law.tails_ticks(tick + 0.5, 1.0);
        let probability = if ticks == 0 {
            upper.below
        } else {
            law.tails_ticks(tick - 0.5, 1.0).until(upper)
        };
        sum -= share * probability.max(1e-300).ln();
    }
    sum
}

/// The likeliest uniform law, in ticks: with the shares f and l of the first and last tick and M
/// ticks between them, it reaches f W and l W into those, where W = M / (1 − f − l) is its width.
fn uniform(shares: &[(u32, f64)]) -> Option<DelayLaw> {
    let (&(first, f), &(last, l)) = (shares.first()?, shares.last()?);
    let between = f64::from(last - first) - 1.0;
    let reach = |share: f64, width: f64| (share * width).min(1.0);
    let mut width = between + 1.0;
    for _ in 0..100 {
        width = between + reach(f, width) + reach(l, width);
    }
    let low = f64::from(first) + 0.5 - reach(f, width).max(1e-3);
    let high = f64::from(last) - 0.5 + reach(l, width).max(1e-3);
    (low >= 0.0 && high > low).then_some(DelayLaw::Uniform { low, high })
}

fn in_days(law: &DelayLaw, tick_days: f64) -> DelayLaw {
    match *law {
        DelayLaw::Exponential { mean } => DelayLaw::Exponential { mean: mean * tick_days },
        DelayLaw::Geometric { mean } => DelayLaw::Geometric { mean: mean * tick_days },
        DelayLaw::Lognormal { mu, sigma } => DelayLaw::Lognormal {
            mu: mu + tick_days.ln(),
            sigma,
        },
        DelayLaw::Gamma { shape, scale } => DelayLaw::Gamma {
            shape,
            scale: scale * tick_days,
        },
        DelayLaw::Weibull { scale, shape } => DelayLaw::Weibull {
            scale: scale * tick_days,
            shape,
        },
        DelayLaw::Uniform { low, high } => DelayLaw::Uniform {
            low: low * tick_days,
            high: high * tick_days,
        },
        ref other => other.clone(),
    }
}
