//! Hooks, one after another, each waited for (Helm's `execHook`).

use super::super::apply::{self, Method};
use super::super::cluster::{
    Condition, LogSource, PodSelector, Propagation, Resource, WaitStrategy,
};
use super::super::record::{Execution, Hook, Record};
use super::error::joined;
use super::{ActionError, Actions, Waiting};
use compat::notice::Notice;
use goyaml::Kind;
use serde_json::Value;

const BEFORE_CREATION: &str = "before-hook-creation";
const SUCCEEDED: &str = "hook-succeeded";
const FAILED: &str = "hook-failed";

/// What is left to do once the hooks of an event have run: deletions and logs.
#[derive(Debug)]
#[must_use]
pub(super) enum Rest {
    /// Nothing.
    Nothing,
    /// All hooks succeeded.
    Succeeded(Vec<usize>),
    /// A hook failed, after those that succeeded.
    Failed { failed: usize, before: Vec<usize> },
}

/// How hooks are run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Running {
    pub(super) waiting: Waiting,
    pub(super) server_side: bool,
}

impl Actions<'_> {
    /// Runs the hooks of an event, and does what is to be done afterwards.
    pub(super) fn run_hooks(
        &self,
        record: &mut Record,
        event: &str,
        running: &Running,
    ) -> Result<(), ActionError> {
        let (rest, result) = self.start_hooks(record, event, running);
        let ended = self.end_hooks(record, rest, running);
        match result {
            // An error while tidying up comes before that of the hook.
            Err(error) => Err(ended.err().unwrap_or(error)),
            Ok(()) => ended,
        }
    }

    /// Runs the hooks of an event up to the first that fails.
    pub(super) fn start_hooks(
        &self,
        record: &mut Record,
        event: &str,
        running: &Running,
    ) -> (Rest, Result<(), ActionError>) {
        let order = in_order(&record.hooks, event);
        for (at, index) in order.iter().enumerate() {
            match self.run_hook(record, *index, event, running) {
                Ok(()) => {}
                Err((error, true)) => {
                    let before = order.get(..at).unwrap_or_default().to_vec();
                    let failed = *index;
                    return (Rest::Failed { failed, before }, Err(error));
                }
                Err((error, false)) => return (Rest::Nothing, Err(error)),
            }
        }
        (Rest::Succeeded(order), Ok(()))
    }

    /// Runs a hook. The error tells if it was the hook itself that failed, once it was there.
    fn run_hook(
        &self,
        record: &mut Record,
        index: usize,
        event: &str,
        running: &Running,
    ) -> Result<(), (ActionError, bool)> {
        let stopped = |error: ActionError| (error, false);
        let Some(hook) = record.hooks.get_mut(index) else {
            return Ok(());
        };
        if hook.delete_policies.is_empty() {
            hook.delete_policies = vec![BEFORE_CREATION.to_owned()];
        }
        let (manifest, path) = (hook.manifest.clone(), hook.path.clone());
        self.delete_by_policy(hook, BEFORE_CREATION, running)
            .map_err(stopped)?;
        let built = self.cluster.build(&manifest, true);
        let mut resources = built.map_err(|error| {
            let words = format!("unable to build kubernetes object for {event} hook {path}");
            stopped(ActionError::from(error).context(words))
        })?;
        hook.last_run = Execution {
            started_at: self.now(),
            phase: "Running".to_owned(),
            ..Execution::default()
        };
        self.try_update(record);
        let Some(hook) = record.hooks.get_mut(index) else {
            return Ok(());
        };
        let created = self.create_hook(&mut resources, running.server_side);
        let result = match created {
            Ok(()) => self
                .wait_for_hook(&resources, running)
                .map_err(|error| (error, true)),
            Err(error) => {
                let words = format!("warning: Hook {event} {path} failed");
                Err(stopped(error.context(words)))
            }
        };
        hook.last_run.completed_at = self.now();
        hook.last_run.phase = match result {
            Ok(()) => "Succeeded",
            Err(_) => "Failed",
        }
        .to_owned();
        if matches!(result, Err((_, true))) {
            let hook = hook.clone();
            self.print_logs(&hook, &record.namespace, FAILED);
        }
        result
    }

    fn create_hook(
        &self,
        resources: &mut [Resource],
        server_side: bool,
    ) -> Result<(), ActionError> {
        let method = Method::create(server_side, false)?;
        Ok(self.applier(method).create(resources)?)
    }

    fn wait_for_hook(&self, resources: &[Resource], running: &Running) -> Result<(), ActionError> {
        let strategy = self.hook_strategy(running);
        let timeout = running.waiting.timeout;
        let done = self
            .cluster
            .wait(resources, Condition::HookDone, strategy, timeout);
        Ok(done?)
    }

    /// Helm 3 waits for hooks in one way, whatever else is waited for.
    fn hook_strategy(&self, running: &Running) -> WaitStrategy {
        match self.is_helm_3() {
            true => WaitStrategy::Legacy,
            false => running.waiting.strategy,
        }
    }

    /// Deletes what is to be deleted, and prints the logs that are to be printed.
    pub(super) fn end_hooks(
        &self,
        record: &Record,
        rest: Rest,
        running: &Running,
    ) -> Result<(), ActionError> {
        let hook = |index: &usize| record.hooks.get(*index);
        match rest {
            Rest::Nothing => Ok(()),
            Rest::Failed { failed, before } => {
                if let Some(failed) = hook(&failed)
                    && let Err(error) = self.delete_by_policy(failed, FAILED, running)
                {
                    let place = "hooks.go:103";
                    let text = format!("error deleting the hook resource on hook failure: {error}");
                    (self.notify)(&[Notice::log(place, text)]);
                }
                for hook in before.iter().filter_map(hook) {
                    self.delete_by_policy(hook, SUCCEEDED, running)?;
                }
                Ok(())
            }
            Rest::Succeeded(order) => {
                for hook in order.iter().rev().filter_map(hook) {
                    self.print_logs(hook, &record.namespace, SUCCEEDED);
                    self.delete_by_policy(hook, SUCCEEDED, running)?;
                }
                Ok(())
            }
        }
    }

    /// Deletes a hook's resource if it has this policy. Kinds of resources are never deleted: all objects of theirs would go.
    fn delete_by_policy(
        &self,
        hook: &Hook,
        policy: &str,
        running: &Running,
    ) -> Result<(), ActionError> {
        let has_policy = hook.delete_policies.iter().any(|one| one == policy);
        if hook.kind == "CustomResourceDefinition" || !has_policy {
            return Ok(());
        }
        let built = self.cluster.build(&hook.manifest, false);
        let resources = built.map_err(|error| {
            let path = &hook.path;
            let words = format!("unable to build kubernetes object for deleting hook {path}");
            ActionError::from(error).context(words)
        })?;
        let deleted = apply::delete(self.cluster, &resources, Propagation::Background);
        deleted.map_err(|errors| ActionError::new(joined(&errors, "; ")))?;
        match self.hook_strategy(running) {
            WaitStrategy::HookOnly => Ok(()),
            strategy => {
                let timeout = running.waiting.timeout;
                let gone = self
                    .cluster
                    .wait(&resources, Condition::Deleted, strategy, timeout);
                Ok(gone?)
            }
        }
    }

    /// Prints the logs of a hook's containers, if it has this policy. That they cannot be had is no failure.
    fn print_logs(&self, hook: &Hook, namespace: &str, policy: &str) {
        let has_policy = hook.output_log_policies.iter().any(|one| one == policy);
        if has_policy && let Err(error) = self.try_print_logs(hook, namespace) {
            let place = "hooks.go:97";
            let text = format!("error outputting logs for hook failure: {error}");
            (self.notify)(&[Notice::log(place, text)]);
        }
    }

    fn try_print_logs(&self, hook: &Hook, namespace: &str) -> Result<(), ActionError> {
        let own = namespace_of(&hook.manifest);
        let namespace = own.as_deref().unwrap_or(namespace);
        let selector = match &*hook.kind {
            "Job" => PodSelector::Job(&hook.name),
            "Pod" => PodSelector::Name(&hook.name),
            _ => return Ok(()),
        };
        let pods = self.cluster.pods(namespace, selector)?;
        for pod in &pods {
            let containers = pod.pointer("/spec/containers").and_then(Value::as_array);
            for container in containers.into_iter().flatten() {
                let source = LogSource {
                    namespace,
                    pod: text(pod, "/metadata/name"),
                    container: text(container, "/name"),
                };
                let logs = self.cluster.logs(&source).map_err(|_| {
                    ActionError::new(format!(
                        "failed to stream pod logs for pod: {}, container: {}",
                        source.pod, source.container
                    ))
                })?;
                self.print_hook_log(&logs);
            }
        }
        Ok(())
    }

    /// Helm 3 prints logs as they are, Helm 4 makes one line of its own log of them.
    fn print_hook_log(&self, logs: &[u8]) {
        match self.is_helm_3() {
            true => (self.print_log)(logs),
            false if logs.is_empty() => {}
            false => {
                let text = String::from_utf8_lossy(logs);
                let text = text.strip_suffix('\n').unwrap_or(&text);
                (self.notify)(&[Notice::log("", text.to_owned())]);
            }
        }
    }
}

/// The hooks of an event by weight and name, in the order of the record otherwise.
pub(super) fn in_order(hooks: &[Hook], event: &str) -> Vec<usize> {
    let of_event = |hook: &Hook| hook.events.iter().filter(|one| *one == event).count();
    let mut order: Vec<usize> = hooks
        .iter()
        .enumerate()
        .flat_map(|(index, hook)| std::iter::repeat_n(index, of_event(hook)))
        .collect();
    order.sort_by_key(|index| hooks.get(*index).map(|hook| (hook.weight, &hook.name)));
    order
}

/// The namespace that a manifest names itself.
fn namespace_of(manifest: &str) -> Option<String> {
    let node = goyaml::parse(manifest.as_bytes()).ok()?;
    match &node.get("metadata")?.get("namespace")?.kind {
        Kind::Str(text) if !text.is_empty() => Some(text.to_string()),
        _ => None,
    }
}

/// A text in an object; empty where there is none.
pub(super) fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    let value = value.pointer(pointer).and_then(Value::as_str);
    value.unwrap_or_default()
}
