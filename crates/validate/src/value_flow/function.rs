//! What template functions do with values: a table of their kinds.

/// What a function makes of its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// It looks at what kind of value there is.
    Kind,
    /// It looks at whether there is a value, or compares it.
    Test,
    /// It gives one of them back.
    Pass,
    /// `required text value`
    Required,
    /// `ternary a b test`
    Ternary,
    /// The keys that follow the first argument are read of it, and of each other.
    Index,
    /// The same with a single key; nothing comes of it.
    HasKey,
    /// `dig "a" "b" default map`
    Dig,
    /// `pluck "a" map…`
    Pluck,
    /// `pick map "a" "b"`
    Pick,
    /// `set map "a" value`
    Set,
    /// `merge map map…`: the first is changed.
    Merge,
    /// A map or list of its own with the same entries.
    Copy,
    /// `dict "a" value …`
    Dict,
    /// `list value …`
    List,
    /// `append list value`
    Append,
    /// A list of the items of several.
    Concat,
    /// One of the items of a list.
    Item,
    /// A list with some of the items of one.
    Items,
    /// The keys of maps.
    Keys,
    /// A list of what a map holds.
    Values,
    /// `include "name" dot`
    Include,
    /// `tpl text dot`
    Template,
    /// It writes YAML or JSON.
    Encode,
    /// It reads them.
    Decode,
    /// `printf format …`
    Format,
    /// `print …`
    Join,
    /// `splitList separator text`, `split separator text`
    Split,
    /// It takes texts and numbers, and gives such.
    Text,
    /// Everything else: it may look at all of them.
    Whole,
}

/// What a function does.
pub(super) fn use_of(function: &str) -> Use {
    let plain = function.strip_prefix("must").filter(|name| {
        // mustMerge is merge, must alone is none.
        name.starts_with(char::is_uppercase)
    });
    match plain {
        Some(name) => {
            let mut name = name.to_owned();
            if let Some(first) = name.get_mut(..1) {
                first.make_ascii_lowercase();
            }
            use_of_plain(&name)
        }
        None => use_of_plain(function),
    }
}

fn use_of_plain(function: &str) -> Use {
    match function {
        "kindIs" | "kindOf" | "typeIs" | "typeOf" | "typeIsLike" => Use::Kind,
        "empty" | "not" | "len" | "eq" | "ne" | "lt" | "le" | "gt" | "ge" | "all" | "any"
        | "has" => Use::Test,
        "default" | "coalesce" | "and" | "or" | "omit" | "unset" => Use::Pass,
        "required" => Use::Required,
        "ternary" => Use::Ternary,
        "index" | "get" => Use::Index,
        "hasKey" => Use::HasKey,
        "dig" => Use::Dig,
        "pluck" => Use::Pluck,
        "pick" => Use::Pick,
        "set" => Use::Set,
        "merge" | "mergeOverwrite" => Use::Merge,
        "deepCopy" => Use::Copy,
        "dict" => Use::Dict,
        "list" | "tuple" => Use::List,
        "append" | "push" | "prepend" => Use::Append,
        "concat" => Use::Concat,
        "first" | "last" => Use::Item,
        "rest" | "initial" | "slice" | "reverse" | "uniq" | "without" | "compact" | "sortAlpha" => {
            Use::Items
        }
        "keys" => Use::Keys,
        "values" => Use::Values,
        "include" => Use::Include,
        "tpl" => Use::Template,
        "toYaml" | "toYamlPretty" | "toJson" | "toRawJson" | "toPrettyJson" => Use::Encode,
        "fromYaml" | "fromYamlArray" | "fromJson" | "fromJsonArray" => Use::Decode,
        "printf" => Use::Format,
        "print" => Use::Join,
        "splitList" | "split" => Use::Split,
        "println"
        | "cat"
        | "replace"
        | "nospace"
        | "lower"
        | "upper"
        | "title"
        | "untitle"
        | "camelcase"
        | "kebabcase"
        | "snakecase"
        | "trimSuffix"
        | "trimPrefix"
        | "trim"
        | "trimAll"
        | "trunc"
        | "substr"
        | "regexReplaceAll"
        | "regexReplaceAllLiteral"
        | "regexMatch"
        | "regexFind"
        | "regexSplit"
        | "quote"
        | "squote"
        | "indent"
        | "nindent"
        | "contains"
        | "hasPrefix"
        | "hasSuffix"
        | "splitn"
        | "b64enc"
        | "b64dec"
        | "sha1sum"
        | "sha256sum"
        | "adler32sum"
        | "int"
        | "int64"
        | "float64"
        | "toString"
        | "atoi"
        | "toDecimal"
        | "semver"
        | "semverCompare"
        | "add"
        | "add1"
        | "sub"
        | "mul"
        | "div"
        | "mod"
        | "max"
        | "min"
        | "ceil"
        | "floor"
        | "round"
        | "addf"
        | "mulf"
        | "divf"
        | "subf"
        | "until"
        | "untilStep"
        | "seq"
        | "repeat"
        | "wrap"
        | "htpasswd"
        | "bcrypt"
        | "urlquery"
        | "html"
        | "js"
        | "base"
        | "dir"
        | "ext"
        | "clean"
        | "urlParse"
        | "duration"
        | "abbrev"
        | "initials"
        | "swapcase"
        | "plural" => Use::Text,
        _ => Use::Whole,
    }
}
