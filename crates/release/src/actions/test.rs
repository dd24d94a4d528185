//! `helm test`.

use super::super::cluster::{LogSource, PodSelector, WaitStrategy};
use super::super::record::Record;
use super::hooks::{Rest, Running, in_order, text as text_of};
use super::{ActionError, Actions, Waiting};
use engine::action::check_release_name;
use serde_json::Value;
use std::time::Duration;

/// The event of tests.
const TEST: &str = "test";

/// The tests that run, by the names of hooks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only these; all where it is empty.
    pub only: Vec<String>,
    /// Not these.
    pub without: Vec<String>,
}

impl Filter {
    fn takes(&self, name: &str) -> bool {
        let is_in = |names: &[String]| names.iter().any(|one| one == name);
        !is_in(&self.without) && (self.only.is_empty() || is_in(&self.only))
    }
}

/// The flags of a test.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Test {
    pub timeout: Duration,
    pub filter: Filter,
}

/// Tests that ran.
#[derive(Debug)]
pub struct Tested {
    /// The release.
    pub record: Record,
    /// The reason why a test failed.
    pub failure: Option<ActionError>,
    running: Running,
    rest: Rest,
}

impl Test {
    /// Runs the tests of the last revision. What is left to do afterwards does [`Actions::end_tests`].
    ///
    /// # Errors
    /// Helm's text, where there is no release to be shown.
    pub fn run(&self, actions: &Actions<'_>, name: &str) -> Result<Tested, ActionError> {
        actions.cluster.reach()?;
        if check_release_name(name).is_err() {
            let text = format!("releaseTest: Release name is invalid: {name}");
            return Err(ActionError::new(text));
        }
        let mut record = actions.last(name)?;
        // Helm puts what it leaves out first.
        let hooks = std::mem::take(&mut record.hooks).into_iter();
        let (taken, mut left): (Vec<_>, Vec<_>) =
            hooks.partition(|hook| self.filter.takes(&hook.name));
        // Those that are excluded come before those that are not included.
        left.sort_by_key(|hook| !self.filter.without.contains(&hook.name));
        record.hooks = taken;
        let is_helm_3 = actions.is_helm_3();
        let running = Running {
            server_side: record.apply_method.0 == "ssa" && !is_helm_3,
            waiting: Waiting {
                strategy: WaitStrategy::Watcher,
                jobs: false,
                timeout: self.timeout,
            },
        };
        // Helm 3 tidies up at once, Helm 4 when the logs are printed.
        let (rest, result) = match is_helm_3 {
            true => {
                let result = actions.run_hooks(&mut record, TEST, &running);
                (Rest::Nothing, result)
            }
            false => actions.start_hooks(&mut record, TEST, &running),
        };
        let rest = rest.moved_by(left.len());
        left.append(&mut record.hooks);
        record.hooks = left;
        let updated = actions.update(&record).map_err(ActionError::from);
        Ok(Tested {
            failure: result.and(updated).err(),
            record,
            running,
            rest,
        })
    }

    /// The logs of the pods of tests, each under its title.
    ///
    /// # Errors
    /// Helm's text. What was read before is in `text` all the same.
    pub fn logs(
        &self,
        actions: &Actions<'_>,
        record: &Record,
        namespace: &str,
        text: &mut Vec<u8>,
    ) -> Result<(), ActionError> {
        for index in in_order(&record.hooks, TEST) {
            let name = match record.hooks.get(index) {
                Some(hook) if self.filter.takes(&hook.name) => &*hook.name,
                _ => continue,
            };
            match actions.is_helm_3() {
                true => log_of_pod(actions, namespace, name, text)?,
                false => logs_of_containers(actions, namespace, name, text)?,
            }
        }
        Ok(())
    }
}

impl Actions<'_> {
    /// Deletes what is to be deleted after tests.
    ///
    /// # Errors
    /// Helm's text.
    pub fn end_tests(&self, tested: Tested) -> Result<(), ActionError> {
        self.end_hooks(&tested.record, tested.rest, &tested.running)
    }
}

impl Rest {
    /// The same with so many hooks before those that ran.
    fn moved_by(self, count: usize) -> Rest {
        let moved = |order: Vec<usize>| order.into_iter().map(|at| at + count).collect();
        match self {
            Rest::Nothing => Rest::Nothing,
            Rest::Succeeded(order) => Rest::Succeeded(moved(order)),
            Rest::Failed { failed, before } => Rest::Failed {
                failed: failed + count,
                before: moved(before),
            },
        }
    }
}

/// Helm 3: the log of the pod's only container.
fn log_of_pod(
    actions: &Actions<'_>,
    namespace: &str,
    pod: &str,
    text: &mut Vec<u8>,
) -> Result<(), ActionError> {
    let source = LogSource {
        namespace,
        pod,
        container: "",
    };
    let log = actions.cluster.logs(&source).map_err(|error| {
        ActionError::from(error).context(format_args!("unable to get pod logs for {pod}"))
    })?;
    text.extend(format!("POD LOGS: {pod}\n").bytes());
    text.extend(log);
    text.push(b'\n');
    Ok(())
}

/// Helm 4: the logs of all containers, those of the beginning first.
fn logs_of_containers(
    actions: &Actions<'_>,
    namespace: &str,
    name: &str,
    text: &mut Vec<u8>,
) -> Result<(), ActionError> {
    let pods = actions.cluster.pods(namespace, PodSelector::Name(name))?;
    let Some(pod) = pods.first() else {
        let name_quoted = gostd::strconv::quote(name.as_bytes());
        return Err(ActionError::new(format!("pods {name_quoted} not found"))
            .context(format_args!("unable to get pod {name}")));
    };
    let mut errors = Vec::new();
    for list in ["/spec/initContainers", "/spec/containers"] {
        let containers = pod.pointer(list).and_then(Value::as_array);
        for container in containers.into_iter().flatten() {
            let container = text_of(container, "/name");
            let source = LogSource {
                namespace,
                pod: name,
                container,
            };
            match actions.cluster.logs(&source) {
                Ok(log) => {
                    text.extend(format!("POD LOGS: {name} ({container})\n").bytes());
                    text.extend(log);
                    text.push(b'\n');
                }
                Err(error) => errors.push(format!(
                    "unable to get logs for pod {name}, container {container}: {error}"
                )),
            }
        }
    }
    match errors.is_empty() {
        true => Ok(()),
        false => Err(ActionError::new(errors.join("\n"))),
    }
}
