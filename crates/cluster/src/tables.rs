//! Resources in tables that the server makes, as kubectl prints them: `RESOURCES:` of a release's status.

use super::connection::{Cluster, Message};
use super::logs::pod_path;
use super::objects::path_of;
use http::Method;
use release::{ClusterError, Resource, Verb};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const ACCEPT: &str = "application/json;as=Table;v=v1;g=meta.k8s.io,\
     application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json";
/// The columns' names are followed by so many blanks at least.
const PADDING: usize = 3;
/// No column is narrower.
const MIN_WIDTH: usize = 6;
/// Where the pods of other resources are printed.
const RELATED: &str = "v1/Pod(related)";

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Table {
    column_definitions: Vec<Column>,
    rows: Vec<Row>,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
struct Column {
    name: String,
    priority: i64,
    #[serde(rename = "type")]
    kind: String,
    format: String,
    description: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Row {
    cells: Vec<Value>,
}

impl Cluster {
    /// The tables of resources by version and kind. Those that the server does not have are left out.
    pub(super) fn print_tables(&self, resources: &[Resource]) -> Result<String, ClusterError> {
        let mut groups: Vec<(String, Vec<Table>)> = Vec::new();
        let mut add = |name: String, table: Table| match groups.iter_mut().find(|(n, _)| *n == name)
        {
            Some((_, tables)) => tables.push(table),
            None => groups.push((name, vec![table])),
        };
        let mut selectors = Vec::new();
        for resource in resources {
            let subject = (&*resource.plural, &*resource.name);
            let Ok(path) = path_of(resource, &resource.name) else {
                continue;
            };
            let Ok(table) = self.table(&path, &[], subject) else {
                continue;
            };
            add(format!("{}/{}", resource.version, resource.kind), table);
            let Some(selector) = selector(resource) else {
                continue;
            };
            if selectors.contains(&selector) {
                continue;
            }
            let path = pod_path(&resource.namespace, "")?;
            let query = [("labelSelector", &*selector), ("limit", "500")];
            let pods = self.table(&path, &query, ("pods", ""));
            if let Ok(pods) = pods {
                add(RELATED.to_owned(), pods);
            }
            selectors.push(selector);
        }
        let mut printer = Printer::default();
        for (name, tables) in groups {
            printer.text.push_str(&format!("==> {name}\n"));
            for table in tables {
                printer.print(table);
            }
            printer.text.push('\n');
        }
        Ok(printer.text)
    }

    /// The resources as they are, with their pods, by version and kind.
    pub(super) fn list_objects(&self, resources: &[Resource]) -> BTreeMap<String, Vec<Value>> {
        let mut objects: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        let mut selectors = Vec::new();
        for resource in resources {
            let asked = [(resource, Verb::Get)];
            let Some(Ok(object)) = self.send_all(&asked).pop() else {
                continue;
            };
            let name = format!("{}/{}", resource.version, resource.kind);
            objects.entry(name).or_default().push(object);
            let Some(selector) = selector(resource).filter(|one| !selectors.contains(one)) else {
                continue;
            };
            let Ok(path) = pod_path(&resource.namespace, "") else {
                continue;
            };
            let query = [("labelSelector", &*selector), ("limit", "500")];
            if let Ok(list) = self.block_on(self.list(&path, &query, "pods")) {
                let pods = list.items.into_iter().map(|mut pod| {
                    // Items of lists do not say what they are.
                    if let Some(pod) = pod.as_object_mut() {
                        pod.insert("apiVersion".into(), "v1".into());
                        pod.insert("kind".into(), "Pod".into());
                    }
                    pod
                });
                let list = json!({
                    "apiVersion": "v1",
                    "kind": "PodList",
                    "metadata": {"resourceVersion": list.metadata.resource_version},
                    "items": pods.collect::<Vec<_>>(),
                });
                objects.entry(RELATED.to_owned()).or_default().push(list);
            }
            selectors.push(selector);
        }
        objects
    }

    fn table(
        &self,
        path: &str,
        query: &[(&str, &str)],
        subject: (&str, &str),
    ) -> Result<Table, ClusterError> {
        let mut query = query.to_vec();
        query.push(("includeObject", "Object"));
        let mut message = Message::new(Method::GET, path, &query, subject);
        message.accept = ACCEPT;
        let body = self.send_message(&message)?;
        let table = serde_json::from_slice(&body);
        table.map_err(|error| ClusterError::new(error.to_string()))
    }
}

/// The labels by which a resource finds its pods.
fn selector(resource: &Resource) -> Option<String> {
    let place = match &*resource.kind {
        "ReplicaSet" | "Deployment" | "StatefulSet" | "DaemonSet" | "Job" => {
            "/spec/selector/matchLabels"
        }
        "ReplicationController" => "/spec/selector",
        _ => return None,
    };
    let labels = resource.object.pointer(place)?.as_object()?;
    let mut pairs = Vec::new();
    for (key, value) in labels {
        pairs.push(format!("{key}={}", value.as_str()?));
    }
    pairs.sort();
    Some(pairs.join(","))
}

/// kubectl's printer of tables.
#[derive(Default)]
struct Printer {
    text: String,
    columns: Vec<Column>,
    has_printed_names: bool,
}

impl Printer {
    fn print(&mut self, mut table: Table) {
        let mut has_names = true;
        if self.has_printed_names
            && (table.column_definitions.is_empty() || table.column_definitions == self.columns)
        {
            has_names = false;
        }
        if table.column_definitions.is_empty() {
            table.column_definitions.clone_from(&self.columns);
        } else if table.column_definitions != self.columns {
            self.columns.clone_from(&table.column_definitions);
            self.has_printed_names = false;
        }
        if table.rows.is_empty() {
            return;
        }
        self.has_printed_names = true;
        let columns = &table.column_definitions;
        let is_printed = |at: &usize| columns.get(*at).is_some_and(|one| one.priority == 0);
        let mut lines: Vec<Vec<String>> = Vec::new();
        if has_names {
            let names = (0..columns.len()).filter(is_printed);
            let names = names.filter_map(|at| columns.get(at));
            lines.push(names.map(|column| column.name.to_uppercase()).collect());
        }
        for row in table.rows {
            let cells = row.cells.iter().enumerate();
            let cells = cells.filter(|(at, _)| is_printed(at));
            lines.push(cells.map(|(_, cell)| cell_text(cell)).collect());
        }
        self.text.push_str(&align(&lines));
    }
}

fn cell_text(cell: &Value) -> String {
    match cell {
        Value::Null => String::new(),
        Value::String(text) => {
            let end = text.find(['\u{c}', '\n', '\r']);
            let line = end.and_then(|end| text.get(..end));
            // What a terminal would take for a command.
            let shown = line.unwrap_or(text).replace('\u{1b}', "^[");
            match line {
                Some(_) => shown + "...",
                None => shown,
            }
        }
        other => other.to_string(),
    }
}

/// Lines with their cells one below the other. All cells but the last of a line are padded.
fn align(lines: &[Vec<String>]) -> String {
    let count = lines.iter().map(Vec::len).max().unwrap_or_default();
    let width = |at: usize| {
        let cells = lines.iter().filter(|line| line.len() > at + 1);
        let cells = cells.filter_map(|line| line.get(at));
        let widest = cells.map(|cell| cell.chars().count() + PADDING).max();
        widest.unwrap_or_default().max(MIN_WIDTH)
    };
    let widths: Vec<usize> = (0..count).map(width).collect();
    let mut text = String::new();
    for line in lines {
        for (at, (cell, width)) in line.iter().zip(&widths).enumerate() {
            text.push_str(cell);
            if at + 1 < line.len() {
                let blanks = width.saturating_sub(cell.chars().count());
                text.extend(std::iter::repeat_n(' ', blanks));
            }
        }
        text.push('\n');
    }
    text
}
