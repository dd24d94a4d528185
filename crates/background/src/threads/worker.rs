//! A second thread for what may as well be done later by whoever needs it: reading values files, parsing
//! templates, checking what templates wrote.
//!
//! Nobody waits for the worker to begin. It takes pieces of work from one queue; what it has not begun when the
//! result is wanted is done by who wants it, and much of a render is over before a thread that sleeps is awake. So
//! there is one worker for all, and none where there is one processor. It is the thread that waits for
//! [`with_large_stack`](super::stack::with_large_stack) to come back, or else one that is started for the first work, and
//! ends when there was nothing to do for a while.

use std::any::Any;
use std::cell::Cell;
use std::collections::VecDeque;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::Duration;

/// After this long without work a worker ends, unless it waits for something else anyway.
const IDLE_TIMEOUT: Duration = Duration::from_millis(100);

/// The pieces that [`spawn_pieces`] was given.
type Work = Box<dyn FnMut() -> bool + Send>;

/// The tasks that wait for workers, and the workers.
struct Queue {
    waiting: VecDeque<Work>,
    /// The number of threads that take work.
    workers: usize,
    /// The number of those that have none: asleep, or about to look for some.
    idle: usize,
}

static QUEUE: Mutex<Queue> = Mutex::new(Queue {
    waiting: VecDeque::new(),
    workers: 0,
    idle: 0,
});

/// Something has come into the queue, or a worker may end.
static CHANGED: Condvar = Condvar::new();

fn queue() -> MutexGuard<'static, Queue> {
    QUEUE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Gives the worker work that nobody waits for. Each call of `next` does a piece, which should take no more than
/// some milliseconds, and gives false when there was none left.
pub fn spawn_pieces(next: impl FnMut() -> bool + Send + 'static) {
    if REFUSES_HELP.get() || !is_another_processor() {
        return;
    }
    let mut queue = queue();
    queue.waiting.push_back(Box::new(next));
    if queue.workers == 0 {
        let begun = Worker::begin(&mut queue);
        drop(queue);
        // Without a thread, the worker is one that ends at once.
        let _ = thread::Builder::new()
            .name("worker".into())
            .spawn(move || begun.work_until(|| false, Some(IDLE_TIMEOUT)));
        return;
    }
    if queue.idle > 0 {
        CHANGED.notify_one();
    }
}

thread_local! {
    static REFUSES_HELP: Cell<bool> = const { Cell::new(false) };
}

/// Has this thread do all its work itself, because the other processors have work of their own.
pub(super) fn refuse_help() {
    REFUSES_HELP.set(true);
}

/// Returns true if a worker can work while another thread does. On one processor it would only be in the way.
fn is_another_processor() -> bool {
    static IS_ANOTHER: OnceLock<bool> = OnceLock::new();
    *IS_ANOTHER.get_or_init(|| processors() > 1)
}

/// The number of processors that this process may use. The standard library would read files for it.
#[cfg(target_os = "linux")]
fn processors() -> usize {
    rustix::thread::sched_getaffinity(None).map_or(2, |allowed| allowed.count() as usize)
}

#[cfg(not(target_os = "linux"))]
fn processors() -> usize {
    thread::available_parallelism().map_or(2, usize::from)
}

/// Has workers look whether they may end.
pub(crate) fn wake() {
    if queue().idle > 0 {
        CHANGED.notify_all();
    }
}

/// A thread's being a worker, which may be one to come: until it is dropped, no other one is begun.
pub(crate) struct Worker {
    is_idle: bool,
}

impl Worker {
    /// Returns the worker of this thread, which takes no work before [`work_until_over`](Worker::work_until_over).
    pub(crate) fn new() -> Worker {
        let mut queue = queue();
        let mut worker = Worker::begin(&mut queue);
        worker.note(&mut queue, true);
        worker
    }

    /// Returns a worker for a thread that starts later.
    fn begin(queue: &mut Queue) -> Worker {
        queue.workers += 1;
        Worker { is_idle: false }
    }

    fn note(&mut self, queue: &mut Queue, is_idle: bool) {
        match (self.is_idle, is_idle) {
            (false, true) => queue.idle += 1,
            (true, false) => queue.idle -= 1,
            _ => {}
        }
        self.is_idle = is_idle;
    }

