//! A second thread for what may as well be done later by whoever needs it: reading values files, parsing
//! templates, checking what templates wrote.
//!
//! Nobody waits for the helper to begin. It takes pieces of work from one queue; what it has not begun when the
//! result is wanted is done by who wants it, and much of a render is over before a thread that sleeps is awake:
//! a system may even put it on the processor that renders, and leave the other one idle. So there is one
//! helper for all, which is kept off that processor. It is the thread that waits for
//! [`with_large_stack`](crate::stack::with_large_stack) to come back, or else one that ends when there was
//! nothing to do for a while.

mod place;

use place::Place;
use std::any::Any;
use std::collections::VecDeque;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// After this long without work a helper ends, unless it waits for something else anyway.
const PATIENCE: Duration = Duration::from_millis(100);

/// What [`submit`] was given.
type Work = Box<dyn FnMut() -> bool + Send>;

/// What waits for helpers, and the helpers.
struct Queue {
    waiting: VecDeque<Work>,
    /// How many threads take work.
    helpers: usize,
    /// Where those are that have none: asleep, or about to look for some.
    idle: Vec<Place>,
}

static QUEUE: Mutex<Queue> = Mutex::new(Queue {
    waiting: VecDeque::new(),
    helpers: 0,
    idle: Vec::new(),
});

/// Something has come into the queue, or a helper may end.
static CHANGED: Condvar = Condvar::new();

fn queue() -> MutexGuard<'static, Queue> {
    QUEUE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Gives the helper work that nobody waits for. Each call of `next` does a piece, which should take no more than
/// some milliseconds, and gives false when there was none left.
pub(crate) fn submit(next: impl FnMut() -> bool + Send + 'static) {
    let mut queue = queue();
    queue.waiting.push_back(Box::new(next));
    if queue.helpers == 0 {
        let begun = Helper::begin(&mut queue);
        drop(queue);
        // Without a thread, the helper is one that ends at once.
        let _ = thread::Builder::new()
            .name("helper".into())
            .spawn(move || begun.work_until(|| false, Some(PATIENCE)));
        return;
    }
    if let Some(place) = queue.idle.last() {
        place.keep_off_this_processor();
        CHANGED.notify_one();
    }
}

/// Has helpers look whether they may end.
pub(crate) fn wake() {
    let queue = queue();
    if !queue.idle.is_empty() {
        CHANGED.notify_all();
    }
}

impl Queue {
    fn note(&mut self, place: &Place, is_idle: bool) {
        self.idle.retain(|other| other != place);
        if is_idle {
            self.idle.push(place.clone());
        }
    }
}

/// A thread's being a helper, which may be one to come: until it is dropped, no other one is begun.
pub(crate) struct Helper {
    place: Option<Place>,
}

impl Helper {
    /// That of this thread, which takes no work before [`help_until`](Helper::help_until).
    pub(crate) fn new() -> Helper {
        let mut queue = queue();
        let mut helper = Helper::begin(&mut queue);
        helper.settle(&mut queue);
        helper
    }

    /// That of a thread to come.
    fn begin(queue: &mut Queue) -> Helper {
        queue.helpers += 1;
        Helper { place: None }
    }

    fn settle(&mut self, queue: &mut Queue) -> Place {
        let place = self.place.get_or_insert_with(Place::here).clone();
        queue.note(&place, true);
        place
    }

    /// Does what there is to do until `is_over`, of which [`wake`] tells.
    pub(crate) fn help_until(self, is_over: &AtomicBool) {
        self.work_until(|| is_over.load(Ordering::Acquire), None);
    }

