//! Sprig's template functions, one file per family.
//!
//! [`register`] adds all of them to a [`FunctionTable`]. Where a function has a variant whose name
//! starts with `must`, the one without fails with the same text: Sprig panics there, and Go's
//! engine turns the panic into an error.
//!
//! Without the feature `crypto`, functions that make or use keys fail and say so.

mod arithmetic;
#[cfg(feature = "crypto")]
mod crypto;
mod dates;
mod defaults;
mod dicts;
mod digests;
mod encodings;
mod json;
mod lines;
mod lists;
mod numbers;
mod outside;
mod paths;
mod random;
mod reflection;
mod regex;
mod sequences;
mod strings;
mod text;
mod urls;
mod versions;
#[cfg(any(test, not(feature = "crypto")))]
mod without_crypto;

pub use json::lenient;
pub use outside::get_host_by_name;

use gotemplate::FunctionTable;
use gotemplate::func::Cost;

/// Adds every function of Sprig's `TxtFuncMap`.
pub fn register(table: &mut FunctionTable) {
    arithmetic::register(table);
    #[cfg(feature = "crypto")]
    crypto::register(table);
    #[cfg(not(feature = "crypto"))]
    without_crypto::register(table);
    dates::register(table);
    defaults::register(table);
    dicts::register(table);
    digests::register(table);
    encodings::register(table);
    json::register(table);
    lists::register(table);
    numbers::register(table);
    outside::register(table);
    paths::register(table);
    random::register(table);
    reflection::register(table);
    regex::register(table);
    sequences::register(table);
    strings::register(table);
    text::register(table);
    urls::register(table);
    versions::register(table);
    let by_letter = [
        "b32dec",
        "b32enc",
        "b64dec",
        "b64enc",
        "cat",
        "fromJson",
        "initials",
        "join",
        "mustFromJson",
        "mustToJson",
        "mustToPrettyJson",
        "mustToRawJson",
        "quote",
        "regexFind",
        "regexFindAll",
        "regexMatch",
        "regexQuoteMeta",
        "regexReplaceAll",
        "regexReplaceAllLiteral",
        "regexSplit",
        "mustRegexFind",
        "mustRegexFindAll",
        "mustRegexMatch",
        "mustRegexReplaceAll",
        "mustRegexReplaceAllLiteral",
        "mustRegexSplit",
        "semver",
        "semverCompare",
        "squote",
        "toJson",
        "toPrettyJson",
        "toRawJson",
        "toString",
        "urlJoin",
        "urlParse",
        "wrap",
        "wrapWith",
    ];
    table.set_cost(Cost::PARSES, &by_letter);
    let digests = ["sha1sum", "sha256sum", "sha512sum", "adler32sum"];
    table.set_cost(Cost::DIGESTS, &digests);
}
