//! The lowest place of a smooth function of one or two numbers.

/// Nelder & Mead's simplex (*A simplex method for function minimization*, 1965) with the usual
/// coefficients, begun around `start`.
pub(super) fn lowest<const N: usize>(start: [f64; N], width: f64, of: impl Fn(&[f64; N]) -> f64) -> ([f64; N], f64) {
    let value = |at: &[f64; N]| {
        let value = of(at);
        if value.is_nan() { f64::INFINITY } else { value }
    };
    let mut corners: Vec<([f64; N], f64)> = (0..=N)
        .map(|corner| {
            let mut at = start;
            if corner > 0 {
                at[corner - 1] += width;
            }
            (at, value(&at))
        })
        .collect();
    for _ in 0..ROUNDS {
        corners.sort_by(|one, other| one.1.total_cmp(&other.1));
        let (best, worst) = (corners[0], corners[N]);
        let size = (0..N).map(|it| (best.0[it] - worst.0[it]).abs()).fold(0.0, f64::max);
        if size < 1e-7 && (worst.1 - best.1).abs() < 1e-9 {
            break;
        }
        let centre: [f64; N] =
            std::array::from_fn(|it| corners[..N].iter().map(|corner| corner.0[it]).sum::<f64>() / N as f64);
        let along = |step: f64| {
            let at: [f64; N] = std::array::from_fn(|it| centre[it] + step * (worst.0[it] - centre[it]));
            (at, value(&at))
        };
        let mirrored = along(-1.0);
        let next = if mirrored.1 < best.1 {
            let further = along(-2.0);
            if further.1 < mirrored.1 { further } else { mirrored }
        } else if mirrored.1 < corners[N - 1].1 {
            mirrored
        } else {
            let nearer = along(if mirrored.1 < worst.1 { -0.5 } else { 0.5 });
            if nearer.1 < worst.1.min(mirrored.1) {
                nearer
            } else {
                for corner in &mut corners[1..] {
                    let at: [f64; N] = std::array::from_fn(|it| 0.5 * (corner.0[it] + best.0[it]));
                    *corner = (at, value(&at));
                }
                continue;
            }
        };
        corners[N] = next;
    }
    corners.sort_by(|one, other| one.1.total_cmp(&other.1));
    corners[0]
}

const ROUNDS: usize = 400;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_place_of_a_curved_valley_is_found() {
        // Rosenbrock's valley.
        let (at, value) = lowest([-1.2, 1.0], 0.5, |it| {
            100.0 * (it[1] - it[0] * it[0]).powi(2) + (1.0 - it[0]).powi(2)
        });
        assert!(
            (at[0] - 1.0).abs() < 1e-4 && (at[1] - 1.0).abs() < 1e-4 && value < 1e-8,
            "{at:?}"
        );
        let (at, _) = lowest([3.0], 0.5, |it| (it[0] + 2.0).powi(2));
        assert!((at[0] + 2.0).abs() < 1e-6);
    }
}
