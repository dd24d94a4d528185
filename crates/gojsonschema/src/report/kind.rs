//! The kinds of violations and their messages (santhosh-tekuri's package `kind`).

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::number::{english_float, english_int};
use super::{Token, quote};

/// The problem with a value. Numbers that were compared come as the nearest floats. Lists that come from a
/// schema are shared: many values may be wrong in the same way.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
#[allow(missing_docs)]
pub enum ErrorKind {
    /// The value is no JSON; holds its Go type.
    InvalidJsonValue(String),
    /// Several violations at one place.
    Group,
    Not,
    AllOf,
    AnyOf,
    /// Holds the first two subschemas that matched, or none.
    OneOf(Option<(usize, usize)>),
    FalseSchema,
    RefCycle {
        url: String,
        first: String,
        second: String,
    },
    Type {
        got: &'static str,
        want: Vec<&'static str>,
    },
    /// Holds the allowed values as shown; none where some of them are no scalars.
    Enum(Option<Arc<[String]>>),
    /// Holds the value demanded as shown; none where it is no scalar.
    Const(Option<String>),
    Format {
        got: Box<[u8]>,
        want: &'static str,
        why: String,
    },
    /// Causes come from the schema at `url`.
    Reference {
        keyword: &'static str,
        url: String,
    },
    MinProperties {
        got: usize,
        want: i64,
    },
    MaxProperties {
        got: usize,
        want: i64,
    },
    MinItems {
        got: usize,
        want: i64,
    },
    MaxItems {
        got: usize,
        want: i64,
    },
    /// Holds the number of items too many.
    AdditionalItems(usize),
    /// Holds the missing properties.
    Required(Arc<[String]>),
    Dependency {
        property: String,
        missing: Arc<[String]>,
    },
    DependentRequired {
        property: String,
        missing: Arc<[String]>,
    },
    /// Holds the properties that are not allowed.
    AdditionalProperties(Vec<Box<[u8]>>),
    /// A name is wrong; messages locate it and its causes nowhere, so `at` tells the object.
    PropertyNames {
        property: Box<[u8]>,
        at: Vec<Token>,
    },
    UniqueItems(usize, usize),
    Contains,
    MinContains {
        got: Vec<usize>,
        want: i64,
    },
    MaxContains {
        got: Vec<usize>,
        want: i64,
    },
    MinLength {
        got: usize,
        want: i64,
    },
    MaxLength {
        got: usize,
        want: i64,
    },
    Pattern {
        got: Box<[u8]>,
        want: String,
    },
    Minimum {
        got: f64,
        want: f64,
    },
    Maximum {
        got: f64,
        want: f64,
    },
    ExclusiveMinimum {
        got: f64,
        want: f64,
    },
    ExclusiveMaximum {
        got: f64,
        want: f64,
    },
    MultipleOf {
        got: f64,
        want: f64,
    },
}

impl ErrorKind {
    /// The keyword at fault, below its schema; empty where there is none.
    pub fn keyword_path(&self) -> Vec<String> {
        let keyword = match self {
            Self::InvalidJsonValue(_)
            | Self::Group
            | Self::Not
            | Self::FalseSchema
            | Self::RefCycle { .. } => return Vec::new(),
            Self::Dependency { property, .. } => {
                return vec!["dependency".to_owned(), property.clone()];
            }
            Self::DependentRequired { property, .. } => {
                return vec!["dependentRequired".to_owned(), property.clone()];
            }
            Self::Reference { keyword, .. } => keyword,
            Self::AllOf => "allOf",
            Self::AnyOf => "anyOf",
            Self::OneOf(_) => "oneOf",
            Self::Type { .. } => "type",
            Self::Enum(_) => "enum",
            Self::Const(_) => "const",
            Self::Format { .. } => "format",
            Self::MinProperties { .. } => "minProperties",
            Self::MaxProperties { .. } => "maxProperties",
            Self::MinItems { .. } => "minItems",
            Self::MaxItems { .. } => "maxItems",
            Self::AdditionalItems(_) => "additionalItems",
            Self::Required(_) => "required",
            Self::AdditionalProperties(_) => "additionalProperties",
            Self::PropertyNames { .. } => "propertyNames",
            Self::UniqueItems(..) => "uniqueItems",
            Self::Contains => "contains",
            Self::MinContains { .. } => "minContains",
            Self::MaxContains { .. } => "maxContains",
            Self::MinLength { .. } => "minLength",
            Self::MaxLength { .. } => "maxLength",
            Self::Pattern { .. } => "pattern",
            Self::Minimum { .. } => "minimum",
            Self::Maximum { .. } => "maximum",
            Self::ExclusiveMinimum { .. } => "exclusiveMinimum",
            Self::ExclusiveMaximum { .. } => "exclusiveMaximum",
            Self::MultipleOf { .. } => "multipleOf",
        };
        vec![keyword.to_owned()]
    }

