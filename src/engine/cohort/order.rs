//! The order in which states are served within a tick: who can arrive somewhere in the same tick
//! is served before.

/// A number of each state such that moves which take no time go upwards, but within loops.
#[derive(Debug)]
pub(super) struct Order {
    /// By state: its number.
    pub(super) rank_of: Vec<u32>,
    /// Loops that can be gone around within a tick: their numbers, from the first on and below the
    /// second.
    pub(super) loops: Vec<(u32, u32)>,
}

/// The state that is being looked at, and which of its moves comes next.
struct Visit {
    state: u32,
    next: usize,
}

const UNSEEN: u32 = u32::MAX;

impl Order {
    /// The order for moves from state to state that may take no time.
    ///
    /// Strongly connected components by Tarjan, *Depth-first search and linear graph algorithms*,
    /// 1972, which finds them in reverse order; without recursion, since chains may be long.
    pub(super) fn of(states: usize, moves: &[(u32, u32)]) -> Self {
        let mut moves = moves.to_vec();
        moves.sort_unstable();
        moves.dedup();
        let starts: Vec<usize> = (0..=states)
            .map(|state| moves.partition_point(|it| (it.0 as usize) < state))
            .collect();
        let mut rank_of = vec![UNSEEN; states];
        let (mut found, mut lowest) = (vec![UNSEEN; states], vec![UNSEEN; states]);
        let (mut open, mut path): (Vec<u32>, Vec<Visit>) = (Vec::new(), Vec::new());
        let mut loops = Vec::new();
        let (mut seen, mut rank) = (0, states);
        for root in 0..states {
            if found[root] != UNSEEN {
                continue;
            }
            path.push(Visit {
                state: number(root),
                next: starts[root],
            });
            while let Some(visit) = path.last_mut() {
                let state = visit.state as usize;
                if found[state] == UNSEEN {
                    (found[state], lowest[state]) = (seen, seen);
                    seen += 1;
                    open.push(visit.state);
                }
                if visit.next < starts[state + 1] {
                    let to = moves[visit.next].1 as usize;
                    visit.next += 1;
                    if found[to] == UNSEEN {
                        path.push(Visit {
                            state: number(to),
                            next: starts[to],
                        });
                    } else if rank_of[to] == UNSEEN {
                        lowest[state] = lowest[state].min(found[to]);
                    }
                    continue;
                }
                path.pop();
                if let Some(before) = path.last() {
                    let before = before.state as usize;
                    lowest[before] = lowest[before].min(lowest[state]);
                }
                if lowest[state] < found[state] {
                    continue;
                }
                let until = rank;
                loop {
                    let last = open.pop().expect("its own state is still open");
                    rank -= 1;
                    rank_of[last as usize] = number(rank);
                    if last as usize == state {
                        break;
                    }
                }
                let alone = (number(state), number(state));
                if until - rank > 1 || moves.binary_search(&alone).is_ok() {
                    loops.push((number(rank), number(until)));
                }
            }
        }
        loops.reverse();
        Self { rank_of, loops }
    }
}

fn number(at: usize) -> u32 {
    u32::try_from(at).expect("states are bounded")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn chains_go_upwards_and_loops_stay_together() {
        let it = Order::of(6, &[(5, 4), (4, 1), (1, 4), (1, 0), (3, 3), (0, 2)]);
        let rank = |state: usize| it.rank_of[state];
        assert!(rank(5) < rank(4) && rank(4) < rank(0) && rank(0) < rank(2));
        assert_eq!(rank(4).abs_diff(rank(1)), 1);
        let mut loops = vec![(rank(4).min(rank(1)), rank(4).max(rank(1)) + 1), (rank(3), rank(3) + 1)];
        loops.sort_unstable();
        assert_eq!(it.loops, loops);
    }

    #[test]
    fn a_chain_of_any_length_is_no_problem() {
        let moves: Vec<(u32, u32)> = (1..100_000).map(|it| (it, it - 1)).collect();
        let it = Order::of(100_000, &moves);
        assert!(
            moves
                .iter()
                .all(|(from, to)| it.rank_of[*from as usize] < it.rank_of[*to as usize])
        );
        assert!(it.loops.is_empty());
    }

    proptest! {
        #[test]
        fn moves_go_upwards_but_within_loops(moves in proptest::collection::vec((0_u32..12, 0_u32..12), 0..20)) {
            let it = Order::of(12, &moves);
            let mut ranks = it.rank_of.clone();
            ranks.sort_unstable();
            prop_assert_eq!(ranks, (0..12).collect::<Vec<u32>>());
            for (from, to) in moves {
                let (from, to) = (it.rank_of[from as usize], it.rank_of[to as usize]);
                let together = it.loops.iter().any(|it| (it.0..it.1).contains(&from) && (it.0..it.1).contains(&to));
                prop_assert!(from < to || together);
            }
        }
    }
}
