//! From a manifest to resources, as kubectl's builder reads it (`k8s.io/cli-runtime/pkg/resource`).

use super::connection::Cluster;
use super::discovery::{KindInfo, Kinds};
use super::metadata;
use gostd::json::{self, Options};
use gostd::strconv::quote;
use release::{ClusterError, Resource};
use serde_json::Value;
use std::rc::Rc;

impl Cluster {
    /// The resources of a manifest; those that have no namespace get this cluster's.
    pub(super) fn build_resources(
        &self,
        manifest: &str,
        validate: bool,
    ) -> Result<Vec<Resource>, ClusterError> {
        let mut builder = Builder {
            kinds: None,
            cluster: self,
            resources: Vec::new(),
            errors: Vec::new(),
        };
        if let Err(error) = builder.read(manifest, validate) {
            builder.errors.push(error);
        }
        match aggregate(builder.errors) {
            Some(message) => Err(ClusterError::new(message)),
            None => Ok(builder.resources),
        }
    }
}

struct Builder<'c> {
    cluster: &'c Cluster,
    /// What the server said while this manifest was read, if it was asked.
    kinds: Option<Rc<Kinds>>,
    resources: Vec<Resource>,
    errors: Vec<String>,
}

impl Builder<'_> {
    /// Reads all documents, up to one that is no YAML or no object at all.
    fn read(&mut self, manifest: &str, validate: bool) -> Result<(), String> {
        for document in goyaml::documents(manifest.as_bytes()) {
            let parsing = |error: &dyn std::fmt::Display| format!("error parsing : {error}");
            let document = document.map_err(|error| parsing(&error))?;
            let node = goyaml::parse(&document.text).map_err(|error| parsing(&error))?;
            if node.kind == goyaml::Kind::Null {
                continue;
            }
            let text = json::encode(&node.into_value(), Options::COMPACT);
            let text = text.map_err(|error| parsing(&error))?;
            let object: Value = serde_json::from_slice(&text).map_err(|error| parsing(&error))?;
            if validate {
                check_type(&object).map_err(|causes| {
                    format!("error validating \"\": error validating data: {causes}")
                })?;
            }
            let raw = String::from_utf8_lossy(&text);
            if let Err(error) = self.add(object, &raw) {
                self.errors.push(error);
            }
        }
        Ok(())
    }

    /// Adds an object, or the objects of a list.
    fn add(&mut self, object: Value, raw: &str) -> Result<(), String> {
        let decoding = |cause: String| format!("unable to decode \"\": {cause}");
        check_head(&object, raw).map_err(decoding)?;
        metadata::check(&object).map_err(decoding)?;
        let resource = self.resource(object)?;
        if resource.object.get("items").is_some() {
            let mut errors = Vec::new();
            for item in items(resource.object)? {
                match self.resource_of_list(item) {
                    Ok(item) => self.resources.push(item),
                    Err(error) => errors.push(error),
                }
            }
            return aggregate(errors).map_or(Ok(()), Err);
        }
        self.resources.push(resource);
        Ok(())
    }

    fn resource_of_list(&mut self, object: Value) -> Result<Resource, String> {
        let kind = self.kind(&object);
        let resource = kind.map_err(|cause| format!("unable to recognize {cause}"))?;
        Ok(self.cluster.place(resource, object))
    }

    fn resource(&mut self, object: Value) -> Result<Resource, String> {
        let text = |name: &str| {
            let value = object.pointer(name).and_then(Value::as_str);
            quote(value.unwrap_or_default().as_bytes())
        };
        let (name, namespace) = (text("/metadata/name"), text("/metadata/namespace"));
        let kind = self.kind(&object).map_err(|cause| {
            if !cause.starts_with("no matches") {
                return cause;
            }
            format!(
                "resource mapping not found for name: {name} namespace: {namespace} from \"\": {cause}\n\
                 ensure CRDs are installed first"
            )
        })?;
        Ok(self.cluster.place(kind, object))
    }

    /// Where objects of the object's kind are.
    fn kind(&mut self, object: &Value) -> Result<Resource, String> {
        let text = |name: &str| object.get(name).and_then(Value::as_str).unwrap_or_default();
        let (api_version, kind) = (text("apiVersion"), text("kind"));
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        let found = self.find(group, version, kind)?.ok_or_else(|| {
            format!(
                "no matches for kind {} in version {}",
                quote(kind.as_bytes()),
                quote(api_version.as_bytes())
            )
        })?;
        Ok(Resource {
            group: group.to_owned(),
            version: version.to_owned(),
            kind: found.kind,
            plural: found.plural,
            is_namespaced: found.is_namespaced,
            ..Resource::default()
        })
    }
}

