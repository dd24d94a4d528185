//! Schemas from the network, which other schemas refer to (Helm's `HTTPURLLoader`).

use super::fetching;
use crate::chart::LoadError;
use crate::profile::Profile;
use crate::sources::{Access, Client};
use std::sync::OnceLock;
use std::time::Duration;

/// The time for one address: Helm's client gives up then.
const LONGEST: Duration = Duration::from_secs(15);
/// The number of bytes of an answer that are read: no schema is larger.
const LARGEST: u64 = 16 << 20;

/// Fetches an address of `http:` or `https:`.
///
/// A schema names the address, so that nothing of the user's goes there. Proxies and authorities are those of the
/// environment, as in Helm.
pub(super) fn fetch(url: &str) -> Result<Vec<u8>, LoadError> {
    static CLIENT: OnceLock<Client> = OnceLock::new();
    let client = CLIENT.get_or_init(|| {
        let client = Client::new(&Profile::default()).with_timeout(LONGEST);
        client.offline(fetching::is_set(fetching::OFFLINE))
    });
    let answer = client.answer(url, &Access::default(), LARGEST);
    let answer = answer.map_err(|error| format!("HTTP request failed for {url}: {error}"))?;
    match answer.status {
        200 => Ok(answer.body),
        status => Err(format!(
            "HTTP request to {url} returned status {status} ({})",
            answer.reason
        )
        .into()),
    }
}
