//! The first record of a release whose resources are there already.

use super::super::apply::{self, Owner};
use super::super::cluster::{ClusterError, PatchType, Resource, Verb};
use super::super::record::Record;
use super::super::record::status::{DEPLOYED, FAILED};
use super::install::Install;
use super::{ActionError, Actions, DryRun, Source, Waiting};
use engine::values::Prepared;
use gostd::strconv::quote;
use serde_json::{Value, json};

/// The annotation by which a resource tells its release.
const RELEASE_NAME: &str = "/metadata/annotations/meta.helm.sh~1release-name";

/// The flags of an adoption.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Adopt {
    /// The method that later revisions begin with.
    pub server_side: bool,
    /// Resources of other releases are taken over, too.
    pub take_ownership: bool,
    pub description: String,
    pub waiting: Waiting,
}

impl Adopt {
    /// Writes a first record for a chart whose resources are all there, and marks them as the release's. Nothing else of them
    /// changes, and hooks do not run.
    ///
    /// # Errors
    /// Resources that are not there or are another release's: nothing is written then. What fails later, the record tells.
    pub fn run(
        &self,
        actions: &Actions<'_>,
        source: &mut Source<'_>,
    ) -> Result<Record, ActionError> {
        actions.cluster.reach()?;
        let install = self.install();
        install.check_name(actions, source)?;
        let mut server =
            |_: &Prepared<'_>| actions.cluster.server_info().map_err(ActionError::from);
        let rendered = source.render(actions, DryRun::No, &mut server)?;
        let mut record = install.record(actions, source, rendered);
        let built = actions.cluster.build(&record.manifest, true);
        let resources = built.map_err(|error| {
            ActionError::from(error)
                .context("unable to build kubernetes objects from release manifest")
        })?;
        self.check(actions, &record, &resources)?;
        actions.check_size(&record)?;
        actions.create(&record, 0)?;
        match mark(actions, &record, &resources) {
            Ok(()) => {
                let description = super::given_or(&self.description, "Adoption complete");
                record.set_status(DEPLOYED, description);
                actions.update(&record)?;
                Ok(record)
            }
            Err(error) => {
                let name = quote(record.name.as_bytes());
                record.set_status(FAILED, &format!("Release {name} failed: {error}"));
                actions.try_update(&record);
                Err(error.into())
            }
        }
    }

    /// The install that the record is like.
    fn install(&self) -> Install {
        Install {
            dry_run: DryRun::No,
            server_side: self.server_side,
            force_conflicts: false,
            force_replace: false,
            create_namespace: false,
            no_hooks: true,
            replace: true,
            waiting: self.waiting,
            description: self.description.clone(),
            undoes: false,
            skip_crds: true,
            skip_validation: false,
            take_ownership: self.take_ownership,
        }
    }

    /// Refuses what is not there, or is somebody else's.
    fn check(
        &self,
        actions: &Actions<'_>,
        record: &Record,
        resources: &[Resource],
    ) -> Result<(), ActionError> {
        let requests: Vec<(&Resource, Verb)> =
            resources.iter().map(|one| (one, Verb::Get)).collect();
        let (mut missing, mut foreign) = (Vec::new(), Vec::new());
        for (resource, answer) in resources.iter().zip(actions.cluster.send(&requests)) {
            let place = format!("{} {}", resource.kind, resource.name);
            let live = match answer {
                Ok(live) => live,
                Err(error) if error.is_not_found() => {
                    missing.push(place);
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            let owner = live.pointer(RELEASE_NAME).and_then(Value::as_str);
            if let Some(owner) = owner.filter(|owner| *owner != record.name)
                && !self.take_ownership
            {
                foreign.push(format!("{place} (of {owner})"));
            }
        }
        if !missing.is_empty() {
            return Err(ActionError::new(format!(
                "these resources are not there: {}",
                missing.join(", ")
            )));
        }
        match foreign.is_empty() {
            true => Ok(()),
            false => Err(ActionError::new(format!(
                "these resources belong to other releases: {}",
                foreign.join(", ")
            ))),
        }
    }
}

/// Marks resources as the release's.
fn mark(
    actions: &Actions<'_>,
    record: &Record,
    resources: &[Resource],
) -> Result<(), ClusterError> {
    let owner = Owner {
        name: &record.name,
        namespace: &record.namespace,
    };
    let mut marks = vec![Resource {
        object: json!({}),
        ..Resource::default()
    }];
    apply::claim(&mut marks, &owner);
    let body = marks
        .iter()
        .map(|mark| mark.object.to_string())
        .collect::<String>();
    let patch = Verb::Patch {
        patch: PatchType::Merge,
        body: body.into_bytes(),
    };
    let requests: Vec<(&Resource, Verb)> =
        resources.iter().map(|one| (one, patch.clone())).collect();
    let errors = actions
        .cluster
        .send(&requests)
        .into_iter()
        .filter_map(Result::err);
    ClusterError::join(errors.collect(), false).map_or(Ok(()), Err)
}