    /// About how many bytes it takes, lists that it shares with others aside.
    pub(crate) fn own_bytes(&self) -> usize {
        match self {
            Self::InvalidJsonValue(text) | Self::Const(Some(text)) => text.len(),
            Self::RefCycle { url, first, second } => url.len() + first.len() + second.len(),
            Self::Format { got, why, .. } => got.len() + why.len(),
            Self::Reference { url, .. } => url.len(),
            Self::Dependency { property, .. } | Self::DependentRequired { property, .. } => {
                property.len()
            }
            Self::AdditionalProperties(names) => names
                .iter()
                .map(|name| size_of_val(name) + name.len())
                .sum(),
            Self::PropertyNames { property, .. } => property.len(),
            Self::MinContains { got, .. } | Self::MaxContains { got, .. } => {
                size_of_val(got.as_slice())
            }
            Self::Pattern { got, want } => got.len() + want.len(),
            _ => 0,
        }
    }

    /// About how many bytes are printed of a list that it shares with others.
    pub(crate) fn shared_text_bytes(&self) -> usize {
        let (Self::Enum(Some(names))
        | Self::Required(names)
        | Self::Dependency { missing: names, .. }
        | Self::DependentRequired { missing: names, .. }) = self
        else {
            return 0;
        };
        names.iter().map(|name| name.len() + ", ".len()).sum()
    }

