//! What is expected of a number if some others are known: least squares on cubic splines.

use crate::forecast::quantile;

/// Knots inside the range of a variable: enough for a bend here and there.
const KNOTS: usize = 5;
/// Degree of the pieces.
const DEGREE: usize = 3;
/// Added to the diagonal, as a share of its mean: variables of a whole hang together.
const RIDGE: f64 = 1e-8;
/// Parts that each world is left out with once.
pub(super) const FOLDS: usize = 10;

/// Every world as a row of spline values: an intercept, and B-splines of each variable with knots at
/// its quantiles (de Boor, *A Practical Guide to Splines*, 1978). Variables are added up, as in
/// Strong, Oakley & Brennan, *Estimating multiparameter partial expected value of perfect information
/// from a probabilistic sensitivity analysis sample* (2014).
pub(super) fn basis(variables: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let worlds = variables.first().map_or(0, Vec::len);
    let mut rows = vec![vec![1.0]; worlds];
    for variable in variables {
        let knots = knots(variable);
        if knots.is_empty() {
            continue;
        }
        for (row, x) in rows.iter_mut().zip(variable) {
            // Without the first one, which the intercept makes up for.
            row.extend(splines(&knots, *x).into_iter().skip(1));
        }
    }
    rows
}

/// The knots of a variable, those at the ends several times; none for a constant.
fn knots(variable: &[f64]) -> Vec<f64> {
    let mut sorted = variable.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let (low, high) = (sorted[0], sorted[sorted.len() - 1]);
    if low >= high {
        return Vec::new();
    }
    let mut inner: Vec<f64> = (1..=KNOTS)
        .map(|at| quantile(&sorted, at as f64 / (KNOTS + 1) as f64))
        .collect();
    inner.dedup();
    inner.retain(|it| *it > low && *it < high);
    let ends = |end: f64| std::iter::repeat_n(end, DEGREE + 1);
    ends(low).chain(inner).chain(ends(high)).collect()
}

/// The B-splines at `x`, by the recurrence of Cox and de Boor.
fn splines(knots: &[f64], x: f64) -> Vec<f64> {
    let count = knots.len() - DEGREE - 1;
    // The piece that x lies in; the upper end belongs to the last one.
    let piece = knots[..=count].partition_point(|it| *it <= x).clamp(DEGREE + 1, count) - 1;
    let mut values = vec![0.0; knots.len() - 1];
    values[piece] = 1.0;
    for degree in 1..=DEGREE {
        for at in 0..knots.len() - 1 - degree {
            let part = |from: usize, to: usize, value: f64, up: bool| {
                let width = knots[to] - knots[from];
                if width <= 0.0 {
                    return 0.0;
                }
                let share = if up { x - knots[from] } else { knots[to] - x };
                share / width * value
            };
            values[at] = part(at, at + degree, values[at], true) + part(at + 1, at + degree + 1, values[at + 1], false);
        }
    }
    values.truncate(count);
    values
}

/// For every world what is expected of each target there, by a fit to the worlds of all other parts:
/// world by world, target by target.
pub(super) fn predictions(basis: &[Vec<f64>], targets: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let mut sums: Vec<Normal> = (0..FOLDS).map(|_| Normal::new(basis[0].len(), targets.len())).collect();
    let worlds = basis.len();
    for at in 0..worlds {
        let values: Vec<f64> = targets.iter().map(|it| it[at]).collect();
        sums[at % FOLDS].add(&basis[at], &values);
    }
    let mut all = Normal::new(basis[0].len(), targets.len());
    for it in &sums {
        all.plus(it, 1.0);
    }
    let mut found = vec![vec![0.0; targets.len()]; worlds];
    for (fold, own) in sums.iter().enumerate() {
        let mut others = all.clone();
        others.plus(own, -1.0);
        let fitted = others.solve();
        for at in (fold..worlds).step_by(FOLDS) {
            for (found, weights) in found[at].iter_mut().zip(&fitted) {
                *found = basis[at].iter().zip(weights).map(|(it, weight)| it * weight).sum();
            }
        }
    }
    found
}

/// The normal equations of least squares.
#[derive(Debug, Clone)]
struct Normal {
    /// By column: sums of products of columns.
    squares: Vec<Vec<f64>>,
    /// By target: sums of products with the columns.
    products: Vec<Vec<f64>>,
}

impl Normal {
    fn new(columns: usize, targets: usize) -> Self {
        Self {
            squares: vec![vec![0.0; columns]; columns],
            products: vec![vec![0.0; columns]; targets],
        }
    }

