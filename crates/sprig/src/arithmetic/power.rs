//! Go's `math.Pow(10, n)`: repeated squaring in floating point, whose last digit differs from that
//! of the C library's `pow` for some exponents.

/// Ten to the power of `exponent`.
pub(super) fn of_ten(exponent: i64) -> f64 {
    // 10 is 0.625 times 2 to the 4.
    let (mut square, mut square_exponent) = (0.625_f64, 4_i64);
    let (mut mantissa, mut binary) = (1.0_f64, 0_i64);
    let mut left = exponent.unsigned_abs();
    while left != 0 {
        if square_exponent > 1 << 12 {
            binary += square_exponent;
            break;
        }
        if left & 1 == 1 {
            mantissa *= square;
            binary += square_exponent;
        }
        square *= square;
        square_exponent *= 2;
        if square < 0.5 {
            square += square;
            square_exponent -= 1;
        }
        left >>= 1;
    }
    if exponent < 0 {
        mantissa = 1.0 / mantissa;
        binary = -binary;
    }
    scale(mantissa, binary)
}

/// Go's `math.Ldexp`: `f` times 2 to the power of `exponent`, rounded once.
fn scale(mut f: f64, exponent: i64) -> f64 {
    let mut exponent = exponent.clamp(-2200, 2200);
    let step = |n: i64| f64::from_bits((1023 + n as u64) << 52);
    while exponent > 1000 {
        f *= step(1000);
        exponent -= 1000;
    }
    // Powers of two are exact until the last step, which alone may make a subnormal number.
    if exponent < -1000 {
        f /= step(900);
        exponent += 900;
        if exponent < -1000 {
            return 0.0;
        }
    }
    match exponent < 0 {
        true => f / step(-exponent),
        false => f * step(exponent),
    }
}
