//! Ways between states by phase, and which states these lead to.

/// Where a link leads that leaves the chain.
pub(super) const OUTSIDE: u32 = u32::MAX;

/// A way from one state of a chain to another, or out of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Link {
    pub(super) from: u32,
    pub(super) to: u32,
    /// What the caller knows the way by.
    pub(super) edge: u32,
    pub(super) chance: f64,
    /// Its delay, by position among the transits.
    pub(super) delay: u32,
}

/// The states that can be reached from some, in ascending order; `is_open` says which links may be
/// taken.
pub(super) fn reach(
    count: usize,
    links: &[Vec<Link>],
    starts: impl Iterator<Item = u32>,
    is_open: impl Fn(&Link) -> bool,
) -> Vec<u32> {
    let mut is_reached = vec![false; count];
    let mut open = Vec::new();
    let mut found = Vec::new();
    let mut visit = |state: u32, open: &mut Vec<u32>| {
        if !std::mem::replace(&mut is_reached[state as usize], true) {
            open.push(state);
            found.push(state);
        }
    };
    starts.for_each(|it| visit(it, &mut open));
    while let Some(state) = open.pop() {
        for links in links {
            for it in of_state(links, state).filter(|it| it.to != OUTSIDE && is_open(it)) {
                visit(it.to, &mut open);
            }
        }
    }
    found.sort_unstable();
    found
}

/// The links between some states only, numbered by their positions; `outside` says what becomes of
/// links that lead to others.
pub(super) fn restrict(links: &[Vec<Link>], states: &[u32], outside: impl Fn(&Link) -> Link) -> Vec<Vec<Link>> {
    let of_phase = |links: &Vec<Link>| {
        let mut inside = Vec::new();
        for (at, state) in states.iter().enumerate() {
            inside.extend(of_state(links, *state).map(|it| {
                let position = (it.to != OUTSIDE).then(|| states.binary_search(&it.to).ok()).flatten();
                let link = position.map_or_else(
                    || Link {
                        to: OUTSIDE,
                        ..outside(it)
                    },
                    |to| Link { to: to as u32, ..*it },
                );
                Link {
                    from: at as u32,
                    ..link
                }
            }));
        }
        inside
    };
    links.iter().map(of_phase).collect()
}

/// The links from a state.
pub(super) fn of_state(links: &[Link], state: u32) -> impl Iterator<Item = &Link> {
    let first = links.partition_point(|it| it.from < state);
    links[first..].iter().take_while(move |it| it.from == state)
}
