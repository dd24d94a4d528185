//! Secrets with the token of a service account, as `kubectl get secret -o yaml` shows them.

use super::{Authority, Error, Source, Token};
use gostd::base64;

/// The contents of a service account's Secret.
#[derive(Clone, Debug)]
pub struct TokenSecret {
    /// The account's token.
    pub token: Token,
    /// The cluster's CA, where the Secret has it.
    pub authority: Option<Authority>,
}

impl TokenSecret {
    /// Reads a Secret, YAML or JSON; `name` is what to call it in errors.
    ///
    /// # Errors
    /// When it is something else, or Kubernetes has not filled it in yet.
    pub fn read(name: &str, text: &[u8]) -> Result<TokenSecret, Error> {
        const TYPE: &str = "kubernetes.io/service-account-token";
        let source = Source::read(name, text)?;
        let root = source.root();
        match root.get_text("kind") {
            Some("Secret") => {}
            Some("List" | "SecretList") => {
                return Err(root.error("is a list: name one Secret, kubectl get secret NAME"));
            }
            Some(kind) => return Err(root.error(format_args!("is a {kind}, not a Secret"))),
            None => {
                return Err(
                    root.error("is not a Secret: kubectl get secret NAME -o yaml gives one")
                );
            }
        }
        let kind = root.get_text("type").unwrap_or("Opaque");
        if kind != TYPE {
            return Err(root.error(format_args!("is a Secret of type {kind}, not {TYPE}")));
        }
        let Some(data) = root.get("data") else {
            return Err(root.error(
                "has no data yet: Kubernetes fills it in a moment after the Secret is made, \
                 if the account in its annotation kubernetes.io/service-account.name is there",
            ));
        };
        let token = data.need("token")?;
        let bytes = base64::decode(token.text()?.as_bytes());
        let bytes = bytes.map_err(|_| token.error("is not base64"))?;
        let authority = data.get("ca.crt");
        let authority = match authority {
            None => None,
            Some(ca) => Some(Authority::parse(&ca.place(), ca.text()?.as_bytes())?),
        };
        Ok(TokenSecret {
            token: Token::parse(&token.place(), &bytes)?,
            authority,
        })
    }
}
