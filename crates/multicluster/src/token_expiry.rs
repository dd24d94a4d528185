//! When a token ends: tokens of service accounts are JSON Web Tokens (RFC 7519), of which anybody can read that.

use super::Token;
use gostd::{Value, base64, json};

impl Token {
    /// The end, in seconds since 1970; none where the token does not end, or does not say so.
    pub fn expiry(&self) -> Option<i64> {
        let payload = self.reveal().split('.').nth(1)?;
        // That of the web, without padding.
        let mut text = payload.replace('-', "+").replace('_', "/");
        while text.len() % 4 != 0 {
            text.push('=');
        }
        let claims = base64::decode(text.as_bytes()).ok()?;
        let Ok(Value::Map(claims)) = json::decode(&claims) else {
            return None;
        };
        match claims.get(b"exp")? {
            Value::Float64(seconds) => Some(seconds as i64),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expiry_of_tokens() {
        let token = |payload: &str| {
            let payload = base64::encode(payload.as_bytes());
            let payload = payload.replace('+', "-").replace('/', "_");
            let text = format!("e30.{}.c2ln", payload.trim_end_matches('='));
            Token::parse("t", text.as_bytes())
                .ok()
                .and_then(|token| token.expiry())
        };
        assert_eq!(
            token(r#"{"exp": 1900000000, "sub": "a?>"}"#),
            Some(1_900_000_000)
        );
        assert_eq!(token(r#"{"sub": "a"}"#), None);
        assert_eq!(token(r#"[1]"#), None);
        let opaque = Token::parse("t", b"abc").ok();
        assert_eq!(opaque.and_then(|token| token.expiry()), None);
    }
}
