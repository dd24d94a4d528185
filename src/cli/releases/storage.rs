//! Helm's storage of releases, by `HELM_DRIVER`.

#[cfg(feature = "cluster")]
use super::change::now;
use super::progress::Progress;
use crate::cli::compat_flags::{CompatFlags, MEMORY_DATA, Tables, fatal};
#[cfg(feature = "cluster")]
use crate::cli::terminal;
use crate::cli::terminal::CliError;
use crate::profile::{CommandLine, Profile};
use ::release::{Memory, NoCluster, Storage};
use files::input::{self, NamedBy};
use gostd::limits::{Cancel, LIMITS};
#[cfg(feature = "cluster")]
use gostd::strconv::quote;
use gostd::{Value, json};
use std::env;
use std::path::Path;
use std::rc::Rc;
#[cfg(feature = "cluster")]
use {
    ::release::ClusterError,
    cluster::{Cluster, Kind as ObjectKind, Records},
};

#[cfg(not(feature = "cluster"))]
const WITHOUT: &str = "this rhelm is built without its feature `cluster`";

const WITHOUT_DATABASE: &str =
    "rhelm keeps no releases in a database: unset HELM_DRIVER, or use Helm";

/// The storage of a namespace; of all where it is empty. The cluster is asked whether it is there, as Helm does before
/// anything else.
pub(in crate::cli) fn open<T: Tables>(
    compat: &CompatFlags<T>,
    namespace: &str,
    profile: &Profile,
) -> Result<Box<dyn Storage>, CliError> {
    let place = connect(compat, namespace, profile, &Cancel::new())?;
    place.cluster.reach().map_err(CliError::new)?;
    if namespace.is_empty() && place.cluster.is_absent() {
        // Helm forgets here that there is no cluster.
        reach(compat, profile)?;
    }
    Ok(place.storage)
}

/// The cluster for objects of a namespace. Nothing is asked yet.
pub(in crate::cli) fn cluster<T: Tables>(
    compat: &CompatFlags<T>,
    namespace: &str,
    profile: &Profile,
) -> Result<Rc<dyn ::release::Cluster>, CliError> {
    match env::var("HELM_DRIVER").as_deref() {
        Ok("memory") => Ok(printing(compat, profile)),
        _ => {
            let doing = (&Cancel::new(), &Progress::default());
            Ok(connect_records(compat, namespace, "", profile, doing)?.cluster)
        }
    }
}

/// Where a release is: its cluster, and its records there.
pub(in crate::cli) struct Place {
    pub(in crate::cli) cluster: Rc<dyn ::release::Cluster>,
    pub(in crate::cli) storage: Box<dyn Storage>,
}

/// The place of the releases of a namespace. Nothing is asked yet. What is asked of the cluster ends when the flag is set.
pub(in crate::cli) fn connect<T: Tables>(
    compat: &CompatFlags<T>,
    namespace: &str,
    profile: &Profile,
    cancel: &Cancel,
) -> Result<Place, CliError> {
    connect_with(compat, namespace, profile, cancel, &Progress::default())
}

/// The same; who waits there is told of progress.
pub(in crate::cli) fn connect_with<T: Tables>(
    compat: &CompatFlags<T>,
    namespace: &str,
    profile: &Profile,
    cancel: &Cancel,
    progress: &Progress,
) -> Result<Place, CliError> {
    match env::var("HELM_DRIVER").as_deref() {
        Ok("memory") => Ok(Place {
            cluster: printing(compat, profile),
            storage: Box::new(memory(profile)?.of_namespace(namespace)),
        }),
        Ok("sql") => Err(CliError::new(WITHOUT_DATABASE)),
        driver => {
            let driver = driver.unwrap_or_default();
            connect_records(compat, namespace, driver, profile, (cancel, progress))
        }
    }
}

#[cfg(feature = "cluster")]
fn connect_records<T: Tables>(
    compat: &CompatFlags<T>,
    namespace: &str,
    driver: &str,
    profile: &Profile,
    (cancel, progress): (&Cancel, &Progress),
) -> Result<Place, CliError> {
    let cluster = Cluster::new(&compat.cluster_settings(profile)).map_err(CliError::new)?;
    let cluster = cluster.with_namespace(namespace);
    let cluster = cluster.with_warn(Box::new(warn_of_server));
    let mut cluster = cluster.with_cancel(cancel.clone());
    if progress.is_on() {
        let progress = progress.clone();
        cluster = cluster.with_reports(move |resource, reason| progress.tell(resource, reason));
    }
    let cluster = Rc::new(cluster);
    let records = Records::new(Rc::clone(&cluster), object_kind(driver), namespace);
    Ok(Place {
        storage: Box::new(records),
        cluster,
    })
}

