//! The same work for many items, on all processors.

use super::worker;
use std::collections::BTreeMap;
use std::io;
use std::sync::mpsc;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// The number of results per thread that may wait for an earlier one.
const AHEAD: usize = 4;

/// What threads need to know of each other.
struct State<I> {
    items: I,
    /// The number of items that were taken.
    taken: usize,
    /// The number of results that were given to the sink.
    given: usize,
    is_over: bool,
}

/// Does `work` for each item, on as many threads with a large stack as there are processors, and gives the results to `sink`
/// in the order of the items and each as soon as it is there. Only a few results wait for an earlier one.
/// Ends early where `sink` gives false. No worker helps several threads: all processors have enough to do.
///
/// # Errors
/// When the system refuses every thread.
pub fn map_in_order<T: Send, R: Send>(
    items: impl IntoIterator<Item = T, IntoIter: Send>,
    work: impl Fn(T) -> R + Sync,
    mut sink: impl FnMut(R) -> bool + Send,
) -> io::Result<()> {
    let mut items = items.into_iter();
    let most = items.size_hint().1.unwrap_or(usize::MAX);
    let threads = thread::available_parallelism()
        .map_or(1, usize::from)
        .min(most);
    if threads <= 1 {
        return super::stack::with_large_stack(|| {
            items.all(|item| sink(work(item)));
        });
    }
    let state = Mutex::new(State {
        items,
        taken: 0,
        given: 0,
        is_over: false,
    });
    let changed = Condvar::new();
    let next = || {
        let mut state = lock(&state);
        while state.taken >= state.given + threads * AHEAD && !state.is_over {
            state = changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if state.is_over {
            return None;
        }
        let item = state.items.next()?;
        state.taken += 1;
        Some((state.taken - 1, item))
    };
    let run = |sender: mpsc::Sender<(usize, R)>| {
        worker::refuse_help();
        while let Some((number, item)) = next() {
            if sender.send((number, work(item))).is_err() {
                break;
            }
        }
    };
    thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        let mut refusal = None;
        let mut begun = 0;
        for _ in 0..threads {
            let (sender, run) = (sender.clone(), &run);
            let thread = thread::Builder::new()
                .name("render".into())
                .stack_size(super::stack::RESERVED)
                .spawn_scoped(scope, move || run(sender));
            match thread {
                Ok(_) => begun += 1,
                Err(error) => refusal = Some(error),
            }
        }
        drop(sender);
        if let (0, Some(error)) = (begun, refusal) {
            return Err(error);
        }
        let mut waiting = BTreeMap::new();
        let mut due = 0;
        for (number, result) in receiver {
            waiting.insert(number, result);
            while let Some(result) = waiting.remove(&due) {
                due += 1;
                let goes_on = sink(result);
                let mut state = lock(&state);
                state.given = due;
                state.is_over |= !goes_on;
                changed.notify_all();
                if !goes_on {
                    return Ok(());
                }
            }
        }
        Ok(())
    })
}

fn lock<I>(state: &Mutex<State<I>>) -> MutexGuard<'_, State<I>> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use std::time::Duration;

    #[test]
    fn results_come_in_order_and_few_wait() {
        let work = |number: u64| {
            thread::sleep(Duration::from_micros(number * 7919 % 400));
            number
        };
        let mut results = Vec::new();
        let collect = |number| {
            results.push(number);
            true
        };
        map_in_order(0..500, work, collect).unwrap();
        assert_eq!(results, (0..500).collect::<Vec<_>>());
    }

    #[test]
    fn it_ends_where_the_sink_says_so() {
        let mut count = 0;
        let three = |_| {
            count += 1;
            count < 3
        };
        map_in_order(0.., |number: u64| number, three).unwrap();
        assert_eq!(count, 3);
    }
}
