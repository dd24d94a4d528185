//! The walk over a template's nodes: text, actions, branches, loops and calls of templates.

use super::{Run, STACK_EXHAUSTED};
use crate::ast::{Action, Branch, List, Node, NodeRef, TemplateCall, Tree};
use crate::builtins::{prints_itself, value_text};
use crate::error::{Error, ErrorArgument, Place};
use crate::observe::{Receiver, Site, Used};
use crate::output::Output;
use crate::reflect::{Holder, Reflect};
use crate::set::{Template, TemplateSet};
use gostd::limits::Exceeded;
use gostd::text::LineOrigin;
use gostd::types::IntType;
use gostd::{GoType, Value};

/// Go's `maxExecDepth`.
const MAX_DEPTH: usize = 100_000;

/// The execution of one template (Go's `state`).
pub(super) struct State<'a, 'r> {
    pub(super) run: &'a mut Run<'r>,
    pub(super) set: &'a TemplateSet<'a>,
    pub(super) tree: &'a Tree,
    file: u32,
    /// The node that an error would be blamed on.
    pub(super) node: NodeRef<'a>,
    /// The action, branch or text that is being executed.
    pub(super) statement: Option<&'a Node>,
    /// Variables of all templates on the stack; those of this one start at `base`.
    vars: Vec<(&'a str, Reflect)>,
    base: usize,
    depth: usize,
}

/// The end of a walk over nodes.
#[derive(PartialEq, Eq)]
pub(super) enum Flow {
    Next,
    Break,
    Continue,
}

impl<'a, 'r> State<'a, 'r> {
    pub(super) fn new(
        run: &'a mut Run<'r>,
        set: &'a TemplateSet<'a>,
        template: &'a Template,
        data: Reflect,
    ) -> Self {
        State {
            run,
            set,
            tree: &template.tree,
            file: template.file,
            node: NodeRef::List(&template.tree.root),
            statement: None,
            vars: vec![("$", data)],
            base: 0,
            depth: 0,
        }
    }

    pub(super) fn run_template(&mut self, dot: &Reflect, out: &mut Output) -> Result<(), Error> {
        let tree = self.tree;
        self.walk_list(dot, &tree.root, out).map(|_| ())
    }

    /// An error blamed on the current node: Go's format of the message and its operands.
    #[cold]
    pub(super) fn error(&self, format: &str, args: &[&dyn ErrorArgument]) -> Error {
        Error::at(self.place(), format, args, None)
    }

    /// The error that a function or method failed with.
    #[cold]
    pub(super) fn error_calling(&self, name: &str, cause: Error) -> Error {
        Error::at(self.place(), "error calling %s: ", &[&name], Some(cause))
    }

    #[cold]
    fn place(&self) -> Place {
        let (line, column) = self.tree.location(self.node.pos());
        Place {
            file: self.tree.parse_name.to_string(),
            line,
            column,
            executing: String::from_utf8_lossy(&self.tree.name).into_owned(),
            context: self.node_text(self.node),
        }
    }

