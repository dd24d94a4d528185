//! Secrets taken out of what is explained.

use diagnostics::secrets::{
    HIDDEN, Mask, Secrets, Visibility, is_secret_name, is_secret_path, mask_argument, mask_value,
};
use engine::values::{Layers, Prepared, ReadFile, Source, UserValues};
use gostd::Value;
use std::ops::Range;

/// Takes the secrets out of what is shown, if they are not wanted.
pub(super) struct Hide {
    /// None where secrets are shown.
    mask: Option<Mask<'static>>,
    /// True if the value that is asked about is secret.
    is_secret: bool,
}

impl Hide {
    /// For what a user supplied and what is asked about. Secrets of the user are hidden wherever they come
    /// up, those of charts' defaults only where their keys are spoken of: many are words such as `admin`.
    pub(super) fn new(
        visibility: Visibility,
        supplied: &UserValues,
        prepared: &Prepared<'_>,
        path: &[String],
    ) -> Hide {
        let mask = (visibility == Visibility::Hidden).then(|| {
            let mut secrets = Secrets::default();
            secrets.add_values(&supplied.values);
            secrets.mask(&[])
        });
        let root = prepared.root();
        let is_secret = root.is_some_and(|root| is_secret_path(&root.values, path));
        Hide { mask, is_secret }
    }

    /// Nothing is asked about; the arguments of flags are shown without their secrets.
    pub(super) fn arguments() -> Hide {
        Hide {
            mask: Some(Secrets::default().mask(&[])),
            is_secret: false,
        }
    }

    /// The argument of a flag that sets values.
    pub(super) fn argument(&self, argument: &str) -> String {
        match &self.mask {
            Some(mask) => mask.argument(argument, self.is_secret),
            None => argument.to_owned(),
        }
    }

    /// A layer's value at a path that leads to what is asked about, or is above it.
    pub(super) fn value(&self, path: &[String], value: Value) -> Value {
        let is_secret = self.is_secret || path.iter().any(|key| is_secret_name(key, &[]));
        self.secret(value, is_secret)
    }

    /// A value; it may be a secret as a whole.
    pub(super) fn secret(&self, value: Value, is_secret: bool) -> Value {
        match &self.mask {
            Some(_) => mask_value(&value, is_secret),
            None => value,
        }
    }

    /// A message.
    pub(super) fn text(&self, text: &str) -> String {
        match &self.mask {
            Some(mask) => mask.text(text, self.is_secret),
            None => text.to_owned(),
        }
    }

    /// A line of a text, of which these parts are secret, with the secrets that were read for it: they are
    /// hidden whatever key they stand behind.
    pub(super) fn line(&self, line: &[u8], parts: &[Range<usize>], read: &[Value]) -> String {
        let Some(mask) = &self.mask else {
            return String::from_utf8_lossy(line).into_owned();
        };
        let mut own = Secrets::default();
        read.iter().for_each(|value| own.add_secret(value));
        let own = own.mask(&[]);
        let hide = |part: Option<&[u8]>| {
            let part = String::from_utf8_lossy(part.unwrap_or_default());
            mask.values(&own.values(&part, true), false)
        };
        let mut out = String::new();
        let mut last = 0;
        for part in parts {
            out.push_str(&hide(line.get(last..part.start)));
            out.push_str(HIDDEN);
            last = part.end;
        }
        out.push_str(&hide(line.get(last..)));
        out
    }
}

/// The message of an error about values that could not be read, without their secrets.
pub(super) fn error(
    message: &str,
    layers: &Layers,
    reader: &mut dyn ReadFile,
    visibility: Visibility,
) -> String {
    if visibility == Visibility::Shown {
        return message.to_owned();
    }
    let mut secrets = Secrets::default();
    let mut message = message.to_owned();
    for (_, source) in layers.split() {
        match source {
            Source::File { name } => {
                if let Ok(text) = reader.read(&name) {
                    secrets.add_text(&text, &[]);
                }
            }
            Source::Flag { argument, .. } => {
                message = message.replace(&argument, &mask_argument(&argument, &[]));
            }
            _ => {}
        }
    }
    secrets.mask(&[]).text(&message, true)
}
