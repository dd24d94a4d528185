//! A render that failed, as a diagnostic at the template line that failed.

use super::diagnostic::{Diagnostic, Marked, Place};
use super::rules;
use super::sources::Sources;
use engine::action::Error;
use engine::render::{self, template_order};
use engine::values::Prepared;
use goyaml::Mark;
use trace::usage::{UsageRecorder, display_value_path};

/// The number of calls around an error that are shown, from the innermost out, besides the outermost.
const NEAREST: usize = 4;

/// The diagnostic for an error of [`action::render`](engine::action::render()).
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
        Error::KubeVersion { .. } => new(kube_version(prepared, sources), error.to_string()),
        other => new(Place::Nowhere, other.to_string()),
    }
}

/// The place where a chart names the versions of Kubernetes it is for.
fn kube_version(prepared: &Prepared<'_>, sources: &mut Sources) -> Place {
    const KEY: &[u8] = b"kubeVersion:";
    let Some(root) = prepared.root() else {
        return Place::Nowhere;
    };
    let in_chart = format!("{}/Chart.yaml", root.full_path);
    let Some(name) = sources.add_file(&root.chart.chart_yaml, &in_chart) else {
        return Place::Nowhere;
    };
    let text = sources.text(&name).unwrap_or_default();
    let mark =
        memchr::memmem::find(text, KEY).map_or_else(Marked::default, |at| Marked::at(text, at));
    Place::file(&name, mark)
}

/// The innermost link of the chain that is in a file says what is wrong; those around it, what was
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
    let message = render::author_message(last.message()).unwrap_or(last.message());
    let Some((place, _)) = places.pop() else {
        return Diagnostic::new(&rules::RENDER_ERROR, Place::Nowhere, error.to_string());
    };
    places.dedup_by(|a, b| a.0 == b.0);
    places.retain(|(outer, _)| *outer != place);
    let diagnostic = Diagnostic::new(&rules::RENDER_ERROR, place, message.trim());
    // Of a template that calls itself without end, both ends are enough.
    let last = places.len().saturating_sub(1);
    let callers = places.iter().rev().enumerate();
    let callers = callers.filter(|(index, _)| *index < NEAREST || *index == last);
    callers.fold(diagnostic, |diagnostic, (_, (outer, _))| {
        diagnostic.relate(outer.clone(), "called from here")
    })
}

/// The values that a line of a template read, and those of them that are missing: the subject of an error there.
pub(super) fn values_read(
    place: &Place,
    prepared: &Prepared<'_>,
    reads: &UsageRecorder,
    sources: &mut Sources,
) -> Option<String> {
    const SHOWN: usize = 4;
    let Place::File { name, mark } = place else {
        return None;
    };
    let templates = template_order(prepared);
    let index = templates
        .iter()
        .position(|(path, file)| sources.add_file(file, path).as_ref() == Some(name))?;
    let at = (u32::try_from(index).ok()?.saturating_add(1), mark.line);
    let here = reads
        .reads()
        .iter()
        .filter(|(_, how)| how.lines.contains(&at));
    let here: Vec<_> = here.collect();
    let is_way = |path: &[String]| {
        let mut others = here.iter();
        others.any(|(other, _)| other.len() > path.len() && other.starts_with(path))
    };
    let values = here.iter().filter(|(path, _)| !is_way(path));
    let mut texts: Vec<String> = values
        .map(|(path, how)| {
            let name = display_value_path(path);
            match how.origin {
                Some(_) => name,
                None => format!("{name}, which is not there"),
            }
        })
        .collect();
    texts.sort_by_key(|text| !text.ends_with("there"));
    texts.truncate(SHOWN);
    match texts.is_empty() {
        true => None,
        false => Some(format!("this line reads {}", texts.join("; "))),
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
