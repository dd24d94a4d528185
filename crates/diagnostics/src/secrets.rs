//! Finds values that are secret by their name. The one list of such names: `diff` hides their
//! values in resources, `validate` in what it finds, `explain` in all that it shows.

mod mask;
mod set;
mod value;

pub use mask::{HIDDEN, mask, mask_argument, secret_ranges, url_passwords};
pub use set::{Mask, Secrets};
pub use value::{is_secret_path, mask_value};

/// The visibility of secrets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Visibility {
    /// As `…`.
    #[default]
    Hidden,
    /// As they are.
    Shown,
}

/// Parts of names that say that a value is secret: of environment variables, of keys of ConfigMaps
/// and of chart values; in lower case, without what is no letter or digit.
pub const SECRET_NAMES: &[&str] = &[
    "accesskey",
    "apikey",
    "connectionstring",
    "credential",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "pwd",
    "secret",
    "token",
];

/// Returns true if a name says that its value is secret: it contains one of [`SECRET_NAMES`] or of `more`,
/// case and punctuation apart (`DB_PASSWORD`, `apiKey`), or is a long one of them with one slip of the pen.
pub fn is_secret_name(name: &str, more: &[String]) -> bool {
    let name = letters(name);
    SECRET_NAMES
        .iter()
        .any(|part| name.contains(part) || is_misspelt(&name, part))
        || more.iter().any(|part| name.contains(&letters(part)))
}

/// Returns true if a name is a long one with one slip of the pen: `pasword`.
fn is_misspelt(name: &str, secret_name: &str) -> bool {
    const SHORTEST: usize = 7;
    secret_name.len() >= SHORTEST
        && name.len().abs_diff(secret_name.len()) <= 1
        && strsim::osa_distance(name, secret_name) == 1
}

/// Returns true if a scalar, as text, may be a secret: nothing at all and booleans never are, whatever
/// their name (`ALLOW_EMPTY_PASSWORD: "no"`). Numbers may be.
pub fn may_be_secret(value: &str) -> bool {
    const PUBLIC: &[&str] = &["", "~", "null", "true", "false", "yes", "no", "on", "off"];
    let value = value.trim();
    !PUBLIC.iter().any(|word| value.eq_ignore_ascii_case(word))
}

/// The letters and digits of a name, in lower case.
fn letters(name: &str) -> String {
    let letters = name.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_case_and_punctuation() {
        for name in [
            "DB_PASSWORD",
            "apiKey",
            "pasword",
            "passwrod",
            "aws-access-key-id",
            "refreshToken",
        ] {
            assert!(is_secret_name(name, &[]), "{name}");
        }
        for name in ["", "user", "key", "pass-through"] {
            assert!(!is_secret_name(name, &[]), "{name}");
        }
        assert!(is_secret_name("LICENSE_TEXT", &["license-text".into()]));
    }

    #[test]
    fn nothing_and_booleans_are_never_secret() {
        for value in [
            "", " ", "null", "~", "true", "False", "YES", "no", "on", "off",
        ] {
            assert!(!may_be_secret(value), "{value:?}");
        }
        for value in ["1", "123456", "nothing", "none", "y3s"] {
            assert!(may_be_secret(value), "{value:?}");
        }
    }
}
