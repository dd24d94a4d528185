//! The functions of a chart with what their arguments should be about: a pattern and a date are both
//! strings to Go, but random text as either would only ever show one error.

use gostd::GoType;
use gotemplate::func::ParamType;
use rhelm::profile::Profile;
use rhelm::render::function_table;

/// The meaning of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flavour {
    Text,
    Key,
    Pattern,
    Layout,
    Duration,
    Yaml,
    Json,
    Toml,
    Url,
    Path,
    Version,
    Constraint,
    Int,
    /// A count that stays small: of copies, items, blanks.
    Small,
    Number,
    Bool,
    List,
    Map,
    Time,
    Nil,
    Any,
}

/// A function that answers the same each time.
pub(super) struct Function {
    pub(super) name: &'static str,
    pub(super) params: Vec<Flavour>,
    pub(super) variadic: bool,
    pub(super) result: Flavour,
}

/// The functions that snippets call.
pub(super) struct Functions(pub(super) Vec<Function>);

/// Those whose answers are random, depend on the clock or the order of a map, or take long.
const LEFT_OUT: &[&str] = &[
    "ago",
    "bcrypt",
    "derivePassword",
    "encryptAES",
    "env",
    "expandenv",
    "genCA",
    "genCAWithKey",
    "genPrivateKey",
    "genSelfSignedCert",
    "genSelfSignedCertWithKey",
    "genSignedCert",
    "genSignedCertWithKey",
    "getHostByName",
    "htpasswd",
    "keys",
    "now",
    "randAlpha",
    "randAlphaNum",
    "randAscii",
    "randBytes",
    "randInt",
    "randNumeric",
    "semver",
    "shuffle",
    "uuidv4",
    "values",
];

