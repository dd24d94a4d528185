//! The state that the functions of one render share.

use compat::notice::{Level, Notice};
use compat::profile::{NoticeStyle, Profile};
use gostd::Text;
use gotemplate::Template;
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// Shared by all executions of one render.
#[derive(Default)]
pub(super) struct RenderState {
    /// The number of running inclusions of each template.
    pub(super) includes: FxHashMap<Text, u32>,
    /// Texts that `tpl` has parsed.
    pub(super) tpl_texts: FxHashMap<Text, Rc<[Template]>>,
    /// Bytes of these.
    pub(super) tpl_bytes: usize,
    /// The last long text that `fromYaml` has read, and what it says.
    pub(super) last_yaml: Option<(Text, goyaml::Node)>,
    /// The depth of nested `tpl` right now.
    pub(super) tpl_depth: u32,
    /// Lint mode: `required` and `fail` let everything pass.
    pub(super) lint: bool,
    /// Failures that lint mode let pass.
    pub(super) passed: Vec<SuppressedFailure>,
    /// True if `getHostByName` asks.
    pub(super) enable_dns: bool,
}

/// A failure that would have ended a render outside lint mode, with its message.
pub(super) enum SuppressedFailure {
    /// `required` of nothing.
    Missing(String),
    /// `required` of an empty string.
    Empty(String),
    /// `fail`.
    Fail(String),
}

impl SuppressedFailure {
    /// Helm's lines about it on stderr.
    pub(super) fn notice(self, profile: &Profile) -> Notice {
        let (place, plain, level, structured, message) = match self {
            SuppressedFailure::Missing(message) => (
                "engine.go:206",
                "Missing required value",
                Level::Warn,
                "missing required value",
                message,
            ),
            SuppressedFailure::Empty(message) => (
                "engine.go:214",
                "Missing required value",
                Level::Warn,
                "missing required values",
                message,
            ),
            SuppressedFailure::Fail(message) => (
                "engine.go:227",
                "Fail",
                Level::Info,
                "funcMap fail",
                message,
            ),
        };
        match profile.notices {
            NoticeStyle::ShortFile => Notice::log(place, format!("[INFO] {plain}: {message}")),
            NoticeStyle::Structured => {
                Notice::structured(level, structured, vec![("message", message)])
            }
        }
    }
}
