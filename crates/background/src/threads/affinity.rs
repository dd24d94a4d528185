//! The processors on which a worker runs.

#[cfg(target_os = "linux")]
pub(super) use linux::CpuAffinity;

#[cfg(not(target_os = "linux"))]
pub(super) use unsupported::CpuAffinity;

#[cfg(target_os = "linux")]
mod linux {
    use rustix::thread::{CpuSet, Pid, gettid, sched_getaffinity, sched_setaffinity};

    /// A thread and the processors that it may use.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct CpuAffinity {
        thread: Pid,
        /// Nothing where the system does not tell.
        allowed: Option<CpuSet>,
    }

    /// The number of the processor that this thread is on, where it can be one of a set.
    #[allow(unsafe_code)] // rustix has it, too, but crashes where a debugger hides the kernel's own pages.
    fn this_processor() -> Option<usize> {
        // SAFETY: it takes nothing and only gives a number, or -1.
        let number = unsafe { libc::sched_getcpu() };
        let number = usize::try_from(number).ok()?;
        (number < CpuSet::MAX_CPU).then_some(number)
    }

    impl CpuAffinity {
        /// The affinity of this thread.
        pub(crate) fn here() -> CpuAffinity {
            CpuAffinity {
                thread: gettid(),
                allowed: sched_getaffinity(None).ok(),
            }
        }

        /// Has the thread, which has nothing to do, go on on another processor than the one that this thread is on.
        pub(crate) fn keep_off_this_processor(&self) {
            let Some(mut allowed) = self.allowed else {
                return;
            };
            if let Some(here) = this_processor() {
                allowed.unset(here);
            }
            if allowed.count() > 0 {
                // It is a wish: the system may know better.
                let _ = sched_setaffinity(Some(self.thread), &allowed);
            }
        }

        /// Lets the thread, which is this one, use what it could use before.
        pub(crate) fn restore(&self) {
            if let Some(allowed) = self.allowed {
                let _ = sched_setaffinity(None, &allowed);
            }
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod unsupported {
    /// A thread that the system puts where it likes.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct CpuAffinity(std::thread::ThreadId);

    impl CpuAffinity {
        /// The affinity of this thread.
        pub(crate) fn here() -> CpuAffinity {
            CpuAffinity(std::thread::current().id())
        }

        /// Has no effect.
        pub(crate) fn keep_off_this_processor(&self) {}

        /// Has no effect.
        pub(crate) fn restore(&self) {}
    }
}
