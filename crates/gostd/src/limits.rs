//! Limits of input where Go and Helm have none: Helm would eat memory, run for hours or die
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
    /// Bytes that one resource takes in memory that `diff` compares: an API server takes none of a few megabytes.
    pub resource_bytes: usize,
    /// Bytes that what `diff` tells of two sides takes in memory.
    pub difference_bytes: usize,
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
    /// Levels of values that are followed by their paths, as `validate` and `explain` do.
    pub followed_levels: usize,
    /// Keys and indexes in the paths of all values that are followed: some megabytes of YAML.
    pub followed_keys: usize,
    /// Steps of finding out what a chart's templates may do with a value.
    pub analysis_steps: usize,
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
    /// Lists, maps and scalars of one YAML document.
    pub yaml_nodes: usize,
    /// Bytes of the scalars that the aliases of one YAML document stand for.
    pub aliased_bytes: usize,
    /// Levels of charts within charts.
    pub chart_nesting: usize,
    /// Bytes of all files that are read of a git revision for one chart and its dependencies.
    pub revision_bytes: u64,
    /// Values that one JSONPath template visits: client-go has no limit, and a few characters can ask for any
    /// number.
    pub jsonpath_steps: usize,
    /// Levels of a JSONPath template's filters and unions.
    pub jsonpath_nesting: usize,
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
    /// Bytes that the errors of one validation take in memory.
    pub schema_error_bytes: usize,
    /// Bytes of the text of those errors, which are written as they are made.
    pub schema_text_bytes: usize,
    /// Bytes of the addresses of one schema's parts: relative ones add up when they are nested.
    pub schema_address_bytes: usize,
    /// Bytes of a JSON document that is a schema.
    pub schema_bytes: usize,
}

/// The limits that hold.
pub const LIMITS: Limits = Limits {
    argument_bytes: 64 << 20,
    manifest_bytes: 256 << 20,
    answer_bytes: 40 << 20,
    resource_bytes: 16 << 20,
    difference_bytes: 80 << 20,
    chart_file_bytes: 16 << 20,
    archive_bytes: 256 << 20,
    value_bytes: fuzzed(256 << 20),
    text_bytes: fuzzed(64 << 20),
    random_bytes: fuzzed(16 << 20),
    sequence_items: fuzzed(10_000_000),
    value_nesting: levels(10_000),
    followed_levels: 100,
    followed_keys: 2_000_000,
    analysis_steps: 5_000_000,
    compared_pairs: fuzzed(2_000_000),
    branch_nesting: levels(10_000),
    steps: fuzzed(100_000_000) as u64,
    tpl_nesting: levels(10_000),
    yaml_nodes: 1 << 21,
    aliased_bytes: fuzzed(64 << 20),
    chart_nesting: 100,
    revision_bytes: 256 << 20,
    jsonpath_steps: 10_000_000,
    jsonpath_nesting: levels(1_000),
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
    schema_error_bytes: fuzzed(256 << 20),
    schema_text_bytes: fuzzed(1 << 30),
    schema_address_bytes: fuzzed(4 << 20),
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
