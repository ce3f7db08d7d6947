//! Work in parts on several threads, with results in the order of the parts.

use std::sync::atomic::{AtomicUsize, Ordering};
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

/// What threads gather from all parts: each begins with `nothing`, adds parts, and what they have is put
/// together. Which parts meet on a thread is chance, so nothing may depend on their order.
pub(super) fn gathered<P: Clone + Sync, T: Send>(
    parts: &[P],
    threads: usize,
    nothing: impl Fn() -> T + Sync,
    add: impl Fn(&mut T, P) + Sync,
    and: impl Fn(T, T) -> T,
) -> T {
    let threads = threads.clamp(1, parts.len().max(1));
    // The first part of everybody is given, so that in any case as many results as threads are put together.
    let next = AtomicUsize::new(threads);
    let gathered = in_parallel((0..threads).collect(), threads, |mut at: usize| {
        let mut gathered = nothing();
        while let Some(part) = parts.get(at) {
            add(&mut gathered, part.clone());
            at = next.fetch_add(1, Ordering::Relaxed);
        }
        gathered
    });
    gathered.into_iter().reduce(and).expect("there is a thread")
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

    #[test]
    fn every_part_is_gathered_once() {
        for threads in [1, 3, 100] {
            let numbers: Vec<u64> = (0..50).collect();
            let sum = gathered(&numbers, threads, || 0, |sum, it| *sum += it, |one, other| one + other);
            assert_eq!(sum, 1_225);
        }
        assert_eq!(
            gathered(&[], 2, || 1, |sum: &mut i32, it: i32| *sum += it, |one, _| one),
            1
        );
    }
}
