//! What the functions of one render share.

use gostd::Text;
use gotemplate::Template;
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// Shared by all executions of one render.
#[derive(Default)]
pub(super) struct RenderState {
    /// How often each template is being included right now.
    pub(super) includes: FxHashMap<Text, u32>,
    /// Texts that `tpl` has parsed.
    pub(super) tpl_texts: FxHashMap<Text, Rc<[Template]>>,
    /// The last long text that `fromYaml` has read, and what it says.
    pub(super) last_yaml: Option<(Text, goyaml::Node)>,
    /// How deep `tpl` is nested right now.
    pub(super) tpl_depth: u32,
    /// Lint mode: `required` and `fail` let everything pass.
    pub(super) lint: bool,
    /// Whether `getHostByName` asks.
    pub(super) enable_dns: bool,
}