    /// A node as Go prints it.
    #[cold]
    pub(super) fn node_text(&self, node: NodeRef<'_>) -> String {
        let mut bytes = Vec::new();
        node.print(&self.tree.text, &mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The template line of the current node: only asked for when somebody watches.
    pub(super) fn line_origin(&self) -> LineOrigin {
        LineOrigin {
            template: self.file,
            line: self.tree.location(self.node.pos()).0 as u32,
            call: self.run.call,
        }
    }

    /// The place of the current node: only asked for when somebody watches.
    #[cold]
    pub(super) fn site(&self) -> Site {
        let at = self.line_origin();
        let statement = self.statement.map(Node::pos);
        Site {
            at,
            action: statement.map_or(at.line, |pos| self.tree.location(pos).0 as u32),
            statement: statement.map_or(0, |pos| pos.0),
        }
    }

    /// The same for the observer, if it wants to know.
    pub(super) fn observed_at(&self) -> Site {
        match self.run.observer.as_deref() {
            Some(observer) if observer.wants_lines() => self.site(),
            _ => Site::default(),
        }
    }

    /// Returns true if the current action prints what it evaluates.
    pub(super) fn is_printing(&self) -> bool {
        matches!(self.statement, Some(Node::Action(action)) if action.pipe.decl.is_empty())
    }

    /// Tells the observer, if there is one, that a value which is none is printed or given away.
    #[cold]
    pub(super) fn observe_missing(&mut self, to: Receiver<'_>, node: NodeRef<'_>) {
        let (at, tree) = (self.observed_at(), self.tree);
        if let Some(observer) = self.run.observer.as_deref_mut() {
            observer.missing_value(to, at, &|| {
                let mut bytes = Vec::new();
                node.print(&tree.text, &mut bytes);
                String::from_utf8_lossy(&bytes).into_owned()
            });
        }
    }

    /// The origin of printed text, if the output keeps it.
    fn origin_for(&self, out: &Output) -> LineOrigin {
        match out.tracks_lines() {
            true => self.line_origin(),
            false => LineOrigin::default(),
        }
    }

    pub(super) fn observe_whole(&mut self, value: &Value) {
        if self.run.observer.is_some()
            && matches!(value.underlying(), Value::Map(_) | Value::List(_))
        {
            let at = self.observed_at();
            if let Some(observer) = self.run.observer.as_deref_mut() {
                observer.read_whole(value, at);
            }
        }
    }

    /// Returns true if an observer wants to know of variables.
    #[inline]
    pub(super) fn has_watched_uses(&self) -> bool {
        let observer = self.run.observer.as_deref();
        observer.is_some_and(|observer| observer.wants_uses())
    }

    /// The progress of the observer, if there is one.
    pub(super) fn observed_progress(&self) -> u64 {
        let observer = self.run.observer.as_deref();
        observer.map_or(0, |observer| observer.progress())
    }

    /// Tells the observer that a variable was given a value.
    #[cold]
    pub(super) fn observe_assignment(&mut self, name: &str) {
        let (at, variable) = (self.observed_at(), self.variable_number(name));
        if let (Some(variable), Some(observer)) = (variable, self.run.observer.as_deref_mut()) {
            observer.assigned(variable, at);
        }
    }

    /// Tells the observer that a variable was used; `$` is what the template was given.
    #[cold]
    pub(super) fn observe_variable(&mut self, name: &str, before: u64) {
        let used = match name {
            "$" => Some(Used::Argument),
            name => {
                let number = self.variable_number(name);
                number.map(|number| Used::Variable(number, name))
            }
        };
        if let Some(used) = used {
            self.observe_use(used, before);
        }
    }

    /// Tells the observer that the dot was used, which may still be what the template was given.
    #[cold]
    pub(super) fn observe_dot(&mut self, dot: &Reflect, before: u64) {
        let root = self.vars.get(self.base).map(|(_, value)| value);
        let is_given = root.is_some_and(|root| is_same(&root.value, &dot.value));
        let used = if is_given { Used::Argument } else { Used::Dot };
        self.observe_use(used, before);
    }

    fn observe_use(&mut self, used: Used<'_>, before: u64) {
        let at = self.observed_at();
        if let Some(observer) = self.run.observer.as_deref_mut() {
            observer.used(used, before, at);
        }
    }

    /// Tells the observer that a member of one of the host's objects was used.
    #[cold]
    pub(super) fn observe_member(&mut self, object: &Value, name: &str, arguments: &[Value]) {
        let at = self.observed_at();
        if let Some(observer) = self.run.observer.as_deref_mut() {
            observer.member(object, name, arguments, at);
        }
    }

    // Variables.

    /// The number that tells a variable from the others of the templates that execute.
    fn variable_number(&self, name: &str) -> Option<usize> {
        let own = self.vars.get(self.base..).unwrap_or_default();
        let at = own.iter().rposition(|(n, _)| *n == name)?;
        Some(self.base + at)
    }

    pub(super) fn push(&mut self, name: &'a str, value: Reflect) {
        self.vars.push((name, value));
    }

    pub(super) fn variable(&self, name: &str) -> Result<&Reflect, Error> {
        let own = self.vars.get(self.base..).unwrap_or_default();
        let variable = own.iter().rev().find(|(n, _)| *n == name);
        variable
            .map(|(_, value)| value)
            .ok_or_else(|| self.error("undefined variable: %s", &[&name]))
    }

    pub(super) fn set_variable(&mut self, name: &str, value: Reflect) -> Result<(), Error> {
        let own = self.vars.get_mut(self.base..).unwrap_or_default();
        match own.iter_mut().rev().find(|(n, _)| *n == name) {
            Some(variable) => {
                variable.1 = value;
                Ok(())
            }
            None => Err(self.error("undefined variable: %s", &[&name])),
        }
    }

    /// Sets the n-th variable from the top of the stack, counted from 1.
    fn set_top(&mut self, n: usize, value: Reflect) {
        if let Some(variable) = self.vars.iter_mut().rev().nth(n - 1) {
            variable.1 = value;
        }
    }

    // Nodes.

    fn walk_list(
        &mut self,
        dot: &Reflect,
        list: &'a List,
        out: &mut Output,
    ) -> Result<Flow, Error> {
        self.node = NodeRef::List(list);
        for node in &list.nodes {
            let flow = self.walk(dot, node, out)?;
            if flow != Flow::Next {
                return Ok(flow);
            }
        }
        Ok(Flow::Next)
    }

    fn walk(&mut self, dot: &Reflect, node: &'a Node, out: &mut Output) -> Result<Flow, Error> {
        self.node = NodeRef::Node(node);
        self.statement = Some(node);
        match node {
            Node::Text { span, .. } => {
                let from = self.origin_for(out);
                out.write_source(span.of(&self.tree.text), from);
                self.charge_output(out)?;
            }
            Node::Action(action) => self.walk_action(dot, node, action, out)?,
            Node::If(branch) => return self.walk_branch(dot, branch, false, out),
            Node::With(branch) => return self.walk_branch(dot, branch, true, out),
            Node::Range(branch) => return self.walk_range(dot, branch, out),
            Node::Template(call) => self.walk_template(dot, call, out)?,
            Node::Break(_) => return Ok(Flow::Break),
            Node::Continue(_) => return Ok(Flow::Continue),
        }
        Ok(Flow::Next)
    }

    fn walk_action(
        &mut self,
        dot: &Reflect,
        node: &'a Node,
        action: &'a Action,
        out: &mut Output,
    ) -> Result<(), Error> {
        let value = self.eval_pipeline(dot, &action.pipe)?;
        if action.pipe.decl.is_empty() {
            self.node = NodeRef::Node(node);
            self.print(value, out)?;
        }
        Ok(())
    }

    fn print(&mut self, value: Reflect, out: &mut Output) -> Result<(), Error> {
        let from = self.origin_for(out);
        match &value.value {
            Value::Nil if !value.is_valid() => {
                if self.run.observer.is_some() {
                    self.observe_missing(Receiver::Printed, self.node);
                }
                out.write_printed(b"<no value>", from);
            }
            Value::Str(text) => out.write_text(text, from),
            _ => {
                self.observe_whole(&value.value);
                let mut failed = None;
                out.write_with(from, |bytes| {
                    failed = print_value(bytes, value).err();
                });
                if let Some(message) = failed {
                    return Err(self.error("%s", &[&message]));
                }
            }
        }
        self.charge_output(out)
    }

    /// Charges what was written since this was done last.
    fn charge_output(&self, out: &mut Output) -> Result<(), Error> {
        match out.charge(&self.run.budget) {
            Ok(()) => Ok(()),
            Err(message) => Err(self.error("%s", &[&message])),
        }
    }

    /// Charges a step to the current node.
    fn charge_step(&self) -> Result<(), Error> {
        self.run.budget.steps(1).map_err(|e| self.exceeded(e))
    }

    /// An error blamed on the current node: the render has used up what it may.
    #[cold]
    pub(super) fn exceeded(&self, error: Exceeded) -> Error {
        self.error("%s", &[&error.to_string()])
    }

    fn walk_branch(
        &mut self,
        dot: &Reflect,
        branch: &'a Branch,
        with: bool,
        out: &mut Output,
    ) -> Result<Flow, Error> {
        let mark = self.vars.len();
        let value = self.eval_pipeline(dot, &branch.pipe)?;
        let flow = if value.value.truth() {
            let dot = if with { &value } else { dot };
            self.walk_list(dot, &branch.list, out)
        } else if let Some(list) = &branch.else_list {
            self.walk_list(dot, list, out)
        } else {
            Ok(Flow::Next)
        };
        self.vars.truncate(mark);
        flow
    }

    fn walk_range(
        &mut self,
        dot: &Reflect,
        range: &'a Branch,
        out: &mut Output,
    ) -> Result<Flow, Error> {
        let mark = self.vars.len();
        let value = self.eval_pipeline(dot, &range.pipe)?.unboxed();
        let flow = self.range_over(dot, range, value, out);
        self.vars.truncate(mark);
        flow
    }

    fn range_over(
        &mut self,
        dot: &Reflect,
        range: &'a Branch,
        value: Reflect,
        out: &mut Output,
    ) -> Result<Flow, Error> {
        self.observe_whole(&value.value);
        let mut ran = false;
        match value.value.underlying() {
            Value::Nil if value.holder != Holder::Error => {}
            Value::Int(int, count) => {
                if range.pipe.decl.len() > 1 {
                    let text = value_text(&value.value);
                    return Err(self.error(
                        "can't use %v to iterate over more than one variable",
                        &[&text],
                    ));
                }
                let count = if int.signed() {
                    (*count).max(0) as u64
                } else {
                    *count as u64
                };
                for n in 0..count {
                    ran = true;
                    let number = Value::Int(*int, n as i64);
                    // The months up to `now.Month` are months.
                    let element = Reflect::own(match &value.value {
                        Value::Named(named) => Value::named(named.named_type, number),
                        _ => number,
                    });
                    if self.iterate(range, Reflect::invalid(), element, out)? == Flow::Break {
                        break;
                    }
                }
            }
            Value::List(list) => {
                let hold = element_holder(list.element());
                for n in 0..list.len() {
                    ran = true;
                    let element = Reflect {
                        value: list.get(n).unwrap_or_default(),
                        holder: hold,
                    };
                    let index = Reflect::own(Value::int(n as i64));
                    if self.iterate(range, index, element, out)? == Flow::Break {
                        break;
                    }
                }
            }
            Value::Bytes(bytes) => {
                for (n, byte) in bytes.as_bytes().iter().enumerate() {
                    ran = true;
                    let element = Reflect::own(Value::Int(IntType::Uint8, i64::from(*byte)));
                    let index = Reflect::own(Value::int(n as i64));
                    if self.iterate(range, index, element, out)? == Flow::Break {
                        break;
                    }
                }
            }
            Value::Map(map) => {
                let hold = element_holder(map.element());
                for (key, value) in map.snapshot() {
                    ran = true;
                    let element = Reflect {
                        value,
                        holder: hold,
                    };
                    let key = Reflect::own(Value::Str(key));
                    if self.iterate(range, key, element, out)? == Flow::Break {
                        break;
                    }
                }
            }
            other => {
                let text = match other {
                    Value::Ptr(data) => value_text(&Value::Struct(data.clone())),
                    other => value_text(other),
                };
                return Err(self.error("range can't iterate over %v", &[&text]));
            }
        }
        match &range.else_list {
            // A break in here ends this loop, as one in its body does.
            Some(list) if !ran => match self.walk_list(dot, list, out)? {
                Flow::Break => Ok(Flow::Next),
                flow => Ok(flow),
            },
            _ => Ok(Flow::Next),
        }
    }

    /// One round of a loop: sets the variables, then walks the body with the element as dot.
    fn iterate(
        &mut self,
        range: &'a Branch,
        index: Reflect,
        element: Reflect,
        out: &mut Output,
    ) -> Result<Flow, Error> {
        self.charge_step()?;
        let mark = self.vars.len();
        let decl = &range.pipe.decl;
        let name = |n: usize| decl.get(n).and_then(|v| v.idents.first()).map_or("", |s| s);
        match (decl.len(), range.pipe.is_assign) {
            (0, _) => {}
            (1, true) => self.set_variable(name(0), element.clone())?,
            (1, false) => self.set_top(1, element.clone()),
            (_, true) => {
                self.set_variable(name(0), index)?;
                self.set_variable(name(1), element.clone())?;
            }
            (_, false) => {
                self.set_top(1, element.clone());
                self.set_top(2, index);
            }
        }
        let flow = self.walk_list(&element, &range.list, out)?;
        self.vars.truncate(mark);
        Ok(flow)
    }

    fn walk_template(
        &mut self,
        dot: &Reflect,
        call: &'a TemplateCall,
        out: &mut Output,
    ) -> Result<(), Error> {
        let Some(template) = self.set.lookup(&call.name) else {
            let name = String::from_utf8_lossy(&call.name);
            return Err(self.error("template %q not defined", &[&name]));
        };
        self.charge_step()?;
        if self.depth == MAX_DEPTH {
            return Err(self.error("exceeded maximum template depth (%v)", &[&MAX_DEPTH]));
        }
        if self.run.stack_exhausted() {
            return Err(self.error(STACK_EXHAUSTED, &[]));
        }
        let at = match self.run.observer {
            Some(_) => self.site(),
            None => Site::default(),
        };
        let dot = match &call.pipe {
            Some(pipe) => self.eval_pipeline(dot, pipe)?,
            None => Reflect::invalid(),
        };
        let caller_number = self.run.enter(&call.name, at);
        let caller = (self.tree, self.file, self.base);
        let mark = self.vars.len();
        (self.tree, self.file, self.base) = (&template.tree, template.file, mark);
        self.depth += 1;
        self.push("$", dot.clone());
        self.walk_list(&dot, &template.tree.root, out)?;
        self.vars.truncate(mark);
        self.depth -= 1;
        (self.tree, self.file, self.base) = caller;
        self.run.call = caller_number;
        Ok(())
    }
}

/// Returns true if two values are one: not only equal.
fn is_same(a: &Value, b: &Value) -> bool {
    match (a.underlying(), b.underlying()) {
        (Value::Map(a), Value::Map(b)) => a.identity() == b.identity(),
        (Value::List(a), Value::List(b)) => a.identity() == b.identity(),
        (Value::Str(a), Value::Str(b)) => std::ptr::eq(a.as_bytes(), b.as_bytes()),
        (Value::Int(_, a), Value::Int(_, b)) => a == b,
        (Value::Float64(a), Value::Float64(b)) => a == b,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        _ => false,
    }
}

/// The way an element of a container is held.
pub(crate) fn element_holder(element: GoType) -> Holder {
    match element {
        GoType::Interface => Holder::Interface,
        _ => Holder::Own,
    }
}

/// Prints as `fmt.Fprint` does after Go's `printableValue`.
fn print_value(bytes: &mut Vec<u8>, value: Reflect) -> Result<(), String> {
    let data = match &value.value {
        // A pointer prints as what it points at, which has an address.
        Value::Ptr(data) => data,
        Value::Struct(data) if value.holder == Holder::Addressable => data,
        other => return gostd::fmt::print_value(bytes, other).map_err(|e| e.to_string()),
    };
    let pointer = Value::Ptr(data.clone());
    let text = match prints_itself(&pointer) {
        true => pointer,
        false => Value::Struct(data.clone()),
    };
    gostd::fmt::print_value(bytes, &text).map_err(|e| e.to_string())
}
