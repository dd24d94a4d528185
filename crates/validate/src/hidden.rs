//! The secrets of a user's values, taken out of what diagnostics say: no form of a report shows them.

use super::diagnostic::{Diagnostic, Place};
use diagnostics::secrets::{Mask, Secrets, is_secret_name};
use std::collections::BTreeSet;

/// Takes the secrets out of what diagnostics say; `more` are names of secrets besides the usual ones.
pub(super) fn hide(secrets: &Secrets, diagnostics: &mut [Diagnostic], more: &[String]) {
    let mask = secrets.mask(more);
    for diagnostic in diagnostics {
        let path = diagnostic.path.as_deref().unwrap_or_default();
        let is_secret = is_secret_name(path, more);
        let hide = |text: &mut String| *text = mask.text(text, is_secret);
        hide(&mut diagnostic.message);
        diagnostic.suggestion.iter_mut().for_each(hide);
        for (place, label) in &mut diagnostic.related {
            hide(label);
            hide_place(place, &mask, is_secret);
        }
        hide_place(&mut diagnostic.place, &mask, is_secret);
    }
}

fn hide_place(place: &mut Place, mask: &Mask<'_>, is_secret: bool) {
    if let Place::Flag { argument, .. } = place {
        *argument = mask.argument(argument, is_secret);
    }
}

/// The keys that were meant to be secret ones: their values are secrets too.
pub(super) fn misspelt_names(diagnostics: &[Diagnostic]) -> Vec<String> {
    let suggestions = diagnostics.iter().filter(|diagnostic| {
        let suggestion = diagnostic.suggestion.as_deref().unwrap_or_default();
        suggestion.starts_with("did you mean") && is_secret_name(suggestion, &[])
    });
    let key = |diagnostic: &Diagnostic| {
        let path = diagnostic.path.as_deref()?;
        let key = path
            .rsplit('.')
            .find(|key| key.contains(char::is_alphabetic))?;
        let key = key.split('[').next()?.trim_matches('"');
        (!key.is_empty()).then(|| key.to_owned())
    };
    let names: BTreeSet<String> = suggestions.filter_map(key).collect();
    names.into_iter().collect()
}
