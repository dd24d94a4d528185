//! The table of rules, with what each finds and why it matters.

mod branches;
mod manifests;

pub use branches::*;
pub use manifests::*;

pub use diagnostics::Rule;

/// A values file is no YAML.
pub static INVALID_YAML: Rule = Rule::error(
    "invalid-yaml",
    "a values file is not YAML",
    "Helm reads values files as YAML 1.1 (go-yaml) and stops at the first mistake. The place shown is \
     where reading failed; what is wrong may stand a line before.",
);

/// A tab indents a line of a values file.
pub static TAB_INDENTATION: Rule = Rule::error(
    "tab-indentation",
    "a line of a values file is indented with a tab",
    "YAML allows only spaces for indentation. Editors show tabs and spaces alike.",
);

/// A values file holds no map.
pub static NOT_A_MAP: Rule = Rule::error(
    "values-not-a-map",
    "a values file holds something else than a map",
    "Values are names with values: a list or a string at the top of a values file is an error in Helm.",
);

/// A key stands twice in a map.
pub static DUPLICATE_KEY: Rule = Rule::warning(
    "duplicate-key",
    "a duplicate key in a map",
    "Of equal keys the last one counts, and Helm does not say so: everything under the earlier one is \
     lost.",
);

/// Helm 3 reads only the first document.
pub static IGNORED_DOCUMENT: Rule = Rule::warning(
    "ignored-document",
    "a values file has documents that Helm 3 does not read",
    "Helm 3 reads the first document of a values file and ignores the rest. Helm 4 merges them all. Put \
     everything into one document, or into several files.",
);

/// A flag's value cannot be read.
pub static INVALID_FLAG: Rule = Rule::error(
    "invalid-flag",
    "the argument of --set or a related flag cannot be read",
    "The argument does not follow the grammar of the flag, or names a file that cannot be read.",
);

/// Values do not meet a schema.
pub static SCHEMA: Rule = Rule::error(
    "schema-violation",
    "a value does not meet the chart's values.schema.json",
    "Helm refuses to install values that the schema of the chart, or of a subchart, does not allow. \
     The place is that of the value in the file or flag that set it.",
);

/// A schema is no good itself.
pub static INVALID_SCHEMA: Rule = Rule::error(
    "invalid-schema",
    "a chart's values.schema.json cannot be used",
    "The schema is not JSON, violates its metaschema or refers to something that cannot be had. Values were not \
     checked against it, but all else was.",
);

/// A schema that is elsewhere.
pub static REMOTE_REFERENCE: Rule = Rule::warning(
    "remote-reference",
    "a chart's values.schema.json refers to the network",
    "Helm fetches such a schema at every install. rhelm never does by itself: what it says was not checked. \
     --allow-remote-refs fetches it.",
);

/// A render failed.
pub static RENDER_ERROR: Rule = Rule::error(
    "render-error",
    "the chart does not render with these values",
    "Helm would print the same error and install nothing.",
);

/// No template reads a value.
pub static UNKNOWN_VALUE: Rule = Rule::warning(
    "unknown-value",
    "a value that no template of the chart reads",
    "Helm ignores values that it does not know: a misspelt or misplaced key changes nothing, silently. \
     A value is reported where this render did not read it, nothing that it is in is read as a whole, no \
     template names its key there, and neither the defaults nor the schema have it.",
);

/// A value is not read this time.
pub static UNREAD_VALUE: Rule = Rule::strict(
    "unread-value",
    "a value that this render did not read, though templates can",
    "The chart knows the value, but with these values nothing reads it: most often what it belongs to is \
     switched off.",
);

/// Values of a dependency that is off.
pub static DISABLED_SUBCHART: Rule = Rule::strict(
    "disabled-subchart",
    "values for a subchart that is switched off",
    "A condition or a tag switches the subchart off, so that its values change nothing.",
);

/// A value of another kind than its default.
pub static TYPE_DIFFERENCE: Rule = Rule::warning(
    "type-difference",
    "a value of another kind than its default",
    "Templates are written for the kind of value that the chart's defaults show: a text where a map or a \
     list belongs fails, or renders to something else than was meant. Values whose kind some template \
     asks for, or that the schema knows, are not reported.",
);

/// A quoted false.
pub static QUOTED_BOOLEAN: Rule = Rule::warning(
    "quoted-boolean",
    "a string such as \"false\" where the default is a boolean",
    "Any string that is not empty is true to templates: \"false\" in quotes, or given by --set-string, \
     switches on what it was to switch off.",
);

/// A null that nobody wrote.
pub static EMPTY_VALUE: Rule = Rule::warning(
    "empty-value",
    "a key whose value is commented out, which removes its default",
    "A key with nothing but comments behind it is null, and a null removes the chart's default. Comment \
     the key out too, or write null where that is meant.",
);

