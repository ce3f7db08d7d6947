//! Moving chances or shares of one fork, so that they still add up to 1.

use super::OutOfRange;

/// A branch or share that gets a new value.
#[derive(Debug)]
pub(super) struct Move<'a> {
    pub(super) at: usize,
    pub(super) to: f64,
    pub(super) against: Option<usize>,
    pub(super) path: &'a str,
}

/// Rounding in what the file says.
const TOLERANCE: f64 = 1e-9;

/// Gives `rest` what the others leave; chances that pass 1 (which happens at means only) are
/// scaled to 1.
pub(super) fn settle(chances: &mut [f64], rest: Option<usize>) {
    let sum: f64 = chances.iter().sum();
    if sum > 1.0 {
        for chance in chances.iter_mut() {
            *chance /= sum;
        }
    }
    if let Some(rest) = rest {
        chances[rest] = (1.0 - sum).max(0.0);
    }
}

/// Moves several chances of one fork at once: those named take their values, `rest` absorbs the
/// difference, or the others keep their proportions.
pub(super) fn move_together(
    chances: &mut [f64],
    rest: Option<usize>,
    moves: &[Move<'_>],
    held_back: &mut Option<OutOfRange>,
) {
    if moves.is_empty() {
        return;
    }
    let mut hold = |change: &Move<'_>, most: f64| {
        // Where a number of the file is wrong, which was told, nothing can be said about others.
        if most.is_nan() || change.to.is_nan() {
            return change.to;
        }
        let most = most.max(0.0);
        let held = change.to.clamp(0.0, most);
        if (held - change.to).abs() > TOLERANCE && held_back.is_none() {
            *held_back = Some(OutOfRange {
                path: change.path.to_owned(),
                value: change.to,
                most,
            });
        }
        held
    };
    let mut moved = vec![false; chances.len()];
    for change in moves {
        if let Some(against) = change.against {
            let both = chances[change.at] + chances[against];
            let to = hold(change, both);
            (chances[change.at], chances[against]) = (to, both - to);
            (moved[change.at], moved[against]) = (true, true);
        }
    }
    let plain: Vec<&Move<'_>> = moves.iter().filter(|it| it.against.is_none()).collect();
    if plain.is_empty() {
        return;
    }
    let mut left = 1.0
        - (0..chances.len())
            .filter(|at| moved[*at])
            .map(|at| chances[at])
            .sum::<f64>();
    for change in &plain {
        moved[change.at] = true;
    }
    let others: Vec<usize> = (0..chances.len()).filter(|at| !moved[*at]).collect();
    let absorbs = rest.filter(|at| !moved[*at]);
    if absorbs.is_some() {
        left -= others
            .iter()
            .filter(|at| Some(**at) != absorbs)
            .map(|at| chances[*at])
            .sum::<f64>();
    }
    for change in &plain {
        let to = hold(change, left);
        chances[change.at] = to;
        left -= to;
    }
    if let Some(rest) = absorbs {
        chances[rest] = left.max(0.0);
        return;
    }
    let before: f64 = others.iter().map(|at| chances[*at]).sum();
    if before > 0.0 {
        for at in others {
            chances[at] *= left.max(0.0) / before;
        }
    } else if left > TOLERANCE {
        // Nobody is there to take what is left: the changed ones keep their proportions.
        let last = plain.last().expect("there is a change");
        held_back.get_or_insert(OutOfRange {
            path: last.path.to_owned(),
            value: last.to,
            most: last.to + left,
        });
        let sum: f64 = chances.iter().sum();
        let count = chances.len() as f64;
        for chance in chances.iter_mut() {
            *chance = if sum > 0.0 { *chance / sum } else { 1.0 / count };
        }
    }
}