    fn work_until(mut self, is_over: impl Fn() -> bool, patience: Option<Duration>) {
        let mut queue = queue();
        let place = self.settle(&mut queue);
        let mut is_idle = true;
        while !is_over() {
            let next = queue.waiting.pop_front();
            if is_idle != next.is_none() {
                is_idle = next.is_none();
                queue.note(&place, is_idle);
            }
            if let Some(mut work) = next {
                drop(queue);
                let more = work().then_some(work);
                queue = self::queue();
                queue.waiting.extend(more);
                continue;
            }
            queue = match patience {
                None => CHANGED.wait(queue).unwrap_or_else(PoisonError::into_inner),
                Some(patience) => {
                    let woken = CHANGED.wait_timeout(queue, patience);
                    let (queue, timeout) = woken.unwrap_or_else(PoisonError::into_inner);
                    if timeout.timed_out() && queue.waiting.is_empty() {
                        return;
                    }
                    queue
                }
            };
        }
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        let mut queue = queue();
        queue.helpers -= 1;
        if let Some(place) = &self.place {
            queue.note(place, false);
            place.restore();
        }
        // Whoever gave it does it now.
        let left = match queue.helpers {
            0 => std::mem::take(&mut queue.waiting),
            _ => VecDeque::new(),
        };
        drop(queue);
        drop(left);
    }
}

/// Work whose result is wanted later.
pub(crate) struct Offer<T> {
    once: Arc<Once>,
    result: Receiver<thread::Result<T>>,
}

/// What is done once, by who comes first.
struct Once(Mutex<Option<Box<dyn FnOnce() + Send>>>);

impl Once {
    fn take(&self) -> Option<Box<dyn FnOnce() + Send>> {
        let mut work = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        work.take()
    }

    fn begin(&self) {
        if let Some(work) = self.take() {
            work();
        }
    }
}

/// Offers work to the helper.
pub(crate) fn offer<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Offer<T> {
    let (sender, result) = mpsc::channel();
    let once = Arc::new(Once(Mutex::new(Some(Box::new(move || {
        let done = panic::catch_unwind(AssertUnwindSafe(work));
        // Whoever offered it may not want it any more.
        let _ = sender.send(done);
    })))));
    let same = Arc::clone(&once);
    submit(move || {
        same.begin();
        false
    });
    Offer { once, result }
}

impl<T> Offer<T> {
    /// Does the work now unless it was begun.
    pub(crate) fn do_unless_begun(&self) {
        self.once.begin();
    }

    /// What comes of the work: does it unless it was begun, and otherwise waits for the helper.
    pub(crate) fn result(self) -> T {
        self.once.begin();
        match self.result.recv() {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => panic::resume_unwind(panic),
            Err(lost) => panic::resume_unwind(Box::new(lost) as Box<dyn Any + Send>),
        }
    }
}

impl<T> Drop for Offer<T> {
    fn drop(&mut self) {
        self.once.take();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use std::sync::atomic::AtomicUsize;

    #[test]
    fn every_offer_is_done_once() {
        let done = Arc::new(AtomicUsize::new(0));
        for _ in 0..200 {
            let work = |number: usize| {
                let done = Arc::clone(&done);
                offer(move || {
                    done.fetch_add(1, Ordering::Relaxed);
                    number
                })
            };
            let offers: Vec<_> = (0..5).map(work).collect();
            offers.iter().rev().for_each(Offer::do_unless_begun);
            let results: Vec<_> = offers.into_iter().map(Offer::result).collect();
            assert_eq!(results, [0, 1, 2, 3, 4]);
        }
        assert_eq!(done.load(Ordering::Relaxed), 1000);
    }

    #[test]
    fn a_panic_reaches_who_wants_the_result() {
        let offer: Offer<()> = offer(|| panic::resume_unwind(Box::new("no")));
        let panic = panic::catch_unwind(AssertUnwindSafe(|| offer.result())).unwrap_err();
        assert_eq!(*panic.downcast::<&str>().unwrap(), "no");
    }

    #[test]
    fn work_goes_on_piece_by_piece() {
        let (sender, receiver) = mpsc::channel();
        let mut pieces = 0..10;
        submit(move || {
            pieces
                .next()
                .is_some_and(|number| sender.send(number).is_ok())
        });
        assert_eq!(
            receiver.iter().collect::<Vec<_>>(),
            (0..10).collect::<Vec<_>>()
        );
    }
}