/// Functions whose counts would make values grow without end, or whose times must be times.
const PARAMS: &[(&str, &[Flavour])] = &[
    ("repeat", &[Flavour::Small, Flavour::Text]),
    ("indent", &[Flavour::Small, Flavour::Text]),
    ("nindent", &[Flavour::Small, Flavour::Text]),
    ("until", &[Flavour::Small]),
    (
        "untilStep",
        &[Flavour::Small, Flavour::Small, Flavour::Small],
    ),
    ("seq", &[Flavour::Small]),
    ("chunk", &[Flavour::Small, Flavour::List]),
    ("date", &[Flavour::Layout, Flavour::Time]),
    (
        "dateInZone",
        &[Flavour::Layout, Flavour::Time, Flavour::Text],
    ),
    (
        "date_in_zone",
        &[Flavour::Layout, Flavour::Time, Flavour::Text],
    ),
    ("htmlDate", &[Flavour::Time]),
    ("htmlDateInZone", &[Flavour::Time, Flavour::Text]),
    ("dateModify", &[Flavour::Duration, Flavour::Time]),
    ("date_modify", &[Flavour::Duration, Flavour::Time]),
    ("mustDateModify", &[Flavour::Duration, Flavour::Time]),
    ("must_date_modify", &[Flavour::Duration, Flavour::Time]),
    ("unixEpoch", &[Flavour::Time]),
    ("toDate", &[Flavour::Layout, Flavour::Text]),
    ("mustToDate", &[Flavour::Layout, Flavour::Text]),
    ("duration", &[Flavour::Duration]),
    ("durationRound", &[Flavour::Duration]),
    ("regexMatch", &[Flavour::Pattern, Flavour::Text]),
    ("mustRegexMatch", &[Flavour::Pattern, Flavour::Text]),
    ("regexFind", &[Flavour::Pattern, Flavour::Text]),
    ("mustRegexFind", &[Flavour::Pattern, Flavour::Text]),
    (
        "regexFindAll",
        &[Flavour::Pattern, Flavour::Text, Flavour::Int],
    ),
    (
        "mustRegexFindAll",
        &[Flavour::Pattern, Flavour::Text, Flavour::Int],
    ),
    (
        "regexReplaceAll",
        &[Flavour::Pattern, Flavour::Text, Flavour::Text],
    ),
    (
        "mustRegexReplaceAll",
        &[Flavour::Pattern, Flavour::Text, Flavour::Text],
    ),
    (
        "regexReplaceAllLiteral",
        &[Flavour::Pattern, Flavour::Text, Flavour::Text],
    ),
    (
        "mustRegexReplaceAllLiteral",
        &[Flavour::Pattern, Flavour::Text, Flavour::Text],
    ),
    (
        "regexSplit",
        &[Flavour::Pattern, Flavour::Text, Flavour::Int],
    ),
    (
        "mustRegexSplit",
        &[Flavour::Pattern, Flavour::Text, Flavour::Int],
    ),
    ("semverCompare", &[Flavour::Constraint, Flavour::Version]),
    ("fromYaml", &[Flavour::Yaml]),
    ("fromYamlArray", &[Flavour::Yaml]),
    ("fromJson", &[Flavour::Json]),
    ("fromJsonArray", &[Flavour::Json]),
    ("mustFromJson", &[Flavour::Json]),
    ("fromToml", &[Flavour::Toml]),
    ("urlParse", &[Flavour::Url]),
    ("urlJoin", &[Flavour::Map]),
    ("base", &[Flavour::Path]),
    ("dir", &[Flavour::Path]),
    ("ext", &[Flavour::Path]),
    ("clean", &[Flavour::Path]),
    ("isAbs", &[Flavour::Path]),
    ("osBase", &[Flavour::Path]),
    ("osDir", &[Flavour::Path]),
    ("osExt", &[Flavour::Path]),
    ("osClean", &[Flavour::Path]),
    ("osIsAbs", &[Flavour::Path]),
    ("get", &[Flavour::Map, Flavour::Key]),
    ("hasKey", &[Flavour::Map, Flavour::Key]),
    ("set", &[Flavour::Map, Flavour::Key, Flavour::Number]),
    ("unset", &[Flavour::Map, Flavour::Key]),
    ("pick", &[Flavour::Map, Flavour::Key]),
    ("omit", &[Flavour::Map, Flavour::Key]),
    ("pluck", &[Flavour::Key, Flavour::Map]),
    ("dig", &[Flavour::Key, Flavour::Any, Flavour::Map]),
    ("merge", &[Flavour::Map, Flavour::Map]),
    ("mergeOverwrite", &[Flavour::Map, Flavour::Map]),
    ("mustMerge", &[Flavour::Map, Flavour::Map]),
    ("mustMergeOverwrite", &[Flavour::Map, Flavour::Map]),
    ("index", &[Flavour::Map, Flavour::Key]),
    ("slice", &[Flavour::List, Flavour::Small, Flavour::Small]),
    (
        "mustSlice",
        &[Flavour::List, Flavour::Small, Flavour::Small],
    ),
    ("sortAlpha", &[Flavour::List]),
    ("concat", &[Flavour::List]),
    ("first", &[Flavour::List]),
    ("last", &[Flavour::List]),
    ("rest", &[Flavour::List]),
    ("initial", &[Flavour::List]),
    ("uniq", &[Flavour::List]),
    ("compact", &[Flavour::List]),
    ("reverse", &[Flavour::List]),
    ("append", &[Flavour::List, Flavour::Any]),
    ("prepend", &[Flavour::List, Flavour::Any]),
    ("without", &[Flavour::List, Flavour::Any]),
    ("has", &[Flavour::Any, Flavour::List]),
    ("join", &[Flavour::Text, Flavour::List]),
    ("len", &[Flavour::List]),
    ("add", &[Flavour::Number]),
    ("sub", &[Flavour::Number, Flavour::Number]),
    ("mul", &[Flavour::Number, Flavour::Number]),
    ("div", &[Flavour::Number, Flavour::Number]),
    ("mod", &[Flavour::Number, Flavour::Number]),
    ("max", &[Flavour::Number]),
    ("min", &[Flavour::Number]),
    ("biggest", &[Flavour::Number]),
    ("maxf", &[Flavour::Number]),
    ("minf", &[Flavour::Number]),
    ("addf", &[Flavour::Number]),
    ("subf", &[Flavour::Number, Flavour::Number]),
    ("mulf", &[Flavour::Number, Flavour::Number]),
    ("divf", &[Flavour::Number, Flavour::Number]),
    ("add1", &[Flavour::Number]),
    ("add1f", &[Flavour::Number]),
    ("floor", &[Flavour::Number]),
    ("ceil", &[Flavour::Number]),
    ("round", &[Flavour::Number, Flavour::Small, Flavour::Number]),
    ("int", &[Flavour::Number]),
    ("int64", &[Flavour::Number]),
    ("float64", &[Flavour::Number]),
    (
        "lookup",
        &[Flavour::Text, Flavour::Text, Flavour::Text, Flavour::Text],
    ),
];

impl Flavour {
    /// The flavour of a Go type, if nothing more is known.
    fn of(go: ParamType) -> Flavour {
        match go {
            ParamType::Go(GoType::String) => Flavour::Text,
            ParamType::Go(GoType::Bool) => Flavour::Bool,
            ParamType::Go(GoType::Int(_)) => Flavour::Int,
            ParamType::Go(GoType::Float64) => Flavour::Number,
            ParamType::Go(GoType::Map(_)) => Flavour::Map,
            ParamType::Go(GoType::Named("time.Time")) => Flavour::Time,
            _ => Flavour::Any,
        }
    }
}

impl Functions {
    /// All of Helm 4's functions but those left out.
    pub(super) fn all() -> Functions {
        let table = function_table(&Profile::helm4());
        let mut functions: Vec<Function> = table
            .iter()
            .filter(|function| !LEFT_OUT.contains(&function.name))
            .map(|function| {
                let own = PARAMS.iter().find(|(name, _)| *name == function.name);
                let params = own.map(|(_, params)| params.to_vec());
                let signature = &function.signature;
                Function {
                    name: function.name,
                    params: params.unwrap_or_else(|| {
                        let params = signature.params.iter();
                        params.map(|param| Flavour::of(*param)).collect()
                    }),
                    variadic: signature.variadic,
                    result: Flavour::of(signature.result),
                }
            })
            .collect();
        functions.sort_by_key(|function| function.name);
        Functions(functions)
    }
}
