//! Evaluates a JSONPath template over a value (client-go's `JSONPath.Execute`).

use super::compare::compare;
use super::parse::{Bound, EXISTS, Node};
use gostd::json::{self, Options};
use gostd::limits::LIMITS;
use gostd::types::IntType;
use gostd::{Text, Value};

/// The number of values that a template may visit.
const MAX_STEPS: usize = LIMITS.jsonpath_steps;

/// The reason why a template cannot be executed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)]
#[non_exhaustive]
pub enum Failed {
    /// The path does not fit the value, in client-go's words.
    #[error("{0}")]
    Mismatch(String),
    /// Go would panic.
    #[error("reflect: call of {0} on zero Value")]
    ZeroValue(&'static str),
    /// A limit that only rhelm has.
    #[error("the template visits more than {MAX_STEPS} values")]
    TooMuch,
}

/// Go's `reflect.Value`; none is the zero one, which a range over null leads to.
type Item = Option<Value>;

/// An error, and what the walk had by then: a filter for existence looks at that alone.
struct Stop {
    failed: Failed,
    results: Vec<Item>,
}

type Walked = Result<Vec<Item>, Stop>;

pub(super) fn execute(nodes: &[Node], value: &Value) -> Result<Vec<u8>, Failed> {
    let mut run = Run {
        nodes,
        ranges_begun: 0,
        ranges_open: 0,
        ranges_ended: 0,
        last_end: None,
        steps: 0,
    };
    let results = run.find(Some(value.clone()), 0)?;
    let mut text = Vec::new();
    for results in &results {
        print(&mut text, results)?;
    }
    Ok(text)
}

struct Run<'n> {
    nodes: &'n [Node],
    ranges_begun: usize,
    ranges_open: usize,
    ranges_ended: usize,
    /// The `{end}` that was met last.
    last_end: Option<usize>,
    steps: usize,
}

