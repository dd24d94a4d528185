//! The rules on arms of templates that a render does not take.

use super::Rule;

/// A call of a template that is not there.
pub static UNDEFINED_TEMPLATE: Rule = Rule::error(
    "undefined-template",
    "an include of a name that no template of the charts has",
    "Helm fails where it comes there, with the values that lead there. Templates in values and files do not count.",
);

/// A value in another spelling than the default.
pub static MISSPELT_VALUE: Rule = Rule::warning(
    "misspelt-value",
    "a value that a template reads in another spelling than the default, which nobody reads",
    "The template finds nothing there, whatever the values say. Neither defaults, schemas, comments in values.yaml nor the \
     given values have it.",
);

/// A field in another spelling than Kubernetes'.
pub static MISSPELT_FIELD: Rule = Rule::warning(
    "misspelt-field",
    "a field in the text of a template that Kubernetes does not know, though it knows nearly the same",
    "Kubernetes drops it, or refuses the resource where fields are validated strictly, with the values that lead there.",
);
