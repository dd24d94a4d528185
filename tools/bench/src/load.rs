//! What the machine does beside a measurement: how many processors there are for it, and who else wants them.

use std::env::{args_os, current_exe};
use std::os::unix::process::parent_id;
use std::process::{Child, Command, ExitCode, Stdio};
use std::thread::available_parallelism;

use anyhow::{Context, Result};
use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::unistd::Pid;

/// The hidden first argument of a process that keeps a processor busy.
const SPIN: &str = "__spin";

/// The conditions under which programs are measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Load {
    /// All processors, and nobody else who wants them, if the machine is idle.
    Idle,
    /// One processor.
    OneCore,
    /// All processors, each of which a process wants that does nothing but count.
    Busy,
}

impl Load {
    /// The words that a table's title ends with.
    pub(crate) fn title(self) -> String {
        let processors = available_parallelism().map_or(1, usize::from);
        match self {
            Load::Idle => format!("on {processors} processors"),
            Load::OneCore => "on one processor".to_owned(),
            Load::Busy => format!("on {processors} processors that as many processes keep busy"),
        }
    }

    /// Makes the machine so until what is returned is dropped. Programs that are started from now on share it.
    ///
    /// # Errors
    /// When a process cannot be started, or the system refuses to use one processor.
    pub(crate) fn begin(self) -> Result<UnderLoad> {
        let mut under = UnderLoad::default();
        match self {
            Load::Idle => {}
            Load::OneCore => {
                let allowed = sched_getaffinity(this_thread())?;
                under.allowed = Some(allowed);
                // The last one: interrupts mostly come to the first.
                let mut processors = (0..CpuSet::count()).rev();
                let last = processors.find(|processor| allowed.is_set(*processor) == Ok(true));
                let mut one = CpuSet::new();
                one.set(last.context("no processor")?)?;
                sched_setaffinity(this_thread(), &one)?;
            }
            Load::Busy => {
                for _ in 0..available_parallelism().map_or(1, usize::from) {
                    let mut spin = Command::new(current_exe()?);
                    let spin = spin.arg(SPIN).stdin(Stdio::null());
                    under.spinning.push(spin.spawn()?);
                }
            }
        }
        Ok(under)
    }
}

fn this_thread() -> Pid {
    Pid::from_raw(0)
}

/// The machine under a load.
#[derive(Default)]
pub(crate) struct UnderLoad {
    spinning: Vec<Child>,
    /// The processors that this thread could use before.
    allowed: Option<CpuSet>,
}

impl Drop for UnderLoad {
    fn drop(&mut self) {
        for process in &mut self.spinning {
            let _ = process.kill();
            let _ = process.wait();
        }
        if let Some(allowed) = &self.allowed {
            let _ = sched_setaffinity(this_thread(), allowed);
        }
    }
}

/// Spins, when this process was started to, until the one that started it has ended; gives `None` when it was not.
pub(crate) fn spinning_process() -> Option<ExitCode> {
    if args_os().nth(1)? != SPIN {
        return None;
    }
    let parent = parent_id();
    while parent_id() == parent {
        (0..1_000_000_u32).for_each(|number| {
            std::hint::black_box(number);
        });
    }
    Some(ExitCode::SUCCESS)
}