impl Run<'_> {
    /// The results of each node from `start` on, up to the end of the range that is open.
    fn find(&mut self, data: Item, start: usize) -> Result<Vec<Vec<Item>>, Failed> {
        let mut all = Vec::new();
        let nodes = self.nodes;
        let mut at = start;
        while let Some(node) = nodes.get(at) {
            let results = self.walk(vec![data.clone()], node);
            let results = results.map_err(|stop| stop.failed)?;
            if self.ranges_ended > 0 && self.ranges_ended <= self.ranges_open {
                self.ranges_ended -= 1;
                self.last_end = Some(at);
                break;
            }
            if self.ranges_begun == 0 {
                all.push(results);
                at += 1;
                continue;
            }
            self.ranges_begun -= 1;
            self.ranges_open += 1;
            if results.is_empty() {
                // Only to find the end.
                self.find(None, at + 1)?;
            }
            for value in results {
                let Some(value) = value else {
                    return Err(Failed::ZeroValue("reflect.Value.Interface"));
                };
                let data = Some(value).filter(|v| !matches!(v, Value::Nil));
                all.append(&mut self.find(data, at + 1)?);
            }
            self.ranges_open -= 1;
            if let Some(end) = self.last_end.filter(|end| *end > at) {
                at = end;
            }
            at += 1;
        }
        Ok(all)
    }

    fn count(&mut self, steps: usize) -> Result<(), Stop> {
        self.steps = self.steps.saturating_add(steps);
        match self.steps > MAX_STEPS {
            true => Err(stop(Failed::TooMuch, Vec::new())),
            false => Ok(()),
        }
    }

    fn walk(&mut self, input: Vec<Item>, node: &Node) -> Walked {
        self.count(1 + input.len())?;
        let constant = |value: Value| Ok(input.iter().map(|_| Some(value.clone())).collect());
        match node {
            Node::List(path) => self.walk_path(input, path),
            Node::Text(text) => Ok(vec![Some(Value::Str(Text::from(text.as_slice())))]),
            Node::Field(name) => field(input, name),
            Node::Array(bounds) => self.array(input, bounds),
            Node::Filter {
                left,
                operator,
                right,
            } => self.filter(input, left, operator, right),
            Node::Int(number) => constant(Value::int(*number)),
            Node::Float(number) => constant(Value::Float64(*number)),
            Node::Bool(value) => constant(Value::Bool(*value)),
            Node::Wildcard => {
                let mut results = Vec::new();
                for value in input.iter().flatten() {
                    let mut children = children(value);
                    self.count(children.len())?;
                    results.append(&mut children);
                }
                Ok(results)
            }
            Node::Recursive => {
                let mut results = Vec::new();
                self.recurse(input, &mut results)?;
                Ok(results)
            }
            Node::Union(members) => {
                let mut results = Vec::new();
                for member in members {
                    match self.walk_path(input.clone(), member) {
                        Ok(mut part) => results.append(&mut part),
                        Err(Stop { failed, .. }) => return Err(stop(failed, input)),
                    }
                }
                Ok(results)
            }
            Node::Identifier(name) => self.identifier(input, name),
        }
    }

    fn walk_path(&mut self, input: Vec<Item>, path: &[Node]) -> Walked {
        path.iter()
            .try_fold(input, |current, node| self.walk(current, node))
    }

    fn identifier(&mut self, input: Vec<Item>, name: &[u8]) -> Walked {
        match name {
            b"range" => {
                self.ranges_begun += 1;
                Ok(input)
            }
            b"end" if self.ranges_open > 0 => {
                self.ranges_ended += 1;
                Ok(Vec::new())
            }
            b"end" => mismatch("not in range, nothing to end".into(), Vec::new()),
            _ => {
                let name = String::from_utf8_lossy(name);
                mismatch(format!("unrecognized identifier {name}"), input)
            }
        }
    }

    fn array(&mut self, input: Vec<Item>, bounds: &[Bound; 3]) -> Walked {
        let mut results = Vec::new();
        for value in &input {
            let list = match value {
                Some(Value::Nil) => continue,
                Some(Value::List(list)) => list,
                Some(other) => {
                    let text = format!("{} is not array or slice", other.type_name());
                    return mismatch(text, input);
                }
                None => return Err(stop(Failed::ZeroValue("reflect.Value.Type"), input)),
            };
            let length = list.len() as i64;
            let [start, end, step] = bounds;
            let mut first = if start.is_explicit { start.value } else { 0 };
            if first < 0 {
                first += length;
            }
            let mut last = if end.is_explicit { end.value } else { length };
            if last < 0 || last == 0 && end.is_implied {
                last += length;
            }
            if first == last {
                return Ok(results);
            }
            let outside =
                |index: i64| format!("array index out of bounds: index {index}, length {length}");
            if !(0..length).contains(&first) {
                return mismatch(outside(first), input);
            }
            if !(0..=length).contains(&last) {
                return mismatch(outside(last - 1), input);
            }
            if first > last {
                let text = format!("starting index {first} is greater than ending index {last}");
                return mismatch(text, input);
            }
            if step.is_explicit && step.value <= 0 {
                return mismatch("step must be > 0".into(), input);
            }
            let step = if step.is_explicit {
                step.value as usize
            } else {
                1
            };
            let items = list.borrow();
            let items = items.get(first as usize..last as usize).unwrap_or_default();
            results.extend(items.iter().step_by(step).cloned().map(Some));
        }
        self.count(results.len())?;
        Ok(results)
    }

    /// Everything that has something in it, the outer before the inner.
    fn recurse(&mut self, input: Vec<Item>, results: &mut Vec<Item>) -> Result<(), Stop> {
        for value in input.into_iter().flatten() {
            let children = children(&value);
            self.count(children.len())?;
            if !children.is_empty() {
                results.push(Some(value));
                self.recurse(children, results)?;
            }
        }
        Ok(())
    }

    fn filter(
        &mut self,
        input: Vec<Item>,
        left: &[Node],
        operator: &[u8],
        right: &[Node],
    ) -> Walked {
        let mut results = Vec::new();
        for value in &input {
            let Some(Value::List(list)) = value else {
                let value = value.clone().unwrap_or_default();
                let excerpt = gostd::fmt::value_text(&value).unwrap_or_default();
                let excerpt = excerpt.to_str_lossy();
                let text = format!("{excerpt} is not array or slice and cannot be filtered");
                return mismatch(text, input);
            };
            for item in list.snapshot() {
                let lefts = self.walk_path(vec![Some(item.clone())], left);
                if operator == EXISTS {
                    let values = match lefts {
                        Ok(values) => values,
                        Err(Stop {
                            failed: Failed::TooMuch,
                            ..
                        }) => return Err(stop(Failed::TooMuch, Vec::new())),
                        Err(stop) => stop.results,
                    };
                    if !values.is_empty() {
                        results.push(Some(item));
                    }
                    continue;
                }
                let left = match single(lefts) {
                    Ok(Some(value)) => value,
                    Ok(None) => continue,
                    Err(failed) => return Err(stop(failed, input)),
                };
                let rights = self.walk_path(vec![Some(item.clone())], right);
                let right = match single(rights) {
                    Ok(Some(value)) => value,
                    Ok(None) => continue,
                    Err(failed) => return Err(stop(failed, input)),
                };
                match compare(&left, operator, &right) {
                    Ok(true) => results.push(Some(item)),
                    Ok(false) => {}
                    Err(text) => return mismatch(text, results),
                }
            }
        }
        Ok(results)
    }
}

