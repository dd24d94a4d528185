//! Numbers in messages, as golang.org/x/text prints them in English.

/// `%d`: groups of three digits.
pub(crate) fn english_int(n: i64) -> String {
    let sign = if n < 0 { "-" } else { "" };
    format!("{sign}{}", grouped(&n.unsigned_abs().to_string()))
}

/// `%v` of a float: shortest digits, grouped; from a million on and below 0.0001 as
/// `1.5×10⁰⁶`, with at least two digits in the exponent.
pub(crate) fn english_float(f: f64) -> String {
    if f.is_nan() {
        return "NaN".to_owned();
    }
    if f == 0.0 {
        return "0".to_owned();
    }
    let sign = if f < 0.0 { "-" } else { "" };
    if f.is_infinite() {
        return format!("{sign}∞");
    }
    let scientific = format!("{:e}", f.abs());
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..6).contains(&exponent) {
        let plain = f.abs().to_string();
        let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
        let point = if fraction.is_empty() { "" } else { "." };
        return format!("{sign}{}{point}{fraction}", grouped(whole));
    }
    format!("{sign}{mantissa}×10{}", superscript(exponent))
}

fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() * 4 / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn superscript(exponent: i32) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let digits = format!("{:02}", exponent.unsigned_abs());
    let sign = (exponent < 0).then_some('⁻');
    let digits = digits
        .bytes()
        .map(|b| DIGITS.get(usize::from(b - b'0')).copied().unwrap_or('⁰'));
    sign.into_iter().chain(digits).collect()
}

#[cfg(test)]
mod tests {
    use super::{english_float, english_int};

    /// Recorded from `message.NewPrinter(language.English)`.
    #[test]
    fn floats() {
        for (f, expected) in [
            (0.0, "0"),
            (-0.0, "0"),
            (-5.0, "-5"),
            (1234.5, "1,234.5"),
            (999999.5, "999,999.5"),
            (1e6, "1×10⁰⁶"),
            (-1234567.0, "-1.234567×10⁰⁶"),
            (1e21, "1×10²¹"),
            (1e100, "1×10¹⁰⁰"),
            (0.0001, "0.0001"),
            (1.2345e-05, "1.2345×10⁻⁰⁵"),
            (5e-324, "5×10⁻³²⁴"),
            (1234.5678, "1,234.5678"),
            (f64::NEG_INFINITY, "-∞"),
        ] {
            assert_eq!(english_float(f), expected);
        }
    }

    #[test]
    fn ints() {
        assert_eq!(english_int(999), "999");
        assert_eq!(english_int(-1000), "-1,000");
        assert_eq!(english_int(i64::MIN), "-9,223,372,036,854,775,808");
    }
}