/// Prints a server's warning as Helm's client logs it (klog): with the time and the number of the process.
#[cfg(feature = "cluster")]
fn warn_of_server(text: &str) {
    let now = now().format(b"0102 15:04:05.000000");
    let line = format!(
        "I{} {:>7} warnings.go:107] {}\n",
        String::from_utf8_lossy(&now),
        std::process::id(),
        quote(format!("Warning: {text}").as_bytes())
    );
    terminal::warn(line.as_bytes());
}

/// The cluster of the driver `memory`, which is asked what it is, and no more.
#[cfg(feature = "cluster")]
fn printing<T: Tables>(compat: &CompatFlags<T>, profile: &Profile) -> Rc<dyn ::release::Cluster> {
    let settings = compat.cluster_settings(profile);
    // Nothing is connected to before it is asked what it is.
    Rc::new(NoCluster::in_front_of(move || {
        let cluster = Cluster::new(&settings);
        let cluster = cluster.map_err(|error| ClusterError::new(error.to_string()))?;
        Ok(Rc::new(cluster))
    }))
}

#[cfg(not(feature = "cluster"))]
fn printing<T: Tables>(_: &CompatFlags<T>, _: &Profile) -> Rc<dyn ::release::Cluster> {
    Rc::new(NoCluster::default())
}

#[cfg(not(feature = "cluster"))]
fn connect_records<T: Tables>(
    _: &CompatFlags<T>,
    _: &str,
    _: &str,
    _: &Profile,
    _: (&Cancel, &Progress),
) -> Result<Place, CliError> {
    Err(CliError::new(WITHOUT))
}

/// Asks the cluster whether it is there.
#[cfg(feature = "cluster")]
fn reach<T: Tables>(compat: &CompatFlags<T>, profile: &Profile) -> Result<(), CliError> {
    let cluster = Cluster::new(&compat.cluster_settings(profile)).map_err(CliError::new)?;
    cluster.reach().map_err(CliError::new)
}

/// The kind of object that a driver stores records in.
#[cfg(feature = "cluster")]
fn object_kind(driver: &str) -> ObjectKind {
    match driver {
        "configmap" | "configmaps" => ObjectKind::ConfigMap,
        _ => ObjectKind::Secret,
    }
}

#[cfg(not(feature = "cluster"))]
fn reach<T: Tables>(_: &CompatFlags<T>, _: &Profile) -> Result<(), CliError> {
    Err(CliError::new(WITHOUT))
}

/// The records in the files of the driver `memory`.
fn memory(profile: &Profile) -> Result<Memory, CliError> {
    let mut memory = Memory::default();
    let broken = |cause: String| {
        let text = format!("Unable to unmarshal memory driver data: {cause}");
        fatal("helm.go:127", text, profile)
    };
    for path in env::var(MEMORY_DATA).unwrap_or_default().split(':') {
        let text = input::read(Path::new(path), NamedBy::User, LIMITS.argument_bytes);
        let text = text.map_err(|error| {
            let error = crate::chart::OsError::new("open", Path::new(path), &error);
            fatal(
                "helm.go:122",
                format!("Unable to read memory driver data{error}"),
                profile,
            )
        })?;
        let releases = goyaml::from_yaml(&text).map_err(|error| broken(error.to_string()))?;
        let releases = match &releases {
            Value::List(releases) => releases,
            Value::Nil => continue,
            other => return Err(broken(mismatch(other, "[]*", profile))),
        };
        for release in releases.snapshot() {
            if !matches!(release, Value::Map(_)) {
                return Err(broken(mismatch(&release, "", profile)));
            }
            let json = json::encode(&release, json::Options::COMPACT);
            let json = json.map_err(|error| broken(error.to_string()))?;
            let json = String::from_utf8_lossy(&json).into_owned();
            memory.add(json).map_err(|error| match error {
                ::release::Error::Broken(cause) => broken(cause),
                other => fatal("helm.go:132", other.to_string(), profile),
            })?;
        }
    }
    Ok(memory)
}

/// Go's text on a value that is no release.
fn mismatch(value: &Value, prefix: &str, profile: &Profile) -> String {
    let package = match profile.command_line {
        CommandLine::Helm3 => "release",
        CommandLine::Helm4 => "v1",
    };
    let target = format_args!("value of type {prefix}{package}.Release");
    let problem = json::mismatch(json::Kind::of_decoded(value), target);
    format!("error unmarshaling JSON: while decoding JSON: {problem}")
}
