//! A chart whose templates get marks, and what it renders to.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use gostd::{Text, Value};
use gotemplate::FunctionTable;
use rhelm::chart::{Chart, File};
use rhelm::explain::LineMap;
use rhelm::host::{DeterministicSource, HostOverrides};
use rhelm::profile::Profile;
use rhelm::render::{Capabilities, Release, RenderedFile, Request, function_table, template_order};
use rhelm::usage::UsageRecorder;
use rhelm::values::{self, UserValues};

use super::marks::{FUNCTIONS, Kind, Mark, Places};

/// A line of a template's file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Key {
    /// Number of the file among all of the chart and its dependencies.
    pub(super) file: usize,
    /// The line, counted from 1.
    pub(super) line: u32,
}

/// The output of a template.
pub(super) struct Output {
    pub(super) path: String,
    pub(super) lines: Vec<Line>,
}

/// A line of it, and where it is said to come from.
pub(super) struct Line {
    pub(super) text: String,
    pub(super) key: Option<Key>,
}

impl Line {
    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

/// A chart under test.
pub(super) struct Subject {
    chart: Chart,
    profile: Profile,
    functions: FunctionTable,
    /// Texts and places of all templates as they are.
    files: Vec<Template>,
}

struct Template {
    name: String,
    text: Vec<u8>,
    places: Places,
}

impl Subject {
    pub(super) fn new(chart: Chart, profile: Profile) -> Subject {
        let mut functions = function_table(&profile);
        for (name, place) in FUNCTIONS
            .into_iter()
            .zip([Place::Start, Place::End, Place::Blank])
        {
            functions.add(name, move |word, value| mark(word, value, place));
        }
        let mut files = Vec::new();
        let mut add = |full: &str, file: &mut Arc<File>| {
            let text = file.bytes().unwrap_or_default().to_vec();
            let name = format!("{full}/{}", file.name());
            let trees =
                rhelm::render::template_trees(file, &name, functions.names()).unwrap_or_default();
            files.push(Template {
                places: Places::of(trees.iter().map(|tree| &**tree)),
                name,
                text,
            });
        };
        let mut chart = chart;
        let name = chart.name().to_owned();
        each_template(&mut chart, &name, &mut add);
        Subject {
            chart,
            profile,
            functions,
            files,
        }
    }

    pub(super) fn key_text(&self, key: Key) -> String {
        let name = self.files.get(key.file).map_or("", |file| &file.name);
        format!("{name}:{}", key.line)
    }

    /// Renders the chart as it is; nothing where that fails.
    pub(super) fn render(&mut self) -> Option<Vec<Output>> {
        let prepared = values::prepare(
            &self.chart,
            &UserValues::default(),
            values::Options {
                skip_schema_validation: true,
                lint: false,
            },
            &self.profile,
            &mut Vec::new(),
        );
        let prepared = prepared.ok()?;
        let mut numbers = HashMap::new();
        number_templates(&self.chart, &mut numbers);
        let of_template: Vec<Option<usize>> = template_order(&prepared)
            .iter()
            .map(|(_, file)| numbers.get(&std::ptr::from_ref::<File>(file)).copied())
            .collect();
        let host = HostOverrides {
            deterministic: Some(DeterministicSource::new("line map")),
            ..HostOverrides::default()
        };
        let release = Release::new("release-name", "default");
        let capabilities = Capabilities::new(&self.profile);
        let request = Request {
            track_lines: true,
            ..Request::new(self.profile, &self.functions, &host, release, capabilities)
        };
        let mut reads = UsageRecorder::new(&prepared).ok()?.following_calls();
        let mut files: Vec<(String, Text)> = Vec::new();
        let sink = |file: RenderedFile<'_>| files.push((file.path.to_owned(), file.text));
        let rendered = request.render(&prepared, Some(&mut reads), sink);
        rendered.ok()?;
        let map = LineMap::new(&prepared, &reads);
        let by_path: HashMap<&str, usize> = map
            .templates()
            .iter()
            .zip(&of_template)
            .filter_map(|(path, number)| Some((path.as_str(), (*number)?)))
            .collect();
        let outputs = files.into_iter().map(|(path, text)| {
            let bytes = text.as_bytes();
            let origins = text.lines().unwrap_or_default();
            let mut lines: Vec<Line> = bytes
                .split(|b| *b == b'\n')
                .zip(origins)
                .map(|(line, origin)| Line {
                    text: String::from_utf8_lossy(line).into_owned(),
                    key: map.place(*origin).and_then(|(path, line)| {
                        let file = *by_path.get(path)?;
                        Some(Key { file, line })
                    }),
                })
                .collect();
            // Blanks after the last newline are no line.
            lines.pop_if(|last| last.key.is_none() && last.is_blank());
            Output { path, lines }
        });
        Some(outputs.collect())
    }

