//! The reason why no line of the output is the one that is asked for.

use super::lines::LineSelection;
use diagnostics::suggest;

/// The reason why there is no line to explain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoLine {
    /// The chart does not render: Helm's text.
    #[error(transparent)]
    Failed(#[from] super::Error),
    /// No line holds the text.
    #[error("no line of the output holds {}", quoted(.0))]
    NoMatch(String),
    /// The chart has no such template.
    #[error("the chart has no template {template}{}", did_you_mean(.suggestion))]
    NoTemplate {
        /// The template that was asked for.
        template: String,
        /// The one that was probably suggestion, or all there are where these are few.
        suggestion: Option<String>,
    },
    /// The template only defines others.
    #[error("{0} renders to nothing itself: it holds what other templates call")]
    Partial(String),
    /// The template has fewer lines.
    #[error("{template} renders to {count} {}", if *.count == 1 { "line" } else { "lines" })]
    NoSuchLine {
        /// The template's path.
        template: String,
        /// The number of lines that it renders to.
        count: usize,
    },
}

fn quoted(text: &str) -> String {
    gostd::strconv::quote(text.as_bytes())
}

fn did_you_mean(template: &Option<String>) -> String {
    match template {
        Some(template) => format!("; did you mean {template}?"),
        None => String::new(),
    }
}

impl NoLine {
    /// The reason why nothing is what is wanted, of a chart with these templates; `counts` has the lines of what was
    /// rendered of those that are asked for.
    pub(super) fn of(
        selection: &LineSelection,
        counts: Vec<(String, usize)>,
        templates: &[String],
    ) -> NoLine {
        let (template_name, _) = match selection {
            LineSelection::Holding(text) => return NoLine::NoMatch(text.clone()),
            LineSelection::At(template, line) => (template, line),
        };
        // Of several, the one with most lines is nearest.
        if let Some((template, count)) = counts.into_iter().max_by_key(|(_, count)| *count) {
            return NoLine::NoSuchLine { template, count };
        }
        if let Some(partial) = templates.iter().find(|template| selection.is_of(template)) {
            return NoLine::Partial(partial.clone());
        }
        NoLine::NoTemplate {
            template: template_name.clone(),
            suggestion: similar(template_name, templates),
        }
    }
}

/// The template whose path, or the end of whose path, is nearest to what is asked for.
fn similar(template_name: &str, templates: &[String]) -> Option<String> {
    let parts = template_name.split('/').count();
    let end = |template: &String| {
        let parts: Vec<&str> = template.rsplit('/').take(parts).collect();
        parts.into_iter().rev().collect::<Vec<_>>().join("/")
    };
    let ends: Vec<String> = templates.iter().map(end).collect();
    // A file of the same name in another directory is more like it than any other.
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let same = templates
        .iter()
        .find(|template| name(template) == name(template_name));
    let near = || {
        let near = suggest::nearest(template_name, ends.iter().map(String::as_str))?;
        let at = ends.iter().position(|end| end == near)?;
        templates.get(at)
    };
    same.or_else(near).cloned()
}
