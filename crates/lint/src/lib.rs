//! The rules of `helm lint`: Helm's `pkg/lint` (3) and `pkg/chart/v2/lint` (4), one file
//! per family of rules.
//!
//! [`run`] goes through the families in Helm's order; each adds [`Message`]s. Nothing here prints, and
//! a chart that cannot even be loaded is a message, too.

mod addresses;
mod chart_yaml;
mod crds;
mod dependencies;
mod deprecated_apis;
mod documents;
mod message;
mod names;
pub mod path;
mod source;
mod templates;
mod values;

pub use diagnostics::Severity;
pub use message::{Message, Text};
pub use source::{ArchiveError, Contents, EntryKind, Source};

use chart::{self, Chart, Fetch};
use compat::notice::Notice;
use compat::profile::Profile;
use engine::render::{self, Capabilities, KubeVersion, Release};
use engine::values::UserValues;
use gostd::host::Host;
use gotemplate::FunctionTable;
use std::rc::Rc;

/// The settings of lint.
pub struct Request<'r> {
    /// The render of the templates.
    pub render: render::Request<'r>,
    /// The Kubernetes that APIs may be too old for; Helm's own when left out.
    pub kube_version: Option<KubeVersion>,
    /// The fetcher of schemas' parts on the network.
    pub fetch: Option<Fetch>,
}

impl<'r> Request<'r> {
    /// Lints as `helm lint` without flags, for a namespace and a Kubernetes. The functions are those of
    /// [`function_table`](render::function_table) of the same profile.
    pub fn new(
        profile: Profile,
        functions: &'r FunctionTable,
        host: &'r dyn Host,
        namespace: String,
        kube_version: Option<KubeVersion>,
    ) -> Self {
        let release = Release {
            name: "test-release".into(),
            namespace,
            is_upgrade: false,
            is_install: false,
            revision: 0,
        };
        let mut capabilities = Capabilities::new(&profile);
        if let Some(version) = &kube_version {
            capabilities.kube_version = version.clone();
        }
        Request {
            render: render::Request {
                lint: true,
                ..render::Request::new(profile, functions, host, release, capabilities)
            },
            kube_version,
            fetch: None,
        }
    }
}

/// Lints one chart: everything there is to say, in Helm's order. Notices of the work are added to
/// `notices`.
///
/// As in Helm, the defaults of the chart's values.yaml end up in the tables of `supplied`, where the
/// next chart that is linted with the same values finds them.
///
/// Call it on a thread with a large stack (see [`with_large_stack`](background::with_large_stack)).
pub fn run(
    source: &Source,
    supplied: &UserValues,
    request: &Request<'_>,
    notices: &mut Vec<Notice>,
) -> Vec<Message> {
    let mut linter = Linter {
        source,
        supplied,
        request,
        notices,
        messages: Vec::new(),
        loaded: None,
    };
    chart_yaml::check(&mut linter);
    values::check(&mut linter);
    templates::check(&mut linter);
    dependencies::check(&mut linter);
    if request.render.profile.lint.checks_crds {
        crds::check(&mut linter);
    }
    linter.messages
}

/// The verdict of a rule: nothing, or the problem.
type Verdict<T = String> = Result<(), T>;

/// One run over one chart.
struct Linter<'l> {
    source: &'l Source,
    supplied: &'l UserValues,
    request: &'l Request<'l>,
    notices: &'l mut Vec<Notice>,
    messages: Vec<Message>,
    loaded: Option<Load>,
}

/// The chart, or why it cannot be loaded, and what Helm says on stderr meanwhile.
#[derive(Clone)]
struct Load {
    chart: Result<Rc<Chart>, chart::Error>,
    notices: Vec<Notice>,
}

impl Linter<'_> {
    fn profile(&self) -> &Profile {
        &self.request.render.profile
    }

    /// Takes what a rule found about `path`. Gives whether all is well (`RunLinterRule`).
    fn rule(&mut self, severity: Severity, path: &str, verdict: Verdict<impl Into<Text>>) -> bool {
        let Err(text) = verdict else {
            return true;
        };
        self.messages.push(Message {
            severity,
            path: path.into(),
            text: text.into(),
        });
        false
    }

    /// Helm's `RunLinterRule` for an error and what there is without it.
    fn value<T>(&mut self, severity: Severity, path: &str, result: Result<T, String>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(text) => {
                self.rule(severity, path, Err(text));
                None
            }
        }
    }

    /// The whole chart. Helm loads it anew for each family of rules that wants it, and says each time
    /// what there is to say about loading it.
    fn chart(&mut self) -> Result<Rc<Chart>, chart::Error> {
        let load = match &self.loaded {
            Some(load) => load.clone(),
            None => {
                // Lint knows the charts of one loader only, whatever apiVersion they claim.
                let profile = Profile {
                    detects_chart_version: false,
                    ..*self.profile()
                };
                let mut notices = Vec::new();
                let chart = self.source.load(&profile, &mut notices);
                let chart = chart.map(|mut chart| {
                    if let Some(fetch) = self.request.fetch {
                        chart.fetch_schemas_with(fetch);
                    }
                    Rc::new(chart)
                });
                self.loaded.insert(Load { chart, notices }).clone()
            }
        };
        self.note(load.notices);
        load.chart
    }

    /// Keeps notices. Each unresolved reference of a schema is told once, as in Helm.
    fn note(&mut self, notices: Vec<Notice>) {
        for notice in notices {
            let once = notice.message.contains("unresolved URN reference");
            if !once || !self.notices.contains(&notice) {
                self.notices.push(notice);
            }
        }
    }
}