    /// The marks of lines, where there is something to mark.
    pub(super) fn marks(&self, keys: &[Key], kind: Kind) -> Vec<Mark> {
        let mark = |key: &Key| {
            let file = self.files.get(key.file)?;
            file.places.mark(*key, &file.text, kind)
        };
        keys.iter().filter_map(mark).collect()
    }

    /// Renders the chart with marks in its templates.
    pub(super) fn render_with(&mut self, marks: &[Mark]) -> Option<Vec<Output>> {
        self.edit(marks);
        let rendered = self.render();
        self.edit(&[]);
        rendered
    }

    /// Puts marks into the templates, and takes all others out.
    fn edit(&mut self, marks: &[Mark]) {
        let files = &self.files;
        let mut number = 0;
        each_template(&mut self.chart, "", &mut |_, file| {
            let own = marks.iter().filter(|mark| mark.key.file == number);
            let mut edits: Vec<_> = own.flat_map(|mark| &mark.edits).collect();
            edits.sort_by_key(|edit| std::cmp::Reverse(edit.range.start));
            if let Some(template) = files.get(number) {
                let changed = file.bytes().is_ok_and(|bytes| bytes != template.text);
                if changed || !edits.is_empty() {
                    let mut text = template.text.clone();
                    for edit in edits {
                        text.splice(edit.range.clone(), edit.text.bytes());
                    }
                    *file = Arc::new(File::in_memory(file.name(), text));
                }
            }
            number += 1;
        });
    }
}

/// Visits all templates of a chart and its dependencies.
fn each_template(chart: &mut Chart, full: &str, visit: &mut dyn FnMut(&str, &mut Arc<File>)) {
    for file in &mut chart.templates {
        visit(full, file);
    }
    for dependency in &mut chart.dependencies {
        let full = format!("{full}/charts/{}", dependency.name());
        each_template(dependency, &full, visit);
    }
}

/// The numbers of the templates in the order of [`each_template`].
fn number_templates(chart: &Chart, numbers: &mut HashMap<*const File, usize>) {
    for file in &chart.templates {
        let number = numbers.len();
        numbers.insert(Arc::as_ptr(file), number);
    }
    for dependency in &chart.dependencies {
        number_templates(dependency, numbers);
    }
}

thread_local! {
    /// The calls of the marking functions that mark, and the number of calls so far.
    static CALLS: RefCell<(Range<usize>, usize)> = const { RefCell::new((0..usize::MAX, 0)) };
}

/// Has these calls of the marking functions mark in the renders to come.
pub(super) fn mark_calls(which: Range<usize>) {
    CALLS.with_borrow_mut(|calls| *calls = (which, 0));
}

/// The number of calls since.
pub(super) fn calls() -> usize {
    CALLS.with_borrow(|(_, count)| *count)
}

/// The place of a mark in the output of an action.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before the first visible character of each line.
    Start,
    /// At the end of each line that is not blank, within a quote.
    End,
    /// In each blank line.
    Blank,
}

/// The output of an action, with a mark in its lines.
fn mark(mark: Text, value: Value, place: Place) -> Value {
    let is_marked = CALLS.with_borrow_mut(|(which, count)| {
        *count += 1;
        which.contains(&(*count - 1))
    });
    if !is_marked {
        return value;
    }
    let text = match &value {
        Value::Nil => return value,
        Value::Str(text) => text.clone(),
        other => match gostd::fmt::value_text(other) {
            Ok(text) => text.to_string().into(),
            Err(_) => return value,
        },
    };
    let mut marked = Vec::new();
    for (n, line) in text.as_bytes().split(|b| *b == b'\n').enumerate() {
        if n > 0 {
            marked.push(b'\n');
        }
        let visible = line.trim_ascii_start();
        let at = match (place, visible.is_empty()) {
            (Place::Start, false) | (Place::Blank, true) => line.len() - visible.len(),
            (Place::End, false) => line.len() - usize::from(line.ends_with(b"\"")),
            _ => {
                marked.extend_from_slice(line);
                continue;
            }
        };
        let (before, after) = line.split_at(at);
        marked.extend_from_slice(before);
        marked.extend_from_slice(mark.as_bytes());
        marked.extend_from_slice(after);
    }
    Value::from(Text::new(marked))
}