    fn add(&mut self, row: &[f64], targets: &[f64]) {
        for (sums, one) in self.squares.iter_mut().zip(row).filter(|it| *it.1 != 0.0) {
            sums.iter_mut().zip(row).for_each(|(sum, other)| *sum += one * other);
        }
        for (sums, target) in self.products.iter_mut().zip(targets) {
            sums.iter_mut().zip(row).for_each(|(sum, it)| *sum += target * it);
        }
    }

    fn plus(&mut self, other: &Self, sign: f64) {
        let lists = self.squares.iter_mut().zip(&other.squares);
        for (mine, theirs) in lists.chain(self.products.iter_mut().zip(&other.products)) {
            mine.iter_mut().zip(theirs).for_each(|(sum, it)| *sum += sign * it);
        }
    }

    /// The weights of the columns, by target: by Cholesky's decomposition.
    fn solve(&self) -> Vec<Vec<f64>> {
        let count = self.squares.len();
        let trace: f64 = (0..count).map(|at| self.squares[at][at]).sum();
        let ridge = RIDGE * trace / count as f64 + f64::MIN_POSITIVE;
        let mut lower = vec![vec![0.0; count]; count];
        for row in 0..count {
            for column in 0..=row {
                let (above, own) = lower.split_at(row);
                let other: &[f64] = if column == row { &own[0] } else { &above[column] };
                let known: f64 = own[0][..column].iter().zip(other).map(|(one, other)| one * other).sum();
                let left = self.squares[row][column] - known;
                lower[row][column] = if column == row {
                    (left + ridge).max(ridge).sqrt()
                } else {
                    left / lower[column][column]
                };
            }
        }
        let solved = self.products.iter().map(|products| {
            let mut weights = products.clone();
            for row in 0..count {
                let known: f64 = (0..row).map(|at| lower[row][at] * weights[at]).sum();
                weights[row] = (weights[row] - known) / lower[row][row];
            }
            for row in (0..count).rev() {
                let known: f64 = (row + 1..count).map(|at| lower[at][row] * weights[at]).sum();
                weights[row] = (weights[row] - known) / lower[row][row];
            }
            weights
        });
        solved.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(count: usize) -> Vec<f64> {
        (0..count).map(|at| ((at * 37) % count) as f64 / count as f64).collect()
    }

    #[test]
    fn splines_add_up_to_one() {
        let knots = knots(&line(200));
        for step in 0..=100 {
            let x = knots[0] + f64::from(step) / 100.0 * (knots[knots.len() - 1] - knots[0]);
            let sum: f64 = splines(&knots, x).iter().sum();
            assert!((sum - 1.0).abs() < 1e-12, "{sum} at {x}");
        }
    }

    #[test]
    fn a_smooth_curve_is_found_in_worlds_that_were_left_out() {
        let x = line(400);
        let curve: Vec<f64> = x.iter().map(|it| (4.0 * it).sin() + it * it).collect();
        let found = predictions(&basis(&[x]), std::slice::from_ref(&curve));
        for (found, curve) in found.iter().zip(curve) {
            assert!((found[0] - curve).abs() < 5e-3, "{} instead of {curve}", found[0]);
        }
    }

    #[test]
    fn noise_is_not_taken_for_a_pattern() {
        let x = line(97);
        let noise: Vec<f64> = (0..97).map(|at| f64::from(at * 7_919 % 101) - 50.0).collect();
        let found = predictions(&basis(&[x]), std::slice::from_ref(&noise));
        let with_itself: f64 = found.iter().map(|it| it[0] * it[0]).sum();
        let with_noise: f64 = found.iter().zip(&noise).map(|(it, noise)| it[0] * noise).sum();
        // Of a fit to the same worlds both would be equal.
        assert!(with_noise < 0.5 * with_itself, "{with_noise} of {with_itself}");
    }

    #[test]
    fn variables_that_hang_together_do_no_harm() {
        let x = line(300);
        let other: Vec<f64> = x.iter().map(|it| 1.0 - it).collect();
        let target: Vec<f64> = x.iter().map(|it| 3.0 * it).collect();
        let found = predictions(
            &basis(&[x.clone(), other, vec![5.0; 300]]),
            std::slice::from_ref(&target),
        );
        for (found, target) in found.iter().zip(target) {
            assert!((found[0] - target).abs() < 1e-3, "{} instead of {target}", found[0]);
        }
    }
}
