//! A render that failed, as a diagnostic at the template line that failed.

use super::diagnostic::{Diagnostic, Marked, Place};
use super::rules;
use super::sources::Sources;
use crate::action::Error;
use crate::render;
use crate::values::Prepared;
use goyaml::Mark;

/// The diagnostic for an error of [`action::render`](crate::action::render()).
pub(super) fn diagnostic(
    error: &Error,
    prepared: &Prepared<'_>,
    sources: &mut Sources,
) -> Diagnostic {
    let new = |place, message: String| Diagnostic::new(&rules::RENDER_ERROR, place, message);
    match error {
        Error::Render(render::Error::Parse { cause, .. }) => {
            let message = String::from_utf8_lossy(&cause.message).into_owned();
            let Some((name, text)) = template(&cause.name, prepared, sources) else {
                return new(Place::Nowhere, error.to_string());
            };
            let mut mark = Marked::at(&text, cause.pos.0 as usize);
            if mark.line != cause.line {
                // What was not closed is reported at the end of the text.
                mark = Marked {
                    line: cause.line,
                    column: 1,
                };
            }
            new(Place::file(&name, mark), message)
        }
        Error::Render(render::Error::Execute { cause, .. }) => execution(cause, prepared, sources),
        Error::Manifest { cause, .. } => {
            let place = match template(&cause.path, prepared, sources) {
                Some((name, _)) => Place::file(&name, Mark::default()),
                None => Place::Nowhere,
            };
            let message = format!(
                "what {} renders to is not YAML: {}",
                cause.path, cause.message
            );
            new(place, message)
        }
        other => new(Place::Nowhere, other.to_string()),
    }
}

/// The innermost link of the chain that is in a file says what is wrong; the outermost, what was
/// being rendered.
fn execution(
    error: &gotemplate::Error,
    prepared: &Prepared<'_>,
    sources: &mut Sources,
) -> Diagnostic {
    let (mut places, mut last) = (Vec::new(), error);
    let mut link = Some(error);
    while let Some(error) = link {
        last = error;
        if let Some(place) = error.place().filter(|place| place.line > 0)
            && let Some((name, _)) = template(&place.file, prepared, sources)
        {
            let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            let mark = Marked {
                line: number(place.line),
                column: number(place.column).saturating_add(1),
            };
            places.push((Place::file(&name, mark), error));
        }
        link = error.cause();
    }
    let message = render::said_by_author(last.message()).unwrap_or(last.message());
    let Some((place, _)) = places.last() else {
        return Diagnostic::new(&rules::RENDER_ERROR, Place::Nowhere, error.to_string());
    };
    let found = Diagnostic::new(&rules::RENDER_ERROR, place.clone(), message.trim());
    match places.first() {
        Some((outer, _)) if outer != place => found.relate(outer.clone(), "rendered from here"),
        _ => found,
    }
}

/// The shown name and the text of a template, by its path in a render.
fn template(
    path: &str,
    prepared: &Prepared<'_>,
    sources: &mut Sources,
) -> Option<(String, Vec<u8>)> {
    let mut templates = prepared.charts.iter().flat_map(|chart| chart.templates());
    let (_, file) = templates.find(|(full, _)| full == path)?;
    let name = sources.add_file(file, path)?;
    let text = file.bytes().ok()?.to_vec();
    Some((name, text))
}
