//! Releases as sides of a comparison: their records, and what their cluster has.

use super::Diff;
use super::sides::Rendering;
use crate::cli::compat_flags::{CompatFlags, Tables};
use crate::cli::releases::{content, storage, whole_manifest};
use crate::cli::terminal::CliError;
use crate::profile::Profile;
use crate::render::Capabilities;
use crate::side::{ReleaseName, Side};
use ::release::{Cluster, ServerInfo, live_manifest};
use gostd::limits::Cancel;
use gostd::{Map, Value, json};
use std::rc::Rc;

/// What a cluster tells of a side: of a release its manifest, of a chart the release that it is an upgrade of.
#[derive(Clone, Debug, Default)]
pub(super) struct Released {
    /// The manifest and the hooks.
    pub(super) manifest: Vec<u8>,
    /// The number of the revision that the chart would be.
    pub(super) revision: Option<i64>,
    /// The values that were given for the release, as JSON.
    config: Option<String>,
    server: Option<ServerInfo>,
}

impl Released {
    /// Puts what the cluster is in the place of what is assumed, but for what the user says.
    pub(super) fn tell(&self, capabilities: &mut Capabilities, has_version: bool) {
        let Some(server) = self.server.clone() else {
            return;
        };
        let given = capabilities.clone();
        server.tell(capabilities);
        if has_version {
            capabilities.kube_version = given.kube_version;
        }
    }

    /// The values that were given for the release.
    pub(super) fn values(&self) -> Result<Map, CliError> {
        let Some(config) = &self.config else {
            return Ok(Map::new());
        };
        match json::decode(config.as_bytes()).map_err(CliError::new)? {
            Value::Map(values) => Ok(values),
            _ => Ok(Map::new()),
        }
    }
}

/// The cluster of a side.
pub(super) struct Place {
    cluster: Rc<dyn Cluster>,
}

impl Place {
    /// What the cluster has of the objects of some manifests, by the fields that they set.
    pub(super) fn live(&self, manifests: &[&str], namespace: &str) -> Result<String, CliError> {
        if self.cluster.is_absent() {
            return Err(CliError::new(
                "--live needs a cluster, and HELM_DRIVER=memory has none",
            ));
        }
        live_manifest(&*self.cluster, namespace, manifests).map_err(CliError::new)
    }
}

/// Reads the records of sides that are releases. Returns the place of OLD, if it is one.
pub(super) fn read(
    diff: &Diff,
    renderings: &mut [Rendering; 2],
) -> Result<Option<Place>, CliError> {
    let [old, new] = renderings;
    let is_one = diff.sides.len() == 1;
    // Hooks come and go.
    let is_live = diff.comparison.live;
    let found = match old.side.clone() {
        Side::Release(name) => Some(old.find(&name, &diff.global, is_live)?),
        _ => None,
    };
    match new.side.clone() {
        Side::Release(_) if is_one => {
            new.released = old.released.clone();
            new.namespace.clone_from(&old.namespace);
        }
        Side::Release(name) => drop(new.find(&name, &diff.global, is_live)?),
        Side::Chart(_) | Side::Git(_) | Side::Pipe(_) => {
            if let Some(found) = &found {
                let has_name = diff.common.release.is_some() || diff.new.release.is_some();
                new.follow(found, has_name)?;
            }
        }
        Side::Manifest(_) | Side::Stdin => {}
    }
    Ok(found.map(|found| Place {
        cluster: found.cluster,
    }))
}

/// A release that was found.
struct Found {
    record: ::release::Record,
    cluster: Rc<dyn Cluster>,
}

impl Rendering {
    /// Finds the release that this side is.
    fn find<T: Tables>(
        &mut self,
        name: &ReleaseName,
        compat: &CompatFlags<T>,
        is_live: bool,
    ) -> Result<Found, CliError> {
        let place = self.place();
        let namespace = name.namespace.as_deref();
        let namespace = namespace.unwrap_or_else(|| self.namespace()).to_owned();
        let read = read_record(name, &namespace, compat, &self.profile);
        let found = read.map_err(|error| error.with_prefix(&place))?;
        self.released.manifest = match is_live {
            true => format!("{}\n", found.record.manifest),
            false => whole_manifest(&found.record),
        }
        .into_bytes();
        self.namespace = Some(found.record.namespace.clone());
        Ok(found)
    }

    /// Makes this side what an upgrade of a release would be.
    fn follow(&mut self, found: &Found, has_name: bool) -> Result<(), CliError> {
        let record = &found.record;
        if !has_name {
            self.release.clone_from(&record.name);
        }
        self.namespace = Some(record.namespace.clone());
        self.is_upgrade = true;
        self.released.revision = Some(record.version + 1);
        let config = record.config.as_ref();
        self.released.config = config.map(|config| config.get().to_owned());
        if !found.cluster.is_absent() {
            let server = found.cluster.server_info().map_err(CliError::new)?;
            self.released.server = Some(server);
        }
        Ok(())
    }
}

fn read_record<T: Tables>(
    name: &ReleaseName,
    namespace: &str,
    compat: &CompatFlags<T>,
    profile: &Profile,
) -> Result<Found, CliError> {
    let revision = match &*name.revision {
        "" => 0,
        text => match text.parse::<i64>() {
            Ok(number) if number > 0 => number,
            _ => {
                let text = gostd::strconv::quote(text.as_bytes());
                return Err(CliError::new(format!(
                    "{text} is no revision: write release:NAME:3"
                )));
            }
        },
    };
    let place = storage::connect(compat, namespace, profile, &Cancel::new())?;
    place.cluster.reach().map_err(CliError::new)?;
    Ok(Found {
        record: content(&*place.storage, &name.name, revision)?,
        cluster: place.cluster,
    })
}
