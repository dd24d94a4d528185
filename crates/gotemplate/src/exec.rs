//! Execution: what Go's text/template does with a parsed template and its data.
//!
//! [`execute`] walks a [`Tree`](crate::ast::Tree) and writes to an [`Output`]. What one render's
//! executions share is in [`Run`]; what a template function may ask of the engine is in [`Call`].

mod arguments;
mod call;
mod pipeline;
mod state;

pub(crate) use arguments::Reflects;
pub use call::Call;
pub(crate) use pipeline::zero;
pub(crate) use state::element_holder;

use crate::error::{Error, Place};
use crate::func::FunctionTable;
use crate::observe::{Observer, Site};
use crate::output::Output;
use crate::reflect::Reflect;
use crate::set::{Template, TemplateSet};
use gostd::Value;
use gostd::host::Host;
use gostd::limits::{Allowance, Budget};
use gostd::time::{ZoneScope, use_zones};
use state::State;
use std::any::Any;
use std::cell::Cell;

/// The state that the executions of one render share.
pub struct Run<'r> {
    /// The functions that templates were parsed with.
    pub functions: &'r FunctionTable,
    /// Clock, randomness and the like.
    pub host: &'r dyn Host,
    /// The observer of reads.
    pub observer: Option<&'r mut dyn Observer>,
    /// True if outputs keep the template line of each of their lines.
    pub track_lines: bool,
    /// The number that the observer has given to the call that is being executed.
    pub call: u32,
    /// State that the functions share (Helm's include counter, for one).
    pub state: &'r mut dyn Any,
    /// The stack that executions may use, in bytes: a template that needs more fails with an error.
    pub stack_limit: usize,
    /// The memory and time that executions may use.
    pub budget: Budget,
    stack_base: usize,
    has_exhausted_stack: Cell<bool>,
    /// The host's time zones are those of the thread for as long as this is here.
    _zones: ZoneScope,
}

impl<'r> Run<'r> {
    /// A run without observer and line origins.
    ///
    /// `stack_limit` must leave room on the thread's stack for one level of execution (16 KiB).
    pub fn new(
        functions: &'r FunctionTable,
        host: &'r dyn Host,
        state: &'r mut dyn Any,
        stack_limit: usize,
    ) -> Self {
        Run {
            functions,
            host,
            observer: None,
            track_lines: false,
            call: 0,
            state,
            stack_limit,
            budget: Budget::new(Allowance::default()),
            stack_base: stack_pointer(),
            has_exhausted_stack: Cell::new(false),
            _zones: use_zones(host.zones()),
        }
    }

    /// Tells the observer, if there is one, that a template is about to be executed; gives the number
    /// of the calling one, for [`Run::call`] to have again afterwards.
    pub(crate) fn enter(&mut self, name: &[u8], at: Site) -> u32 {
        let caller = self.call;
        if let Some(observer) = self.observer.as_deref_mut() {
            self.call = observer.called(name, at);
        }
        caller
    }

    /// Returns true if executing deeper would use up the stack.
    pub(crate) fn stack_exhausted(&self) -> bool {
        let is_exhausted = self.stack_base.abs_diff(stack_pointer()) > self.stack_limit;
        if is_exhausted {
            self.has_exhausted_stack.set(true);
        }
        is_exhausted
    }

    /// Returns true if an execution has failed because it would have used up the stack.
    pub fn has_exhausted_stack(&self) -> bool {
        self.has_exhausted_stack.get()
    }
}

/// An address close to the top of the stack.
#[inline(never)]
fn stack_pointer() -> usize {
    let here = 0u8;
    std::ptr::from_ref(std::hint::black_box(&here)) as usize
}

/// Executes the template `name` of `set` with `data` as its dot (Go's `ExecuteTemplate`).
pub fn execute(
    run: &mut Run<'_>,
    set: &TemplateSet<'_>,
    name: &[u8],
    data: Value,
    out: &mut Output,
) -> Result<(), Error> {
    let Some(template) = set.lookup(name) else {
        return Err(Error::new(format!(
            "template: no template {} associated with template {}",
            gostd::strconv::quote(name),
            gostd::strconv::quote(set.name().as_bytes()),
        )));
    };
    execute_template(run, set, template, data, out)
}

/// Executes a template that need not be in `set` itself; the templates it calls are (Go's
/// `Execute`).
pub fn execute_template(
    run: &mut Run<'_>,
    set: &TemplateSet<'_>,
    template: &Template,
    data: Value,
    out: &mut Output,
) -> Result<(), Error> {
    run.budget.steps(1)?;
    if run.stack_exhausted() {
        let place = Place {
            file: String::from_utf8_lossy(&template.tree.name).into_owned(),
            line: 0,
            column: 0,
            executing: String::new(),
            context: String::new(),
        };
        return Err(Error::at(place, STACK_EXHAUSTED, &[], None));
    }
    let data = Reflect::own(data);
    let mut state = State::new(run, set, template, data.clone());
    state.run_template(&data, out)
}

/// Go's process dies where this is said: there is no text of Go's to honour.
pub(crate) const STACK_EXHAUSTED: &str = "templates are nested too deeply";