/// A number where a string is meant.
pub static REFORMATTED_NUMBER: Rule = Rule::warning(
    "reformatted-number",
    "an unquoted number that prints otherwise than it is written",
    "YAML reads 1.10 as the number 1.1, 0123 as the octal 83 and 1e3 as 1000: of a version or an account \
     that is not what was meant. Quote it.",
);

/// Digits lost.
pub static LOST_DIGITS: Rule = Rule::warning(
    "lost-digits",
    "a number with more digits than Helm keeps",
    "Helm reads all numbers of values files as floats of 64 bits, which hold whole numbers exactly only up \
     to 9007199254740992. Quote it.",
);

/// An exponent in the output.
pub static EXPONENT_NUMBER: Rule = Rule::warning(
    "exponent-number",
    "a number that came out in exponent form",
    "Helm reads all numbers of values files as floats, and templates print those from a million on as \
     1e+06. Quote the number, or let the template convert it with int64.",
);

/// A word that is a boolean.
pub static YAML_BOOLEAN: Rule = Rule::warning(
    "yaml-boolean",
    "an unquoted yes, no, on, off, y or n where a string is meant",
    "YAML 1.1 reads these words as booleans: country: no is false. Quote the word.",
);

/// A key that is a boolean.
pub static BOOLEAN_KEY: Rule = Rule::warning(
    "boolean-key",
    "an unquoted yes, no, on, off, y or n as a key",
    "YAML 1.1 reads these words as booleans, also where they are keys: on: is the key \"true\". Quote the \
     word.",
);

/// A null without effect.
pub static NULL_WITHOUT_DEFAULT: Rule = Rule::strict(
    "null-without-default",
    "a null where there is no default to remove",
    "A null removes a default of the chart. Where there is none it does nothing: the default has moved or \
     gone.",
);

/// A null with effect.
pub static REMOVED_DEFAULT: Rule = Rule::strict(
    "removed-default",
    "a null that removes a default",
    "A null removes the chart's default and everything in it: templates find nothing there. Most often that is \
     meant.",
);

/// A layer that replaces what another gave.
pub static DROPPED_VALUE: Rule = Rule::warning(
    "dropped-value",
    "a value of one file or flag that replaces a map of an earlier one, or the other way round",
    "Maps are merged key by key, everything else is replaced: where one file has a map and a later one something \
     else, all that the first one says there is lost, silently.",
);

/// JSON where none is read.
pub static JSON_ARGUMENT: Rule = Rule::warning(
    "json-argument",
    "JSON given to --set or --set-string, which read none",
    "To these flags { begins a list whose items are between commas, quotes are letters, and [ is one, too. \
     --set-json reads JSON; --set-literal takes a text as it is.",
);

/// A dot that leads elsewhere.
pub static UNESCAPED_DOT: Rule = Rule::warning(
    "unescaped-dot",
    "a dot in the key of --set or a related flag that was probably meant to be part of the key",
    "Each dot leads into a map: nodeSelector.kubernetes.io/os is the key io/os in kubernetes. A backslash keeps \
     the dot: nodeSelector.kubernetes\\.io/os.",
);

/// A list that was to be changed, not replaced.
pub static REPLACED_LIST: Rule = Rule::warning(
    "replaced-list",
    "a list that replaces another one where it was probably meant to add to it or to change it",
    "Lists are not merged. One of a later file replaces that of an earlier one, which is told where items have names \
     and none of the old names is there any more. An index in --set changes a list of a values file, but not one of \
     the chart's defaults: it makes a new list, whose items have only what flags give.",
);

/// A list of one file that another one replaces.
pub static OVERRIDDEN_LIST: Rule = Rule::strict(
    "overridden-list",
    "a list of a later file that replaces one of an earlier file and lacks some of its items",
    "Lists are not merged: the last file that has one counts. Most often that is meant.",
);

/// A copy that stays.
pub static UNFOLLOWED_ANCHOR: Rule = Rule::warning(
    "unfollowed-anchor",
    "a value with an anchor that a later file or flag changes, while its aliases keep the old one",
    "An alias is a copy, made where the file is read. What is given for the original later does not reach it.",
);

/// A null that Helm ignores.
pub static IGNORED_NULL: Rule = Rule::warning(
    "ignored-null",
    "a null in a chart's values.yaml that this Helm ignores",
    "Since Helm 4.2 a null in a chart's own values.yaml does not remove a default of a subchart; Helm 3 removes it. A \
     null in a file of -f or in --set removes it in both.",
);

/// Values of a dependency that nobody switches on.
pub static DORMANT_SUBCHART: Rule = Rule::warning(
    "dormant-subchart",
    "values for a subchart that is off by default and that nothing given switches on",
    "The chart's defaults switch the subchart off. Values for it change nothing as long as its condition or tag is \
     not given, too.",
);

