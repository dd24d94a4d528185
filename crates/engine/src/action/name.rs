//! Rules for release names (`chartutil.ValidateReleaseName`).

/// Helm's limit, which leaves room for suffixes in Kubernetes' 63.
const MAX_LEN: usize = 53;

/// An invalid release name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidName {
    /// There is no name.
    #[error("no name provided")]
    Missing,
    /// It has other characters than DNS allows, or too many.
    #[error(
        "invalid release name, must match regex \
         ^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$ \
         and the length must not be longer than 53"
    )]
    Invalid,
}

/// Checks a release's name: DNS labels with dots between them, 53 bytes at most.
pub fn check_release_name(name: &str) -> Result<(), InvalidName> {
    if name.is_empty() {
        return Err(InvalidName::Missing);
    }
    let alphanumeric = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let label = |label: &str| {
        let bytes = label.as_bytes();
        let ends = [bytes.first(), bytes.last()];
        ends.into_iter()
            .all(|b| b.is_some_and(|b| alphanumeric(*b)))
            && bytes.iter().all(|b| alphanumeric(*b) || *b == b'-')
    };
    match name.len() <= MAX_LEN && name.split('.').all(label) {
        true => Ok(()),
        false => Err(InvalidName::Invalid),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let long = "a".repeat(54);
        for bad in ["A", "a_b", "-a", "a-", ".a", "a.", "a..b", &long] {
            assert_eq!(check_release_name(bad), Err(InvalidName::Invalid), "{bad}");
        }
        for good in ["a", "a-b", "a.b", "0", &"a".repeat(53)] {
            assert_eq!(check_release_name(good), Ok(()), "{good}");
        }
        assert_eq!(check_release_name(""), Err(InvalidName::Missing));
    }
}
