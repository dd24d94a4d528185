//! Notices that Helm prints on stderr while it works: collected as data, never printed here.

use crate::profile::{NoticeStyle, Profile};

/// The level of a notice, by slog's names.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[allow(missing_docs)]
pub enum Level {
    Debug,
    Info,
    Warn,
    Error,
}

impl Level {
    fn name(self) -> &'static str {
        match self {
            Level::Debug => "DEBUG",
            Level::Info => "INFO",
            Level::Warn => "WARN",
            Level::Error => "ERROR",
        }
    }
}

/// One notice, in the words of the Helm version that the work was done for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Notice {
    /// The severity.
    pub level: Level,
    /// The Go source line that logs it in Helm 3 (`walk.go:75`).
    pub place: &'static str,
    /// The message.
    pub message: String,
    /// The attributes that slog adds to the message, in order; always empty for Helm 3.
    pub attributes: Vec<(&'static str, String)>,
}

impl Notice {
    /// A message of Go's `log` package, which Helm 4 shows at level INFO.
    pub fn log(place: &'static str, message: String) -> Notice {
        Notice {
            level: Level::Info,
            place,
            message,
            attributes: Vec::new(),
        }
    }

    /// A message of Helm 4's slog.
    pub fn structured(
        level: Level,
        message: &str,
        attributes: Vec<(&'static str, String)>,
    ) -> Notice {
        Notice {
            level,
            place: "",
            message: message.into(),
            attributes,
        }
    }

    /// Helm 4's lines with `--debug`, if the profile asks for them.
    pub fn debug(
        profile: &Profile,
        message: &str,
        attributes: impl FnOnce() -> Vec<(&'static str, String)>,
    ) -> Option<Notice> {
        let is_wanted =
            profile.notice_level == Level::Debug && profile.notices == NoticeStyle::Structured;
        is_wanted.then(|| Notice::structured(Level::Debug, message, attributes()))
    }

    /// The line on stderr, without its newline.
    pub fn line(&self, profile: &Profile) -> String {
        match profile.notices {
            NoticeStyle::ShortFile => format!("{}: {}", self.place, self.message),
            NoticeStyle::Structured => {
                let mut line = format!("level={} msg={}", self.level.name(), plain(&self.message));
                for (key, value) in &self.attributes {
                    // The schema is the only value of bytes, which slog always quotes.
                    let value = match *key {
                        "schema" => gostd::strconv::quote(value.as_bytes()),
                        _ => plain(value),
                    };
                    line.push_str(&format!(" {key}={value}"));
                }
                line
            }
        }
    }
}

/// slog's text form of a string: quoted where it is empty or holds a blank, a quote, `=` or
/// something unprintable.
fn plain(text: &str) -> String {
    let special = |c: char| {
        c == ' ' || c == '"' || c == '=' || !gostd::unicode::is_print(c) || c == '\u{fffd}'
    };
    if text.is_empty() || text.contains(special) {
        return gostd::strconv::quote(text.as_bytes());
    }
    text.into()
}