/// A number where the default is a string.
pub static NUMBER_FOR_TEXT: Rule = Rule::strict(
    "number-for-text",
    "a number or boolean given by --set where the default is a string",
    "--set makes numbers of whole numbers, booleans of true and false: functions for strings refuse them, and \
     labels and variables need quotes. --set-string makes strings of them.",
);

/// A string that looks like a number.
pub static NUMBER_AS_TEXT: Rule = Rule::strict(
    "number-as-text",
    "a fraction given by --set, which makes a string of it",
    "--set makes numbers of whole numbers only: 1.5 and 1e3 are strings, which shows where a template \
     compares or quotes them. --set-json makes numbers of them.",
);

/// All rules, in the order in which they are listed.
pub static RULES: &[&Rule] = &[
    &INVALID_YAML,
    &TAB_INDENTATION,
    &NOT_A_MAP,
    &DUPLICATE_KEY,
    &IGNORED_DOCUMENT,
    &INVALID_FLAG,
    &SCHEMA,
    &INVALID_SCHEMA,
    &REMOTE_REFERENCE,
    &RENDER_ERROR,
    &OUTPUT_NOT_YAML,
    &MISSING_FIELD,
    &FIELD_TYPE,
    &UNKNOWN_FIELD,
    &LOST_INDENTATION,
    &INVALID_OPTION,
    &INVALID_QUANTITY,
    &OUT_OF_RANGE,
    &INVALID_BASE64,
    &EXCLUSIVE_FIELDS,
    &DUPLICATE_ITEM,
    &OVERRIDDEN_ITEM,
    &INVALID_SCHEDULE,
    &INVALID_RESTART_POLICY,
    &REQUEST_ABOVE_LIMIT,
    &UNKNOWN_VOLUME,
    &UNKNOWN_PORT,
    &UNKNOWN_KEY,
    &UNKNOWN_REFERENCE,
    &UNKNOWN_HOOK,
    &INVALID_HOOK_SETTING,
    &INVALID_RESOURCE_POLICY,
    &UNKNOWN_HELM_ANNOTATION,
    &DUPLICATE_OUTPUT_KEY,
    &DUPLICATE_RESOURCE,
    &INVALID_NAME,
    &INVALID_LABEL,
    &INVALID_PATH,
    &INVALID_ADDRESS,
    &CANNOT_START,
    &ODD_QUANTITY,
    &UNKNOWN_API,
    &UNKNOWN_PERMISSION,
    &MISSPELT_NAME,
    &BLOCKED_EVICTION,
    &UNMEASURED_SCALING,
    &REMOVED_API,
    &FUTURE_API,
    &DISABLED_API,
    &DEPRECATED_API,
    &SELECTOR_MISMATCH,
    &SELECTS_NOTHING,
    &INVALID_IMAGE,
    &UNTAGGED_IMAGE,
    &UNPRINTABLE_VALUE,
    &UNKNOWN_VALUE,
    &TYPE_DIFFERENCE,
    &DROPPED_VALUE,
    &JSON_ARGUMENT,
    &UNESCAPED_DOT,
    &REPLACED_LIST,
    &UNFOLLOWED_ANCHOR,
    &IGNORED_NULL,
    &DORMANT_SUBCHART,
    &MISSPELT_VALUE,
    &QUOTED_BOOLEAN,
    &EMPTY_VALUE,
    &REFORMATTED_NUMBER,
    &LOST_DIGITS,
    &EXPONENT_NUMBER,
    &YAML_BOOLEAN,
    &BOOLEAN_KEY,
    &UNREAD_VALUE,
    &DISABLED_SUBCHART,
    &OVERRIDDEN_LIST,
    &NULL_WITHOUT_DEFAULT,
    &REMOVED_DEFAULT,
    &NUMBER_AS_TEXT,
    &NUMBER_FOR_TEXT,
    &REPEATED_OUTPUT_KEY,
    &REPEATED_ITEM,
    &OUTSIDE_REFERENCE,
    &SELECTS_NOTHING_HERE,
    &NO_VALUE,
    &MISSING_KEY,
    &UNDEFINED_TEMPLATE,
    &MISSPELT_FIELD,
];

/// The rules on arms of templates that a render does not take: for those who ask for all of them (`--all-branches`).
pub static BRANCHES: &[&Rule] = &[&UNDEFINED_TEMPLATE, &MISSPELT_FIELD];

/// What asks for the rules on arms of templates.
pub const OF_BRANCHES: &str = ", all branches";

/// What asks for a rule that is off otherwise, behind a comma; empty for the others.
pub fn condition(rule: &Rule) -> &'static str {
    let is_branch = BRANCHES.iter().any(|branch| branch.id == rule.id);
    match (rule.strict, is_branch) {
        (true, _) => ", strict",
        (_, true) => OF_BRANCHES,
        _ => "",
    }
}

/// The rule of that name.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id).copied()
}
