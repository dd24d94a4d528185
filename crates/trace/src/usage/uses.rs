//! The uses of variables and of the objects beside `.Values`: a line that prints `$tag` is made by what
//! `$tag` was given.

use engine::render::Calls;
use gostd::{Map, Value};
use gotemplate::{Site, Used};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A place where a template uses what was read elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Use {
    /// The place.
    pub at: Site,
    /// The place where the value was assigned: a variable's action, or a template's call.
    pub source: Site,
    /// The holder of the value.
    pub holder: Holder,
}

/// The holder of a value that was read elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Holder {
    /// A variable, by its name (`$tag`).
    Variable(Box<str>),
    /// The argument of the template.
    Argument,
    /// The dot of the `with` or `range` around.
    Dot,
}

/// Something of `.Release` or `.Capabilities` that a flag decides.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Object {
    /// `.Release.Name`.
    ReleaseName,
    /// `.Release.Namespace`.
    ReleaseNamespace,
    /// `.Release.IsUpgrade`.
    IsUpgrade,
    /// `.Release.IsInstall`.
    IsInstall,
    /// `.Capabilities.KubeVersion`, or a part of it.
    KubeVersion,
    /// `.Capabilities.APIVersions`.
    ApiVersions,
    /// `.Capabilities.APIVersions.Has` of this version.
    ApiVersion(String),
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Object::ReleaseName => ".Release.Name",
            Object::ReleaseNamespace => ".Release.Namespace",
            Object::IsUpgrade => ".Release.IsUpgrade",
            Object::IsInstall => ".Release.IsInstall",
            Object::KubeVersion => ".Capabilities.KubeVersion",
            Object::ApiVersions => ".Capabilities.APIVersions",
            Object::ApiVersion(version) => {
                let quoted = gostd::strconv::quote(version.as_bytes());
                return write!(f, ".Capabilities.APIVersions.Has {quoted}");
            }
        })
    }
}

/// All uses of one render.
#[derive(Debug, Default)]
pub(super) struct Uses {
    /// The places where the variables of the calls under way got their values.
    sources: FxHashMap<(u32, usize), Site>,
    uses: BTreeSet<Use>,
    objects: BTreeMap<Object, BTreeSet<Site>>,
    /// The number of reads of values, or of what a chart's templates see beside them: counted up so that
    /// it can be told whether fields led there.
    known_reads: u64,
}

impl Uses {
    pub(super) fn uses(&self) -> &BTreeSet<Use> {
        &self.uses
    }

    pub(super) fn objects(&self) -> &BTreeMap<Object, BTreeSet<Site>> {
        &self.objects
    }

    pub(super) fn known_reads(&self) -> u64 {
        self.known_reads
    }

    /// A value was read.
    pub(super) fn note_value(&mut self) {
        self.known_reads += 1;
    }

    /// A key of a map that is none of the values was read.
    pub(super) fn note_other(&mut self, map: &Map, key: &[u8], at: Site) {
        let has = |key: &str| map.get(key.as_bytes()).is_some();
        let object = match key {
            b"Name" => Object::ReleaseName,
            b"Namespace" => Object::ReleaseNamespace,
            b"IsUpgrade" => Object::IsUpgrade,
            b"IsInstall" => Object::IsInstall,
            b"Chart" | b"Files" | b"Release" | b"Capabilities" | b"Values" | b"Subcharts"
            | b"Template" => {
                if has("Values") && has("Capabilities") && has("Release") {
                    self.known_reads += 1;
                }
                return;
            }
            _ => return,
        };
        if has("IsInstall") && has("Revision") && has("Service") {
            self.known_reads += 1;
            self.objects.entry(object).or_default().insert(at);
        }
    }

    /// A member of one of Go's objects was used.
    pub(super) fn note_member(&mut self, value: &Value, name: &str, arguments: &[Value], at: Site) {
        let type_name = value.type_name();
        let type_name = type_name.rsplit('.').next().unwrap_or_default();
        let object = match (type_name, name, arguments) {
            ("Capabilities", "KubeVersion", _) => Object::KubeVersion,
            ("Capabilities", "APIVersions", _) => Object::ApiVersions,
            ("VersionSet", "Has", [version]) => match version.as_text() {
                Some(version) => Object::ApiVersion(version.to_string()),
                None => return,
            },
            _ => return,
        };
        self.objects.entry(object).or_default().insert(at);
    }

    pub(super) fn assigned(&mut self, variable: usize, at: Site) {
        self.sources.insert((at.at.call, variable), at);
    }

    pub(super) fn used(&mut self, what: Used<'_>, before: u64, at: Site, calls: &Calls) {
        // Fields that led to what is known tell themselves what was read.
        if before != self.known_reads {
            return;
        }
        let (source, holder) = match what {
            Used::Variable(number, name) => {
                let source = self.sources.get(&(at.at.call, number)).copied();
                (source, Holder::Variable(name.into()))
            }
            Used::Argument => {
                let call = calls.get(at.at.call);
                (call.map(|call| call.site), Holder::Argument)
            }
            Used::Dot => (Some(at), Holder::Dot),
        };
        if let Some(source) = source {
            self.uses.insert(Use { at, source, holder });
        }
    }
}
