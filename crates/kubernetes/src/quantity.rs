//! Quantities: amounts as Kubernetes writes them (`k8s.io/apimachinery`'s `resource.Quantity`).

/// The amount of a quantity in billionths, rounded up as Kubernetes rounds; `None` of what is none.
///
/// ```
/// use kubernetes::quantity::nanos;
///
/// assert_eq!(nanos("1"), nanos("1000m"));
/// assert_eq!(nanos("1Gi"), nanos("1024Mi"));
/// assert_eq!(nanos("100mi"), None);
/// ```
pub fn nanos(text: &str) -> Option<i128> {
    let (is_negative, rest) = match text.as_bytes().first()? {
        b'-' => (true, text.get(1..)?),
        b'+' => (false, text.get(1..)?),
        _ => (false, text),
    };
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.');
    let (digits, suffix) = rest.split_at(end.unwrap_or(rest.len()));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    if part.contains('.') || whole.is_empty() && part.is_empty() {
        return None;
    }
    let (base, exponent) = factor(suffix)?;
    let mut amount: i128 = 0;
    for digit in whole.bytes().chain(part.bytes()) {
        let digit = i128::from(digit - b'0');
        // More than Kubernetes keeps is its largest amount there, too.
        amount = amount.saturating_mul(10).saturating_add(digit);
    }
    let shift = i32::try_from(part.len()).ok()?;
    let amount = match base {
        Base::Two => scale(amount.saturating_mul(1_i128 << exponent), 9 - shift),
        Base::Ten => scale(amount, exponent.saturating_add(9).saturating_sub(shift)),
    };
    Some(if is_negative { -amount } else { amount })
}

#[derive(Clone, Copy)]
enum Base {
    Two,
    Ten,
}

/// The factor of a suffix: a base, and its power.
fn factor(suffix: &str) -> Option<(Base, i32)> {
    const SUFFIXES: &[(&str, Base, i32)] = &[
        ("", Base::Ten, 0),
        ("n", Base::Ten, -9),
        ("u", Base::Ten, -6),
        ("m", Base::Ten, -3),
        ("k", Base::Ten, 3),
        ("M", Base::Ten, 6),
        ("G", Base::Ten, 9),
        ("T", Base::Ten, 12),
        ("P", Base::Ten, 15),
        ("E", Base::Ten, 18),
        ("Ki", Base::Two, 10),
        ("Mi", Base::Two, 20),
        ("Gi", Base::Two, 30),
        ("Ti", Base::Two, 40),
        ("Pi", Base::Two, 50),
        ("Ei", Base::Two, 60),
    ];
    let entry = SUFFIXES.iter().find(|(entry, ..)| *entry == suffix);
    if let Some((_, base, exponent)) = entry {
        return Some((*base, *exponent));
    }
    let exponent = suffix.strip_prefix(['e', 'E'])?;
    let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    is_number.then(|| (Base::Ten, exponent.parse().unwrap_or(i32::MAX)))
}

/// An amount times ten to some power, rounded up.
fn scale(amount: i128, power: i32) -> i128 {
    let factor = |power: u32| 10_i128.checked_pow(power).unwrap_or(i128::MAX);
    match u32::try_from(power) {
        Ok(power) => amount.saturating_mul(factor(power)),
        Err(_) => {
            let factor = factor(power.unsigned_abs());
            amount / factor + i128::from(amount % factor != 0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_told_from_other_texts() {
        for good in [
            "0",
            "1",
            "+1",
            "-1",
            "1.",
            ".5",
            "0.5",
            "100m",
            "1k",
            "1Ki",
            "1e3",
            "1E3",
            "1e-3",
            "12E",
            "1.5Gi",
            "123456789012345678901234567890",
        ] {
            assert!(nanos(good).is_some(), "{good}");
        }
        for bad in [
            "", ".", "-", "1K", "1mi", "512mb", "1G i", " 1", "1 ", "1,5", "1.2.3", "1e", "1ee3",
            "0x10", "1MB", "one", "1GB", "1Mib", "--1", "1e+", "m", "1g",
        ] {
            assert_eq!(nanos(bad), None, "{bad}");
        }
    }

    #[test]
    fn amounts_are_compared_whatever_they_are_written_with() {
        for (one, other) in [
            ("1", "1000m"),
            ("1Gi", "1024Mi"),
            ("0.5", "500m"),
            ("1e3", "1k"),
            ("1.5Gi", "1536Mi"),
            ("0.0000000001", "1n"),
        ] {
            assert_eq!(nanos(one), nanos(other), "{one} {other}");
        }
        assert!(nanos("1G") < nanos("1Gi"));
        assert!(nanos("-1") < nanos("0"));
        assert!(nanos("1e999999999999") >= nanos("8Ei"));
    }
}
