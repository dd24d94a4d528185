//! What input may ask for where Go and Helm have no limit: Helm would eat memory, run for hours or die
//! there, rhelm gives an error. Limits that Go and Helm do have stand where their code has them.

mod budget;

pub use budget::{Allowance, Budget, Cancel, Exceeded};

/// All limits of rhelm's own. None is near what real charts need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a values file, a configuration, a kubeconfig and what else a user names.
    pub argument_bytes: u64,
    /// Bytes of a file with a cluster's objects.
    pub manifest_bytes: u64,
    /// Bytes of what a post-renderer answers, of a manifest that is compared, and of a file that is added to.
    pub answer_bytes: u64,
    /// Bytes of a file that is read for a chart but not as part of it, as lint does: Helm's limit is that of
    /// files that are.
    pub chart_file_bytes: u64,
    /// Bytes of a chart's archive, packed and unpacked: Helm counts the files in it alone.
    pub archive_bytes: u64,
    /// Bytes that the values of one render may take, the outputs of its templates among them.
    pub value_bytes: usize,
    /// Bytes of one text that a template or a function makes (`repeat`, `indent`, `join`, `replace`, `toYaml`,
    /// `printf` …): containers that share others can stand for exponentially long texts.
    pub text_bytes: usize,
    /// Bytes of a random text (`randAlpha` …).
    pub random_bytes: usize,
    /// Items of a list that `until`, `untilStep` and `seq` make.
    pub sequence_items: usize,
    /// Levels of values when they are copied, merged and written; maps can contain themselves.
    pub value_nesting: usize,
    /// Pairs of containers that one comparison remembers, in order to compare them once.
    pub compared_pairs: usize,
    /// Levels of `if`, `range` and `with` within each other.
    pub branch_nesting: usize,
    /// Steps of one render: items of `range`, calls of functions and templates, and what else takes as long as
    /// these, about 100 ns. `range` over a large number goes on for years, and a template that calls itself
    /// twice for longer.
    pub steps: u64,
    /// Levels of `tpl` within each other.
    pub tpl_nesting: usize,
    /// Bytes of the scalars that the aliases of one YAML document stand for.
    pub aliased_bytes: usize,
    /// Levels of charts within charts.
    pub chart_nesting: usize,
    /// Charts that are loaded as parts of one.
    pub charts: usize,
    /// Bytes of files in archives that are within a chart.
    pub unpacked_bytes: usize,
    /// List indexes within each other in one key of `--set`.
    pub set_indexes: usize,
    /// List items that one argument of `--set` may make.
    pub set_items: usize,
    /// Items of a glob, those of its alternatives among them.
    pub glob_items: usize,
    /// Squares of the lengths of a glob's sequences, for each of their items: rewriting takes cubic time.
    pub glob_work: usize,
    /// Open braces of a glob.
    pub glob_nesting: usize,
    /// Bytes that one match of a glob may look at.
    pub glob_searched: u64,
    /// Bytes of an automaton of a regular expression; beyond, slower matching takes over.
    pub regexp_bytes: usize,
    /// Bytes that matching a regular expression may need; beyond, slower matching takes over.
    pub regexp_slots: usize,
    /// Schemas applied within each other, through values and references.
    pub schema_nesting: usize,
    /// Schemas applied in one validation.
    pub schema_steps: u64,
    /// Errors of one validation, and the steps of their paths.
    pub schema_findings: usize,
    /// Bytes of a JSON document that is a schema.
    pub schema_bytes: usize,
}

/// The limits that hold.
pub const LIMITS: Limits = Limits {
    argument_bytes: 64 << 20,
    manifest_bytes: 1 << 30,
    answer_bytes: 128 << 20,
    chart_file_bytes: 16 << 20,
    archive_bytes: 256 << 20,
    value_bytes: fuzzed(256 << 20),
    text_bytes: fuzzed(64 << 20),
    random_bytes: fuzzed(16 << 20),
    sequence_items: fuzzed(10_000_000),
    value_nesting: levels(10_000),
    compared_pairs: fuzzed(2_000_000),
    branch_nesting: levels(10_000),
    steps: fuzzed(100_000_000) as u64,
    tpl_nesting: levels(10_000),
    aliased_bytes: fuzzed(64 << 20),
    chart_nesting: 100,
    charts: 5_000,
    unpacked_bytes: 256 << 20,
    set_indexes: levels(1_000),
    set_items: 1 << 22,
    glob_items: 100_000,
    glob_work: 200 * 200 * 200 / 3,
    glob_nesting: 64,
    glob_searched: 10_000_000,
    regexp_bytes: 8 << 20,
    regexp_slots: 64 << 20,
    schema_nesting: levels(1_000),
    schema_steps: 10_000_000,
    schema_findings: 1_000_000,
    schema_bytes: 1 << 30,
};

/// Levels of anything within each other, as many as the stack holds: that of a browser has about a megabyte, and nobody
/// can set it.
pub const fn levels(limit: usize) -> usize {
    const IN_BROWSER: usize = 200;
    if cfg!(target_family = "wasm") && limit > IN_BROWSER {
        return IN_BROWSER;
    }
    limit
}

/// A limit, much smaller when a fuzzer looks for inputs that are slow: it should not wait for those
/// that are meant to be.
const fn fuzzed(limit: usize) -> usize {
    if cfg!(fuzzing) { limit / 1_000 } else { limit }
}
