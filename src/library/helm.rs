//! A version of Helm, and what it is asked for.

use super::{Cancel, Chart, Error, Limits, Release, Values, with_stack};
use compat::Profile;
use diagnostics::secrets::Visibility;
use engine::action::{self, Request};
use engine::render::{self, Capabilities, KubeVersion};
use gostd::host::Host;
use gotemplate::FunctionTable;
use host::{DeterministicSource, HostOverrides, OfflineCluster};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// Makes the machine that one render sees, on the render's own thread.
type MakeHost = dyn Fn() -> Box<dyn Host> + Send + Sync;

/// A version of Helm. One serves any number of renders, from several threads.
#[derive(Clone)]
pub struct Helm {
    profile: Profile,
    host: HostSource,
    limits: Limits,
    cancel: Option<Cancel>,
}

/// The origin of the host of each render.
#[derive(Clone)]
enum HostSource {
    /// This one, but for the seed and the cluster's objects that are given.
    Here {
        seed: Option<String>,
        objects: Arc<OfflineCluster>,
    },
    /// The caller's.
    Of(Arc<MakeHost>),
}

impl Default for HostSource {
    fn default() -> HostSource {
        HostSource::Here {
            seed: None,
            objects: Arc::default(),
        }
    }
}

impl HostSource {
    fn make(&self) -> Box<dyn Host> {
        match self {
            HostSource::Here { seed, objects } => Box::new(HostOverrides {
                deterministic: seed.as_deref().map(DeterministicSource::new),
                objects: Arc::clone(objects),
            }),
            HostSource::Of(make) => make(),
        }
    }
}

impl fmt::Debug for Helm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Helm({})", self.profile.version)
    }
}

impl Helm {
    /// The Helm 4 that this library is pinned to.
    pub fn v4() -> Helm {
        Helm::new(Profile::helm4())
    }

    /// The Helm 3 that this library is pinned to.
    pub fn v3() -> Helm {
        Helm::new(Profile::helm3())
    }

    /// The Helm of a version: `3`, `3.19`, `4.2.4`.
    ///
    /// # Errors
    /// It is none that this library knows.
    pub fn version(version: &str) -> Result<Helm, Error> {
        Ok(Helm::new(Profile::parse(version)?))
    }

    fn new(profile: Profile) -> Helm {
        Helm {
            profile,
            host: HostSource::default(),
            limits: Limits::default(),
            cancel: None,
        }
    }