fn stop(failed: Failed, results: Vec<Item>) -> Stop {
    Stop { failed, results }
}

fn mismatch(text: String, results: Vec<Item>) -> Walked {
    Err(stop(Failed::Mismatch(text), results))
}

/// The one value of a side of a comparison.
fn single(walked: Walked) -> Result<Item, Failed> {
    let mut values = walked.map_err(|stop| stop.failed)?;
    if values.len() > 1 {
        let text = "can only compare one element at a time";
        return Err(Failed::Mismatch(text.into()));
    }
    match values.pop() {
        None => Ok(None),
        Some(Some(value)) => Ok(Some(value)),
        Some(None) => Err(Failed::ZeroValue("reflect.Value.Interface")),
    }
}

fn field(input: Vec<Item>, name: &[u8]) -> Walked {
    if input.is_empty() {
        return Ok(input);
    }
    let maps = input.iter().flatten().filter_map(Value::as_map);
    let results: Vec<Item> = maps.filter_map(|map| map.get(name)).map(Some).collect();
    if results.is_empty() {
        let name = String::from_utf8_lossy(name);
        return mismatch(format!("{name} is not found"), results);
    }
    Ok(results)
}

/// The items of a map, a list, or a string: its bytes.
fn children(value: &Value) -> Vec<Item> {
    match value {
        Value::Map(map) => {
            let mut entries = map.snapshot();
            entries.sort_by(|a, b| a.0.as_bytes().cmp(b.0.as_bytes()));
            entries.into_iter().map(|(_, value)| Some(value)).collect()
        }
        Value::List(list) => list.snapshot().into_iter().map(Some).collect(),
        Value::Str(text) => {
            let bytes = text.as_bytes().iter();
            bytes
                .map(|b| Some(Value::Int(IntType::Uint8, i64::from(*b))))
                .collect()
        }
        _ => Vec::new(),
    }
}

fn print(text: &mut Vec<u8>, results: &[Item]) -> Result<(), Failed> {
    let failed = |error: String| Failed::Mismatch(error);
    for (index, item) in results.iter().enumerate() {
        if index > 0 {
            text.push(b' ');
        }
        match item {
            None => text.extend_from_slice(b"<no value>"),
            Some(Value::Nil) => text.extend_from_slice(b"null"),
            Some(value @ (Value::Map(_) | Value::List(_))) => {
                let json = json::encode(value, Options::COMPACT);
                text.append(&mut json.map_err(|e| failed(e.to_string()))?);
            }
            Some(value) => {
                let value_text = gostd::fmt::sprint(std::slice::from_ref(value));
                text.append(&mut value_text.map_err(|e| failed(e.to_string()))?);
            }
        }
    }
    Ok(())
}