    /// The two numbers of the messages that compare a number with a bound.
    fn compared(&self) -> Option<(String, String)> {
        match self {
            Self::MinProperties { got, want }
            | Self::MaxProperties { got, want }
            | Self::MinItems { got, want }
            | Self::MaxItems { got, want }
            | Self::MinLength { got, want }
            | Self::MaxLength { got, want } => Some((english_int(*got as i64), english_int(*want))),
            Self::Minimum { got, want }
            | Self::Maximum { got, want }
            | Self::ExclusiveMinimum { got, want }
            | Self::ExclusiveMaximum { got, want }
            | Self::MultipleOf { got, want } => Some((english_float(*got), english_float(*want))),
            _ => None,
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((got, want)) = self.compared() {
            return write!(
                f,
                "{}: got {got}, want {want}",
                self.keyword_path().concat()
            );
        }
        match self {
            Self::InvalidJsonValue(go_type) => write!(f, "invalid jsonType {go_type}"),
            Self::Group | Self::Reference { .. } => f.write_str("validation failed"),
            Self::Not => f.write_str("'not' failed"),
            Self::AllOf => f.write_str("'allOf' failed"),
            Self::AnyOf => f.write_str("'anyOf' failed"),
            Self::OneOf(None) => f.write_str("'oneOf' failed, none matched"),
            Self::OneOf(Some((a, b))) => {
                let (a, b) = (english_int(*a as i64), english_int(*b as i64));
                write!(f, "'oneOf' failed, subschemas {a}, {b} matched")
            }
            Self::FalseSchema => f.write_str("false schema"),
            Self::RefCycle { url, first, second } => {
                let url = gostd::strconv::quote(url.as_bytes());
                write!(
                    f,
                    "both {first} and {second} resolve to {url} causing reference cycle"
                )
            }
            Self::Type { got, want } => write!(f, "got {got}, want {}", want.join(" or ")),
            Self::Enum(None) => f.write_str("'enum' failed"),
            Self::Enum(Some(values)) => fmt_enum(f, values),
            Self::Const(None) => f.write_str("'const' failed"),
            Self::Const(Some(value)) => write!(f, "value must be {value}"),
            Self::Format { got, want, why } => {
                write!(f, "{} is not valid {want}: {why}", quote(got))
            }
            Self::Pattern { got, want } => {
                write!(
                    f,
                    "{} does not match pattern {}",
                    quote(got),
                    quote(want.as_bytes())
                )
            }
            _ => self.fmt_container(f),
        }
    }
}

impl ErrorKind {
    /// Messages about objects and arrays.
    fn fmt_container(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AdditionalItems(count) => {
                write!(
                    f,
                    "last {} additionalItem(s) not allowed",
                    english_int(*count as i64)
                )
            }
            Self::Required(missing) => {
                let properties = if missing.len() == 1 {
                    "property"
                } else {
                    "properties"
                };
                write!(f, "missing {properties} ")?;
                fmt_quoted(f, missing)
            }
            Self::Dependency { property, missing }
            | Self::DependentRequired { property, missing } => {
                let property = quote(property.as_bytes());
                f.write_str("properties ")?;
                fmt_quoted(f, missing)?;
                write!(f, " required, if {property} exists")
            }
            Self::AdditionalProperties(names) => {
                f.write_str("additional properties ")?;
                fmt_quoted(f, names)?;
                f.write_str(" not allowed")
            }
            Self::PropertyNames { property, .. } => {
                write!(f, "invalid propertyName {}", quote(property))
            }
            Self::UniqueItems(a, b) => {
                let (a, b) = (english_int(*a as i64), english_int(*b as i64));
                write!(f, "items at {a} and {b} are equal")
            }
            Self::Contains => f.write_str("no items match contains schema"),
            Self::MinContains { got, want } => {
                write!(
                    f,
                    "min {} items required to match contains schema, but ",
                    english_int(*want)
                )?;
                if got.is_empty() {
                    return f.write_str("none matched");
                }
                fmt_matched(f, got)
            }
            Self::MaxContains { got, want } => {
                write!(
                    f,
                    "max {} items required to match contains schema, but ",
                    english_int(*want)
                )?;
                fmt_matched(f, got)
            }
            _ => Ok(()),
        }
    }
}

fn fmt_matched(f: &mut fmt::Formatter<'_>, got: &[usize]) -> fmt::Result {
    let positions: Vec<String> = got.iter().map(ToString::to_string).collect();
    write!(
        f,
        "matched {} items at {}",
        english_int(got.len() as i64),
        positions.join(" ")
    )
}

fn fmt_enum(f: &mut fmt::Formatter<'_>, values: &[String]) -> fmt::Result {
    f.write_str(match values {
        [_] => "value must be ",
        _ => "value must be one of ",
    })?;
    fmt_list(f, values.iter().map(Cow::from))
}

fn fmt_quoted(f: &mut fmt::Formatter<'_>, names: &[impl AsRef<[u8]>]) -> fmt::Result {
    fmt_list(f, names.iter().map(|name| quote(name.as_ref()).into()))
}

fn fmt_list<'t>(
    f: &mut fmt::Formatter<'_>,
    texts: impl Iterator<Item = Cow<'t, str>>,
) -> fmt::Result {
    for (at, text) in texts.enumerate() {
        f.write_str(if at > 0 { ", " } else { "" })?;
        f.write_str(&text)?;
    }
    Ok(())
}