    /// The same on another machine: its clock, randomness, environment, name servers, and the objects that
    /// `lookup` finds. `make` is called once for each render, and takes the place of
    /// [`deterministic`](Helm::deterministic) and [`with_objects`](Helm::with_objects).
    #[must_use]
    pub fn with_host<H: Host + 'static>(
        mut self,
        make: impl Fn() -> H + Send + Sync + 'static,
    ) -> Helm {
        self.host = HostSource::Of(Arc::new(move || Box::new(make())));
        self
    }

    /// The same with a clock that stands at the beginning of 2020 and randomness from a seed: equal input, equal
    /// output.
    #[must_use]
    pub fn deterministic(mut self, seed: impl Into<String>) -> Helm {
        let objects = match self.host {
            HostSource::Here { objects, .. } => objects,
            HostSource::Of(_) => Arc::default(),
        };
        let seed = Some(seed.into());
        self.host = HostSource::Here { seed, objects };
        self
    }

    /// The same with a cluster that has the objects in a YAML or JSON text, for `lookup` to find; `name` stands in
    /// errors.
    ///
    /// # Errors
    /// Returns an error if the text is wrong.
    pub fn with_objects(
        mut self,
        name: &str,
        text: &[u8],
    ) -> Result<Helm, host::OfflineClusterError> {
        let mut objects = OfflineCluster::empty_cluster();
        objects.add_text(name, text)?;
        let seed = match self.host {
            HostSource::Here { seed, .. } => seed,
            HostSource::Of(_) => None,
        };
        let objects = Arc::new(objects);
        self.host = HostSource::Here { seed, objects };
        Ok(self)
    }

    /// The same with other limits for each render.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Helm {
        self.limits = limits;
        self
    }

    /// The same with a flag that ends its renders, from another thread.
    #[must_use]
    pub fn with_cancel(mut self, cancel: &Cancel) -> Helm {
        self.cancel = Some(cancel.clone());
        self
    }

    /// Renders a chart: what `helm template` does. The calling thread needs no large stack.
    ///
    /// # Errors
    /// Helm's, with the place where it is known.
    pub fn render(
        &self,
        chart: &Chart,
        values: &Values,
        options: &ReleaseOptions,
    ) -> Result<Release, Error> {
        self.with_request(chart, options, |chart, request| {
            let supplied = values.supplied(&self.profile)?;
            let mut notices = Vec::new();
            action::with_background_parsing(chart, request.functions, || {
                let prepared = action::prepare(chart, &supplied, request, &mut notices)?;
                let manifests = action::render(chart, &prepared, request, None, &mut notices)?;
                let templates = render::template_order(&prepared).into_iter();
                let templates = templates.map(|(path, _)| path).collect();
                let warnings = notices.iter().map(|notice| notice.line(&self.profile));
                Release::new(&manifests, templates, warnings.collect(), &self.profile)
            })
        })
    }

    /// Checks values for a chart, and what it renders to with them: what `rhelm validate` does. Unlike
    /// [`render`](Helm::render), this takes files before flags, in whatever order they were given.
    ///
    /// # Errors
    /// Nothing could be checked. What is wrong with the values is in the report.
    pub fn validate(
        &self,
        chart: &Chart,
        values: &Values,
        options: &ReleaseOptions,
    ) -> Result<validate::Report, Error> {
        self.with_request(chart, options, |chart, request| {
            let (layers, mut texts) = values.as_arguments();
            let selection = validate::Selection::default();
            let report = validate::validate(chart, &layers, &mut texts, request, &selection, &[]);
            report.map_err(|error| Error::Question(error.to_string()))
        })
    }

    /// Tells where a value comes from and which template lines read it: what `rhelm explain` does, secrets hidden. The
    /// path is as templates write it: `image.tag`. Files count before flags, as in [`validate`](Helm::validate).
    ///
    /// # Errors
    /// The path is none, or the values cannot be read. A chart that does not render is no error.
    pub fn explain(
        &self,
        chart: &Chart,
        values: &Values,
        options: &ReleaseOptions,
        path: &str,
    ) -> Result<explain::Explanation, Error> {
        let keys = explain::parse_path(path);
        let keys = keys.map_err(|error| Error::Question(format!("{path}: {error}")))?;
        self.with_request(chart, options, |chart, request| {
            let (layers, mut texts) = values.as_arguments();
            let explanation = explain::value(
                chart,
                &keys,
                &layers,
                &mut texts,
                request,
                Visibility::Hidden,
            );
            explanation.map_err(|error| Error::Question(error.to_string()))
        })
    }

    /// Does `work`, which renders a chart, with all that a render takes, on a stack that is large enough.
    fn with_request<T: Send>(
        &self,
        chart: &Chart,
        options: &ReleaseOptions,
        work: impl FnOnce(&chart::Chart, &Request<'_>) -> Result<T, Error> + Send,
    ) -> Result<T, Error> {
        if self.cancel.as_ref().is_some_and(Cancel::is_cancelled) {
            return Err(Error::Cancelled);
        }
        let chart = chart.as_loaded_by(&self.profile)?;
        chart::check_installable(&chart)?;
        chart::check_dependencies(&chart, &self.profile)?;
        let capabilities = options.capabilities(&self.profile)?;
        with_stack(|| {
            let functions = functions(&self.profile);
            let host = self.host.make();
            let request = Request {
                skip_schema_validation: options.skip_schema_validation,
                include_crds: options.include_crds,
                enable_dns: options.enable_dns,
                track_lines: true,
                allowance: self.limits.allowance(self.cancel.as_ref()),
                ..Request::new(
                    self.profile,
                    &functions,
                    &*host,
                    options.release(),
                    capabilities,
                )
            };
            work(&chart, &request)
        })
    }
}