    /// Does what there is to do until `is_over`, of which [`wake`] tells.
    pub(crate) fn work_until_over(self, is_over: &AtomicBool) {
        self.work_until(|| is_over.load(Ordering::Acquire), None);
    }

    fn work_until(mut self, is_over: impl Fn() -> bool, timeout: Option<Duration>) {
        let mut queue = queue();
        while !is_over() {
            let next = queue.waiting.pop_front();
            self.note(&mut queue, next.is_none());
            if let Some(mut work) = next {
                drop(queue);
                let more = work().then_some(work);
                queue = self::queue();
                queue.waiting.extend(more);
                continue;
            }
            queue = match timeout {
                None => CHANGED.wait(queue).unwrap_or_else(PoisonError::into_inner),
                Some(timeout) => {
                    let woken = CHANGED.wait_timeout(queue, timeout);
                    let (queue, waited) = woken.unwrap_or_else(PoisonError::into_inner);
                    if waited.timed_out() && queue.waiting.is_empty() {
                        return;
                    }
                    queue
                }
            };
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let mut queue = queue();
        queue.workers -= 1;
        self.note(&mut queue, false);
        // Whoever gave it does it now.
        let left = match queue.workers {
            0 => std::mem::take(&mut queue.waiting),
            _ => VecDeque::new(),
        };
        drop(queue);
        drop(left);
    }
}

/// Work whose result is wanted later.
pub struct Task<T> {
    once: Arc<Once>,
    result: Receiver<thread::Result<T>>,
}

/// Work that is done once, by whoever comes first.
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

impl<T: Send + 'static> Task<T> {
    /// Offers work to the worker.
    pub fn spawn(work: impl FnOnce() -> T + Send + 'static) -> Task<T> {
        let (sender, result) = mpsc::channel();
        let once = Arc::new(Once(Mutex::new(Some(Box::new(move || {
            let result = panic::catch_unwind(AssertUnwindSafe(work));
            // Whoever offered it may not want it any more.
            let _ = sender.send(result);
        })))));
        let same = Arc::clone(&once);
        spawn_pieces(move || {
            same.begin();
            false
        });
        Task { once, result }
    }
}

impl<T> Task<T> {
    /// Does the work now unless it was begun.
    pub fn do_unless_begun(&self) {
        self.once.begin();
    }

    /// Returns the result of the work: does it unless it was begun, and otherwise waits for the worker.
    pub fn result(self) -> T {
        self.once.begin();
        match self.result.recv() {
            Ok(Ok(result)) => result,
            Ok(Err(panic)) => panic::resume_unwind(panic),
            Err(lost) => panic::resume_unwind(Box::new(lost) as Box<dyn Any + Send>),
        }
    }
}

impl<T> Drop for Task<T> {
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
    fn every_task_is_done_once() {
        let done = Arc::new(AtomicUsize::new(0));
        for _ in 0..200 {
            let work = |number: usize| {
                let done = Arc::clone(&done);
                Task::spawn(move || {
                    done.fetch_add(1, Ordering::Relaxed);
                    number
                })
            };
            let tasks: Vec<_> = (0..5).map(work).collect();
            tasks.iter().rev().for_each(Task::do_unless_begun);
            let results: Vec<_> = tasks.into_iter().map(Task::result).collect();
            assert_eq!(results, [0, 1, 2, 3, 4]);
        }
        assert_eq!(done.load(Ordering::Relaxed), 1000);
    }

    #[test]
    fn a_panic_reaches_who_wants_the_result() {
        let task: Task<()> = Task::spawn(|| panic::resume_unwind(Box::new("no")));
        let panic = panic::catch_unwind(AssertUnwindSafe(|| task.result())).unwrap_err();
        assert_eq!(*panic.downcast::<&str>().unwrap(), "no");
    }

    #[test]
    fn work_goes_on_piece_by_piece() {
        if !is_another_processor() {
            return;
        }
        let (sender, receiver) = mpsc::channel();
        let mut pieces = 0..10;
        spawn_pieces(move || {
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
