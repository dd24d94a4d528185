//! The bill of materials of a release: CycloneDX 1.5 as JSON.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::packages::{Id, Package};

/// The document for a program and its packages. The same packages make the same bytes: it has neither time nor serial
/// number.
///
/// # Errors
/// When the program is not among the packages.
pub(super) fn text(program: &str, packages: &BTreeMap<Id, Package>) -> Result<String> {
    let is_root = |package: &&Package| package.name == program;
    let root = packages.values().find(is_root);
    let root = root.with_context(|| format!("{program} is no package"))?;
    let libraries = packages.values().filter(|package| !is_root(package));
    let dependencies = packages.values().map(|package| {
        let needs = package.dependencies.iter().map(|id| purl(&id.0, &id.1));
        json!({
            "ref": purl(&package.name, &package.version),
            "dependsOn": needs.collect::<Vec<_>>(),
        })
    });
    let document = json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": { "component": component("application", root) },
        "components": libraries.map(|package| component("library", package)).collect::<Vec<_>>(),
        "dependencies": dependencies.collect::<Vec<_>>(),
    });
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

fn component(kind: &str, package: &Package) -> Value {
    let purl = purl(&package.name, &package.version);
    let mut component = json!({
        "type": kind,
        "bom-ref": purl,
        "name": package.name,
        "version": package.version,
        "purl": purl,
    });
    if let Some(description) = &package.description {
        component["description"] = description.trim().into();
    }
    if let Some(licence) = &package.licence {
        // Cargo takes a slash for `OR`, SPDX does not.
        let expression = licence.replace(" / ", " OR ").replace('/', " OR ");
        component["licenses"] = json!([{ "expression": expression }]);
    }
    if let Some(checksum) = &package.checksum {
        component["hashes"] = json!([{ "alg": "SHA-256", "content": checksum }]);
    }
    component
}

/// The package's URL, which is also its name within the document.
fn purl(name: &str, version: &str) -> String {
    format!("pkg:cargo/{name}@{}", version.replace('+', "%2B"))
}
