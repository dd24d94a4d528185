//! The rules on what a chart renders to.

pub use checks::rules::*;

use super::Rule;

/// A document is no YAML.
pub static OUTPUT_NOT_YAML: Rule = Rule::error(
    "output-not-yaml",
    "a template renders to something that is not YAML",
    "Helm stops at the first such document and installs nothing. Most often a value was printed without \
     quote or toYaml, or nindent has the wrong number.",
);

/// A key stands twice in a map of the output.
pub static DUPLICATE_OUTPUT_KEY: Rule = Rule::warning(
    "duplicate-output-key",
    "a duplicate key in a map of the output, with different values",
    "Of equal keys the last one counts, and Helm does not say so; other tools refuse the document.",
);

/// A key stands twice with the same value.
pub static REPEATED_OUTPUT_KEY: Rule = Rule::strict(
    "repeated-output-key",
    "a duplicate key in a map of the output, with the same value",
    "Helm takes it, other tools refuse the document.",
);

/// A value that Go could not print.
pub static UNPRINTABLE_VALUE: Rule = Rule::warning(
    "unprintable-value",
    "what Go prints for a missing value or one of the wrong kind: <nil>, %!s(…), <no value>",
    "A value was missing or of another kind than printf was told, and Go's note of that is in the output. Give \
     the value, or a default in the template.",
);

/// A value that is missing where it is printed.
pub static NO_VALUE: Rule = Rule::strict(
    "no-value",
    "a missing value that is printed, of which Helm leaves nothing",
    "Go prints <no value> for it, and Helm takes that out again: what remains is a key without a value, or half \
     a text.",
);

/// A key that is not there.
pub static MISSING_KEY: Rule = Rule::strict(
    "missing-key",
    "a template that uses a value that is not there, without asking whether it is",
    "Neither defaults nor the given values have the key, and what the template does with it is no question: no \
     if, with, default, required, hasKey, empty or other test is around it.",
);
