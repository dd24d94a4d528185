//! Single values: their kinds, texts among few, forms.

use super::Check;
use crate::rules;
use diagnostics::suggest;
use goyaml::{Kind, Node};
use kubernetes::fields::{Field, Type};
use kubernetes::quantity;

/// Returns true if a type takes values of a kind.
pub(super) fn fits(of: Type<'_>, kind: &Kind) -> bool {
    match of {
        Type::Text | Type::Base64 | Type::Time => matches!(kind, Kind::Str(_)),
        Type::Boolean => matches!(kind, Kind::Bool(_)),
        Type::Int32 => whole(kind).is_some_and(|number| i32::try_from(number).is_ok()),
        Type::Int64 => whole(kind).is_some_and(|number| i64::try_from(number).is_ok()),
        Type::Number => matches!(kind, Kind::Int(_) | Kind::Uint(_) | Kind::Float(_)),
        Type::Quantity => matches!(
            kind,
            Kind::Int(_) | Kind::Uint(_) | Kind::Float(_) | Kind::Str(_)
        ),
        Type::IntOrText => {
            matches!(kind, Kind::Str(_))
                || whole(kind).is_some_and(|number| i32::try_from(number).is_ok())
        }
        Type::Anything => true,
        Type::List(_) | Type::Map(_) | Type::Struct(_) => false,
    }
}

/// The whole number that a value is, also where it is written with a point (`1.0`).
pub(super) fn whole(kind: &Kind) -> Option<i128> {
    match kind {
        Kind::Int(number) => Some(i128::from(*number)),
        Kind::Uint(number) => Some(i128::from(*number)),
        // Those that JSON writes without an exponent.
        Kind::Float(number) if number.fract() == 0.0 && number.abs() < 1e21 => {
            Some(*number as i128)
        }
        _ => None,
    }
}

/// Returns true if a text would be of another kind without its quotes.
pub(super) fn reads_as(text: &Kind, is: impl Fn(&Kind) -> bool) -> bool {
    let Kind::Str(text) = text else { return false };
    goyaml::parse(text.as_bytes()).is_ok_and(|node| is(&node.kind))
}

impl Check<'_> {
    /// Checks a value that is of the right kind.
    pub(super) fn scalar(&mut self, node: &Node, of: Type<'static>, field: Option<Field<'static>>) {
        let Kind::Str(text) = &node.kind else { return };
        match of {
            Type::Text => {
                let values: Vec<&str> = field.iter().flat_map(Field::values).collect();
                self.option(node, &values);
            }
            Type::Base64 => self.base64(node, text),
            Type::Quantity => self.quantity(node, text),
            _ => {}
        }
    }

    /// A text among few. An empty one is as good as none nearly everywhere.
    pub(super) fn option(&mut self, node: &Node, values: &[&str]) {
        let Kind::Str(text) = &node.kind else { return };
        if text.is_empty() || values.is_empty() || values.contains(&&**text) {
            return;
        }
        let message = format!(
            "{} of {} is {text:?}, where Kubernetes takes {}",
            self.display_path(None),
            self.resource.title(),
            one_of(values)
        );
        let mut same = values
            .iter()
            .filter(|value| value.eq_ignore_ascii_case(text));
        let near = same.next().copied();
        let near = near.or_else(|| suggest::nearest(text, values.iter().copied()));
        let help = near.map(suggest::did_you_mean);
        self.add(
            self.finding(&rules::INVALID_OPTION, node.mark, message)
                .suggest_if(help),
        );
    }

    fn base64(&mut self, node: &Node, text: &str) {
        if is_base64(text) {
            return;
        }
        // The text may be a secret.
        let message = format!(
            "{} of {} is not base64",
            self.display_path(None),
            self.resource.title()
        );
        let help = match self.resource.kind == "Secret" {
            true => "use b64enc, or stringData, which takes plain text",
            false => "use b64enc in the template",
        };
        self.add(
            self.finding(&rules::INVALID_BASE64, node.mark, message)
                .suggest(help),
        );
    }

    /// Returns true where Kubernetes does not look at an amount's sign.
    fn may_be_negative(&self) -> bool {
        matches!(&*self.resource.kind, "LimitRange" | "PersistentVolumeClaim")
    }

    fn quantity(&mut self, node: &Node, text: &str) {
        match quantity::nanos(text) {
            None => {}
            Some(amount) if amount < 0 && !self.may_be_negative() => {
                let message = format!(
                    "{} of {} is {text:?}: amounts are not negative",
                    self.display_path(None),
                    self.resource.title()
                );
                self.add(self.finding(&rules::OUT_OF_RANGE, node.mark, message));
                return;
            }
            Some(_) => return,
        }
        let message = format!(
            "{} of {} is {text:?}, which is no amount",
            self.display_path(None),
            self.resource.title()
        );
        self.add(
            self.finding(&rules::INVALID_QUANTITY, node.mark, message)
                .suggest_if(near_quantity(text)),
        );
    }
}

/// `A`, `A or B`, `A, B or C`.
pub(super) fn one_of(all: &[&str]) -> String {
    match all.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}

/// Go's `base64.StdEncoding`, which passes over line ends.
fn is_base64(text: &str) -> bool {
    let bytes: Vec<u8> = text
        .bytes()
        .filter(|b| !matches!(b, b'\n' | b'\r'))
        .collect();
    let end = bytes.iter().position(|b| *b == b'=').unwrap_or(bytes.len());
    let (digits, padding) = bytes.split_at(end);
    let is_digit = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/');
    bytes.len().is_multiple_of(4)
        && digits.iter().all(is_digit)
        && matches!(padding, [] | [b'='] | [b'=', b'='])
}

/// The amount that was meant: without blanks, with a suffix that there is.
fn near_quantity(text: &str) -> Option<String> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let end = plain.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, suffix) = plain.split_at(end);
    let suffix = match &*suffix.to_lowercase() {
        "k" | "kb" => "k",
        "m" | "mb" => "M",
        "g" | "gb" => "G",
        "t" | "tb" => "T",
        "ki" | "kib" => "Ki",
        "mi" | "mib" => "Mi",
        "gi" | "gib" => "Gi",
        "ti" | "tib" => "Ti",
        _ => return None,
    };
    let near = format!("{number}{suffix}");
    (quantity::nanos(&near).is_some() && near != text).then(|| suggest::did_you_mean(&near))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_told_from_other_texts() {
        for good in ["", "YQ==", "YWI=", "YWJj", "YW\nJj\n", "+/+/"] {
            assert!(is_base64(good), "{good}");
        }
        for bad in [
            "hunter2!",
            "YQ=",
            "YQ",
            "Y",
            "YWJj=",
            "YW=Jj",
            "a-b_",
            "YWJj ====",
        ] {
            assert!(!is_base64(bad), "{bad}");
        }
    }

    #[test]
    fn amounts_that_were_meant() {
        for (text, suggestion) in [
            ("512mb", "512M"),
            ("1G i", "1Gi"),
            ("100mi", "100Mi"),
            ("1K", "1k"),
        ] {
            let help = near_quantity(text).unwrap_or_default();
            assert_eq!(help, format!("did you mean {suggestion}?"));
        }
        assert_eq!(near_quantity("lots"), None);
    }
}
