//! The root certificate that the proxies of all clusters must share, in the Secret `cacerts` of each control plane or Citadel.

use super::{Authority, Error, Source};
use gostd::base64;

/// The root of a Secret `cacerts`; `name` is what to call it in errors. None where it has none.
///
/// # Errors
/// When it is something else.
pub fn root_certificate(name: &str, secret: &[u8]) -> Result<Option<Authority>, Error> {
    let source = Source::read(name, secret)?;
    let data = source.root().get("data");
    let Some(root) = data.and_then(|data| data.get("root-cert.pem")) else {
        return Ok(None);
    };
    let pem = base64::decode(root.text()?.as_bytes());
    let pem = pem.map_err(|_| root.error("is not base64"))?;
    Authority::parse(&root.place(), &pem).map(Some)
}
