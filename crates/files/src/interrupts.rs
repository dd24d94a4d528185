//! Ctrl-C and its like, held back while files are written: they appear whole, or not at all.

use std::sync::atomic::{AtomicBool, Ordering};

/// True if this process is the command's: the signals of a program that uses the library are its own.
static IS_COMMAND: AtomicBool = AtomicBool::new(false);

/// From now on signals may be held back.
pub fn allow() {
    IS_COMMAND.store(true, Ordering::Relaxed);
}

/// A signal that would end the program (Ctrl-C, a closed terminal, `kill`) ends it when the guard is dropped.
///
/// A signal that the program was started to ignore, as `nohup` does, stays ignored.
#[must_use]
#[derive(Debug)]
pub struct Held {
    #[cfg(unix)]
    before: Vec<(libc::c_int, libc::sighandler_t)>,
}

/// Holds back from now on. There is one guard at a time.
pub fn hold() -> Held {
    Held {
        #[cfg(unix)]
        before: match IS_COMMAND.load(Ordering::Relaxed) {
            true => signals::ENDING
                .map(|signal| (signal, signals::hold(signal)))
                .into(),
            false => Vec::new(),
        },
    }
}

impl Held {
    /// Forgets a Ctrl-C that came meanwhile: it was for another program that has the terminal.
    pub fn forget_interrupt(&self) {
        #[cfg(unix)]
        signals::forget(libc::SIGINT);
    }
}

#[cfg(unix)]
impl Drop for Held {
    fn drop(&mut self) {
        for (signal, before) in self.before.drain(..) {
            signals::set(signal, before);
        }
        signals::raise_held();
    }
}

#[cfg(unix)]
#[allow(unsafe_code)] // The C library's way to signals; each call says why it is sound.
mod signals {
    use libc::{SIG_IGN, SIGHUP, SIGINT, SIGTERM, c_int, sighandler_t};
    use std::sync::atomic::{AtomicI32, Ordering};

    pub(super) const ENDING: [c_int; 3] = [SIGHUP, SIGINT, SIGTERM];

    /// The signal that came meanwhile; 0 is none.
    static HELD: AtomicI32 = AtomicI32::new(0);

    extern "C" fn note(signal: c_int) {
        HELD.store(signal, Ordering::Relaxed);
    }

    /// Notes the signal from now on, and gives what was done before.
    pub(super) fn hold(signal: c_int) -> sighandler_t {
        let before = set(signal, note as *const () as sighandler_t);
        if before == SIG_IGN {
            set(signal, before);
        }
        before
    }

    pub(super) fn set(signal: c_int, handler: sighandler_t) -> sighandler_t {
        // SAFETY: the handler is `note`, which only writes an atomic, or one that was there before.
        unsafe { libc::signal(signal, handler) }
    }

    pub(super) fn forget(signal: c_int) {
        let _ = HELD.compare_exchange(signal, 0, Ordering::Relaxed, Ordering::Relaxed);
    }

    pub(super) fn raise_held() {
        let signal = HELD.swap(0, Ordering::Relaxed);
        if signal != 0 {
            // SAFETY: takes a number and touches no memory.
            unsafe { libc::raise(signal) };
        }
    }
}
