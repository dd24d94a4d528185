//! What must be there before the resources: their kinds and their namespace.

use super::super::cluster::{ClusterError, Condition, WaitStrategy};
use super::Applier;
use std::time::Duration;

/// The time that new kinds have to become known.
const CRD_TIMEOUT: Duration = Duration::from_secs(60);

/// Makes the kinds of a chart's `crds/`: its files by name and text, one after another. Those that are there already stay
/// out of it. Then it is waited for what is new, by Helm 3's rules in Helm 3 and by the strategy in Helm 4.
///
/// # Errors
/// Helm's text on the file that could not be installed.
pub fn install_crds(
    applier: &Applier<'_>,
    files: &[(&str, &str)],
    strategy: WaitStrategy,
) -> Result<(), ClusterError> {
    let mut installed = Vec::new();
    for (name, text) in files {
        let words = format!("failed to install CRD {name}");
        let built = applier.cluster.build(text, false);
        let mut resources = built.map_err(|error| error.context(&words))?;
        if resources.is_empty() && !applier.is_helm_3() {
            return Err(ClusterError::new("resources are empty").context(&words));
        }
        match applier.create(&mut resources) {
            Ok(()) => installed.append(&mut resources),
            Err(error) if error.is_already_exists() => {}
            Err(error) => return Err(error.context(&words)),
        }
    }
    if installed.is_empty() {
        return Ok(());
    }
    let strategy = match applier.is_helm_3() {
        true => WaitStrategy::Legacy,
        false => strategy,
    };
    let condition = Condition::Ready { jobs: false };
    applier
        .cluster
        .wait(&installed, condition, strategy, CRD_TIMEOUT)?;
    applier.cluster.forget_kinds();
    Ok(())
}

/// Brings the kinds of a chart's `crds/`, its files by name and text, to what the files say, and waits until the server knows
/// them.
///
/// # Errors
/// The text on the file that could not be applied.
pub fn apply_crds(applier: &Applier<'_>, files: &[(String, String)]) -> Result<(), ClusterError> {
    let mut applied = Vec::new();
    for (name, text) in files {
        let words = format!("failed to apply CRD {name}");
        let built = applier.cluster.build(text, false);
        let mut resources = built.map_err(|error| error.context(&words))?;
        if !resources.is_empty() {
            let made = applier.create(&mut resources);
            made.map_err(|error| error.context(&words))?;
        }
        applied.append(&mut resources);
    }
    if applied.is_empty() {
        return Ok(());
    }
    let strategy = match applier.is_helm_3() {
        true => WaitStrategy::Legacy,
        false => WaitStrategy::Watcher,
    };
    let condition = Condition::Ready { jobs: false };
    applier
        .cluster
        .wait(&applied, condition, strategy, CRD_TIMEOUT)?;
    applier.cluster.forget_kinds();
    Ok(())
}

/// Makes a namespace, where it is not there.
///
/// # Errors
/// The server's.
pub fn create_namespace(applier: &Applier<'_>, namespace: &str) -> Result<(), ClusterError> {
    let name = serde_json::Value::from(namespace);
    let manifest = format!(
        "apiVersion: v1\nkind: Namespace\nmetadata:\n  labels:\n    name: {name}\n  name: {name}\nspec: {{}}\nstatus: {{}}\n"
    );
    let mut resources = applier.cluster.build(&manifest, true)?;
    match applier.create(&mut resources) {
        Err(error) if error.is_already_exists() => Ok(()),
        answer => answer,
    }
}
