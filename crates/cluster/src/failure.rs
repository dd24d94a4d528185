//! The reason why no answer came, in Go's words.

use gostd::url::Url;
use std::error::Error as StdError;

/// The reason that follows `Get "URL": `.
pub(super) fn reason(error: &kube::Error, url: &str) -> String {
    let Ok(url) = Url::parse(url.as_bytes()) else {
        return innermost(error);
    };
    if let Some(reason) = gonet::reason(error, &url) {
        return reason;
    }
    match innermost(error) {
        text if text == "connection closed before message completed" => "EOF".into(),
        text if text.starts_with("failed to lookup address") => gonet::no_such_host(&url),
        // hyper-timeout's words for the limit on connecting.
        text if text.contains("deadline has elapsed") || text.contains("timed out") => {
            gonet::dial_timeout(&url)
        }
        text => text,
    }
}

/// The text of what an error comes from.
fn innermost(error: &kube::Error) -> String {
    let mut error: &dyn StdError = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}
