//! The engine, as a template function that it calls may ask it.

use super::{Run, execute, execute_template};
use crate::error::Error;
use crate::line_origins;
use crate::observe::Site;
use crate::output::Output;
use crate::set::{Template, TemplateSet};
use gostd::host::Host;
use gostd::limits::Budget;
use gostd::{Map, Text, Value};
use std::any::Any;

/// The context of one function call.
pub struct Call<'a, 'r> {
    pub(super) run: &'a mut Run<'r>,
    pub(super) set: &'a TemplateSet<'a>,
    pub(super) at: Site,
}

impl<'a, 'r> Call<'a, 'r> {
    /// Clock, randomness and the like.
    pub fn host(&self) -> &'r dyn Host {
        self.run.host
    }

    /// The memory and time that the render may use.
    pub fn budget(&self) -> &Budget {
        &self.run.budget
    }

    /// The templates that the calling one can name.
    pub fn set(&self) -> &'a TemplateSet<'a> {
        self.set
    }

    /// The state that the render's functions share, if it is a `T`.
    pub fn state<T: Any>(&mut self) -> Option<&mut T> {
        self.run.state.downcast_mut()
    }

    /// The functions that templates are parsed with.
    pub fn functions(&self) -> &'r crate::func::FunctionTable {
        self.run.functions
    }

    /// Returns true if strings should carry line origins.
    pub fn tracks_lines(&self) -> bool {
        self.run.track_lines
    }

    /// Executes the template `name` of the calling template's set, and gives what it wrote.
    pub fn execute(&mut self, name: &[u8], data: Value) -> Result<Text, Error> {
        let mut out = Output::new(self.run.track_lines);
        let caller = self.run.enter(name, self.at);
        let result = execute(self.run, self.set, name, data, &mut out);
        self.run.call = caller;
        result.map(|()| out.into_text())
    }

    /// Executes a template with the templates of another set, layered over this one. Lines that come
    /// from no file keep the line of `source` that they come from, where that is known.
    pub fn execute_in(
        &mut self,
        set: &TemplateSet<'_>,
        template: &Template,
        data: Value,
        source: &Text,
    ) -> Result<Text, Error> {
        let mut out = Output::new(self.run.track_lines);
        let caller = self.run.enter(&template.tree.name, self.at);
        let inside = self.run.call;
        let result = execute_template(self.run, set, template, data, &mut out);
        self.run.call = caller;
        result?;
        let text = out.into_text();
        Ok(match source.lines() {
            Some(lines) => line_origins::relocated(text, inside, lines),
            None => text,
        })
    }

    /// Tells the observer, if there is one, that `key` is read from `map`.
    pub fn observe_read(&mut self, map: &Map, key: &[u8]) {
        if let Some(observer) = self.run.observer.as_deref_mut() {
            let origin = map.entry(key).map(|e| e.origin);
            observer.read(map, key, origin, self.at);
        }
    }

    /// Tells the observer, if there is one, that all of `value` is read.
    pub fn observe_whole(&mut self, value: &Value) {
        if let Some(observer) = self.run.observer.as_deref_mut() {
            observer.read_whole(value, self.at);
        }
    }
}