impl Builder<'_> {
    /// A kind by its names. What was learnt before this manifest may be old: as client-go does, the server is asked again.
    /// After kinds have been made it is asked until it tells of them, for a while.
    fn find(&mut self, group: &str, version: &str, kind: &str) -> Result<Option<KindInfo>, String> {
        loop {
            let kinds = self.cluster.kinds().map_err(|error| error.to_string())?;
            if let Some(found) = kinds.find(group, version, kind) {
                return Ok(Some(found));
            }
            let is_fresh = self
                .kinds
                .as_ref()
                .is_some_and(|asked| Rc::ptr_eq(asked, &kinds));
            if is_fresh && !self.cluster.await_kinds() {
                return Ok(None);
            }
            self.cluster.known_kinds.take();
            self.kinds = Some(self.cluster.kinds().map_err(|error| error.to_string())?);
        }
    }
}

impl Cluster {
    /// The resource of an object of a kind.
    fn place(&self, kind: Resource, mut object: Value) -> Resource {
        let text = |name: &str| {
            let value = object.pointer(name).and_then(Value::as_str);
            value.unwrap_or_default().to_owned()
        };
        let name = text("/metadata/name");
        let mut namespace = text("/metadata/namespace");
        if kind.is_namespaced && namespace.is_empty() {
            namespace.clone_from(&self.namespace);
            if let Some(object) = object.as_object_mut() {
                let metadata = object
                    .entry("metadata")
                    .or_insert_with(|| Value::Object(serde_json::Map::new()));
                if let Some(metadata) = metadata.as_object_mut() {
                    metadata.insert("namespace".into(), Value::from(&*namespace));
                }
            }
        }
        Resource {
            namespace,
            name,
            object,
            ..kind
        }
    }
}

/// The objects of a list, and of lists in it. Those that do not say what they are, are what the list is one of.
fn items(list: Value) -> Result<Vec<Value>, String> {
    let mut objects = Vec::new();
    let mut lists = vec![list];
    while let Some(mut list) = lists.pop() {
        let text = |name: &str| list.get(name).and_then(Value::as_str).unwrap_or_default();
        let kind = text("kind").trim_end_matches("List").to_owned();
        let api_version = text("apiVersion").to_owned();
        let items = list.get_mut("items").map(Value::take);
        let Some(Value::Array(items)) = items else {
            continue;
        };
        let mut inner = Vec::new();
        for mut item in items {
            let is_set = |item: &Value, name: &str| item.get(name).is_some();
            if let (false, false) = (is_set(&item, "kind"), is_set(&item, "apiVersion"))
                && let Some(item) = item.as_object_mut()
            {
                item.insert("kind".into(), Value::from(&*kind));
                item.insert("apiVersion".into(), Value::from(&*api_version));
            }
            match item.get("items") {
                Some(_) => inner.push(item),
                None => {
                    let raw = item.to_string();
                    check_head(&item, &raw)?;
                    objects.push(item);
                }
            }
        }
        lists.extend(inner.into_iter().rev());
    }
    Ok(objects)
}

/// What client-go's decoder wants of every object.
fn check_head(object: &Value, raw: &str) -> Result<(), String> {
    let Some(map) = object.as_object() else {
        let kind = metadata::json_kind(object);
        let target = "value of type unstructured.detector";
        return Err(gostd::json::mismatch(kind, target));
    };
    let text = |name: &str| map.get(name).and_then(Value::as_str).unwrap_or_default();
    if text("kind").is_empty() || text("apiVersion").matches('/').count() > 1 {
        return Err(format!("Object 'Kind' is missing in '{raw}'"));
    }
    Ok(())
}

/// What kubectl's validation wants of every object.
fn check_type(object: &Value) -> Result<(), String> {
    let Some(map) = object.as_object() else {
        return Err("invalid object to validate".into());
    };
    let mut causes = Vec::new();
    for name in ["apiVersion", "kind"] {
        match map.get(name) {
            None | Some(Value::Null) => causes.push(format!("{name} not set")),
            Some(Value::String(text)) if name == "apiVersion" && text.matches('/').count() > 1 => {
                causes.push(format!("unexpected GroupVersion string: {text}"));
            }
            Some(Value::String(_)) => {}
            Some(_) => causes.push(format!("{name} isn't string type")),
        }
    }
    aggregate(causes).map_or(Ok(()), Err)
}

/// Errors as apimachinery's `Aggregate` prints them: each text once.
fn aggregate(mut errors: Vec<String>) -> Option<String> {
    let mut seen = Vec::new();
    errors.retain(|error| {
        let is_new = !seen.contains(error);
        if is_new {
            seen.push(error.clone());
        }
        is_new
    });
    match errors.len() {
        0 => None,
        1 => errors.pop(),
        _ => Some(format!("[{}]", errors.join(", "))),
    }
}