/// The functions of a version of Helm, the same ones for every render: a chart keeps its parsed templates by them.
fn functions(profile: &Profile) -> Arc<FunctionTable> {
    static TABLES: Mutex<Vec<(Profile, Arc<FunctionTable>)>> = Mutex::new(Vec::new());
    let mut tables = TABLES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, table)) = tables.iter().find(|(other, _)| other == profile) {
        return Arc::clone(table);
    }
    let table = Arc::new(render::function_table(profile));
    tables.push((*profile, Arc::clone(&table)));
    table
}

/// The release that templates see, and what is left out of a render.
#[derive(Clone, Debug)]
#[must_use]
pub struct ReleaseOptions {
    name: String,
    namespace: String,
    is_upgrade: bool,
    kube_version: Option<String>,
    api_versions: Vec<String>,
    include_crds: bool,
    skip_schema_validation: bool,
    enable_dns: bool,
}

impl ReleaseOptions {
    /// The first install of a release of that name, in the namespace `default`.
    pub fn named(name: impl Into<String>) -> ReleaseOptions {
        ReleaseOptions {
            name: name.into(),
            namespace: "default".into(),
            is_upgrade: false,
            kube_version: None,
            api_versions: Vec::new(),
            include_crds: false,
            skip_schema_validation: false,
            enable_dns: false,
        }
    }

    /// In another namespace: `--namespace`.
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = namespace.into();
        self
    }

    /// As an upgrade: `--is-upgrade`.
    pub fn upgrade(mut self) -> Self {
        self.is_upgrade = true;
        self
    }

    /// For a version of Kubernetes: `--kube-version 1.31`.
    pub fn kube_version(mut self, version: impl Into<String>) -> Self {
        self.kube_version = Some(version.into());
        self
    }

    /// For a cluster that has this API version, too: `--api-versions monitoring.coreos.com/v1`.
    pub fn api_version(mut self, version: impl Into<String>) -> Self {
        self.api_versions.push(version.into());
        self
    }

    /// With the CRDs of `crds/`: `--include-crds`.
    pub fn include_crds(mut self) -> Self {
        self.include_crds = true;
        self
    }

    /// Without a look at the schemas: `--skip-schema-validation`.
    pub fn skip_schema_validation(mut self) -> Self {
        self.skip_schema_validation = true;
        self
    }

    /// Lets `getHostByName` ask: `--enable-dns`.
    pub fn enable_dns(mut self) -> Self {
        self.enable_dns = true;
        self
    }

    fn release(&self) -> render::Release {
        let mut release = render::Release::new(self.name.as_str(), self.namespace.as_str());
        release.is_upgrade = self.is_upgrade;
        release.is_install = !self.is_upgrade;
        release
    }

    fn capabilities(&self, profile: &Profile) -> Result<Capabilities, Error> {
        let mut capabilities = Capabilities::new(profile);
        if let Some(version) = &self.kube_version {
            let parsed = KubeVersion::parse(version, profile);
            capabilities.kube_version = parsed.map_err(|cause| {
                Error::Release(format!("invalid kube version '{version}': {cause}"))
            })?;
        }
        capabilities
            .api_versions
            .extend(self.api_versions.iter().cloned());
        Ok(capabilities)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_renders_share_the_functions_of_their_helm() {
        let [helm3, helm4] = [Profile::helm3(), Profile::helm4()];
        assert!(Arc::ptr_eq(&functions(&helm4), &functions(&helm4)));
        assert!(!Arc::ptr_eq(&functions(&helm3), &functions(&helm4)));
    }
}
