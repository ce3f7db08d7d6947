//! Work in parts on several threads, with results in the order of the parts.

use std::sync::{Mutex, PoisonError};

/// What `work` makes of each of `parts`, in their order, on at most `threads` threads.
pub(super) fn in_parallel<P: Send, T: Send>(parts: Vec<P>, threads: usize, work: impl Fn(P) -> T + Sync) -> Vec<T> {
    let threads = threads.clamp(1, parts.len().max(1));
    if threads == 1 {
        return parts.into_iter().map(work).collect();
    }
    let queue = Mutex::new(parts.into_iter().enumerate());
    let done = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let next = queue.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some((at, part)) = next else { break };
                    let result = work(part);
                    done.lock().unwrap_or_else(PoisonError::into_inner).push((at, result));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_by_key(|it| it.0);
    done.into_iter().map(|it| it.1).collect()
}

/// As many threads as the machine has cores.
#[must_use]
pub(super) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_parts() {
        for threads in [1, 3, 100] {
            let squares = in_parallel((0..50_u64).collect(), threads, |it| it * it);
            assert_eq!(squares, (0..50_u64).map(|it| it * it).collect::<Vec<_>>());
        }
        assert!(in_parallel(Vec::<u8>::new(), 2, |it| it).is_empty());
    }
}
