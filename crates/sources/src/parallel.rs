//! Work that waits for the network, several pieces at a time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// The number of requests that are under way at a time.
const AT_A_TIME: usize = 8;

/// Does something with each item, with some of them at a time: the results in the order of the items. There is none
/// where a thread broke.
pub(crate) fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<Option<R>> {
    if let [item] = items {
        return vec![Some(work(item))];
    }
    let next = AtomicUsize::new(0);
    let results: Vec<Mutex<Option<R>>> = items.iter().map(|_| Mutex::new(None)).collect();
    thread::scope(|scope| {
        let run = || {
            while let Some((item, place)) = {
                let at = next.fetch_add(1, Ordering::Relaxed);
                items.get(at).zip(results.get(at))
            } {
                let result = work(item);
                *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
            }
        };
        let count = items.len().min(AT_A_TIME);
        let threads: Vec<_> = (0..count).map(|_| scope.spawn(run)).collect();
        for thread in threads {
            // What a broken thread has not done is missing.
            drop(thread.join());
        }
    });
    let results = results.into_iter();
    results
        .map(|result| result.into_inner().unwrap_or_else(PoisonError::into_inner))
        .collect()
}
