//! Sets of states that lead to one another.

/// Strongly connected components, each in ascending order, in an order in which moves between
/// them only lead forward (Tarjan, *Depth-first search and linear graph algorithms*, 1972).
pub(in crate::engine::exact) fn components<I: Iterator<Item = u32>>(
    count: usize,
    next: impl Fn(u32) -> I,
) -> Vec<Vec<u32>> {
    const UNSEEN: u32 = u32::MAX;
    let mut numbers = vec![UNSEEN; count];
    let mut lowest = vec![0; count];
    let mut is_open = vec![false; count];
    let mut open: Vec<u32> = Vec::new();
    let mut found: Vec<Vec<u32>> = Vec::new();
    let mut calls: Vec<(u32, I)> = Vec::new();
    let mut numbered = 0;
    for root in 0..count as u32 {
        if numbers[root as usize] != UNSEEN {
            continue;
        }
        let mut enter = Some(root);
        loop {
            if let Some(state) = enter.take() {
                (numbers[state as usize], lowest[state as usize]) = (numbered, numbered);
                numbered += 1;
                is_open[state as usize] = true;
                open.push(state);
                calls.push((state, next(state)));
            }
            let Some((state, ways)) = calls.last_mut() else { break };
            let at = *state as usize;
            if let Some(to) = ways.next() {
                if numbers[to as usize] == UNSEEN {
                    enter = Some(to);
                } else if is_open[to as usize] {
                    lowest[at] = lowest[at].min(numbers[to as usize]);
                }
                continue;
            }
            let state = *state;
            calls.pop();
            if let Some((before, _)) = calls.last() {
                lowest[*before as usize] = lowest[*before as usize].min(lowest[at]);
            }
            if lowest[at] == numbers[at] {
                let first = open.iter().rposition(|it| *it == state).expect("it was put there");
                let mut component = open.split_off(first);
                for it in &component {
                    is_open[*it as usize] = false;
                }
                component.sort_unstable();
                found.push(component);
            }
        }
    }
    found.reverse();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loops_are_found_and_come_before_what_they_lead_to() {
        let ways: [&[u32]; 7] = [&[4], &[0, 2], &[1, 3], &[], &[5], &[4, 3], &[6]];
        let found = components(7, |state| ways[state as usize].iter().copied());
        let at = |state: u32| found.iter().position(|it| it.contains(&state)).expect("all are found");
        assert_eq!(found.iter().map(Vec::len).sum::<usize>(), 7);
        assert_eq!((&found[at(1)][..], &found[at(4)][..]), (&[1, 2][..], &[4, 5][..]));
        assert!(at(1) < at(0) && at(0) < at(4) && at(4) < at(3) && at(6) < 7);
    }

    #[test]
    fn a_long_way_needs_no_deep_stack() {
        let found = components(100_000, |state| (state + 1..100_000).take(1));
        assert_eq!((found.len(), found[0][0]), (100_000, 0));
    }
}
