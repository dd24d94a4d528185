//! Charts rendered in a browser: a chart's bytes and values come in, manifests, findings and where lines come from go out.
//!
//! [`Session`] is a chart that was opened. What it is asked and answers is JSON, whose forms are in [`protocol`].

mod protocol;

use protocol::{Answer, Failure, Finding, Question};
use rhelm::{Chart, Error, Helm, ReleaseOptions, Values};
use std::fmt;
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

/// A chart's files, gathered one by one.
#[wasm_bindgen]
#[derive(Default)]
pub struct Files(Vec<(String, Vec<u8>)>);

#[wasm_bindgen]
impl Files {
    /// None yet.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Files {
        Files::default()
    }

    /// Adds a file; its name is relative to the chart, with `/`.
    pub fn add(&mut self, name: String, contents: Vec<u8>) {
        self.0.push((name, contents));
    }
}

/// The reason why a chart cannot be opened. What JavaScript catches is Helm's text: a string, where all else that is
/// thrown is an object, the end of the engine.
#[derive(Debug)]
pub struct OpenError(Error);

impl From<Error> for OpenError {
    fn from(error: Error) -> OpenError {
        OpenError(error)
    }
}

impl From<OpenError> for JsValue {
    fn from(error: OpenError) -> JsValue {
        JsValue::from_str(&error.to_string())
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for OpenError {}

/// A chart that is rendered again and again, with other values.
#[wasm_bindgen]
pub struct Session {
    chart: Chart,
}

#[wasm_bindgen]
impl Session {
    /// The chart in an archive.
    #[wasm_bindgen(js_name = ofArchive)]
    pub fn of_archive(archive: Vec<u8>) -> Result<Session, OpenError> {
        let chart = Chart::from_archive(archive)?;
        Ok(Session { chart })
    }

    /// The chart of these files.
    #[wasm_bindgen(js_name = ofFiles)]
    pub fn of_files(files: Files) -> Result<Session, OpenError> {
        let chart = Chart::from_files(files.0)?;
        Ok(Session { chart })
    }

    /// A chart that is part of rhelm.
    #[wasm_bindgen(js_name = ofBundled)]
    pub fn of_bundled(name: String) -> Result<Session, OpenError> {
        let chart = Chart::bundled(name)?;
        Ok(Session { chart })
    }

    /// The chart's name.
    pub fn name(&self) -> String {
        self.chart.name()
    }

    /// The chart's version.
    pub fn version(&self) -> String {
        self.chart.version()
    }

    /// The text of a template, or of another file of the chart, by its path from the chart's name on.
    pub fn source(&self, path: &str) -> Option<String> {
        let bytes = self.chart.file(path)?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Renders the chart, and says where each line comes from.
    pub fn render(&self, question: &str) -> String {
        let answer = match ask(question, |helm, values, options| {
            helm.render(&self.chart, values, options)
        }) {
            Ok(release) => Answer::of(&release),
            Err(failure) => Answer::failed(failure),
        };
        json(&answer)
    }

    /// The findings about the values, and about the chart's output with them.
    pub fn validate(&self, question: &str) -> String {
        let report = ask(question, |helm, values, options| {
            helm.validate(&self.chart, values, options)
        });
        let findings: Vec<Finding> = match &report {
            Ok(report) => report.diagnostics.iter().map(Finding::of).collect(),
            Err(failure) => vec![Finding::of_failure(failure)],
        };
        json(&findings)
    }
}

/// Does `work` with what a question says.
fn ask<T>(
    question: &str,
    work: impl FnOnce(&Helm, &Values, &ReleaseOptions) -> Result<T, Error>,
) -> Result<T, Failure> {
    let question: Question = serde_json::from_str(question).map_err(Failure::of_question)?;
    let answer = || {
        let (helm, values) = (question.helm()?, question.values()?);
        work(&helm, &values, &question.options())
    };
    answer().map_err(|error| Failure::of(&error))
}

fn json(answer: &impl serde::Serialize) -> String {
    serde_json::to_string(answer).unwrap_or_default()
}
