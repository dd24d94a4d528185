//! istio-remote in every mode and with every form of an endpoint, made, changed and deleted.

use std::collections::BTreeSet;

use anyhow::{Context, Result};

use super::chart::{Rendered, render};
use super::{Kubectl, Programs};

/// A way to make a control plane's services known.
struct Manner {
    name: &'static str,
    arguments: &'static [&'static str],
    /// The values that say where its services are.
    keys: &'static [&'static str],
}

const MANNERS: [Manner; 4] = [
    Manner {
        name: "legacy",
        arguments: &[],
        keys: LEGACY_KEYS,
    },
    Manner {
        name: "legacy-endpoints",
        arguments: &["--set", "endpointKind=Endpoints"],
        keys: LEGACY_KEYS,
    },
    Manner {
        name: "istiod",
        arguments: &["--set", "mode=istiod"],
        keys: ISTIOD_KEYS,
    },
    Manner {
        name: "istiod-endpoints",
        arguments: &["--set", "mode=istiod,endpointKind=Endpoints"],
        keys: ISTIOD_KEYS,
    },
];

const LEGACY_KEYS: &[&str] = &[
    "pilotEndpoint",
    "policyEndpoint",
    "statsdEndpoint",
    "telemetryEndpoint",
    "zipkinEndpoint",
];
const ISTIOD_KEYS: &[&str] = &["remotePilotAddress"];

/// A form of an endpoint's value.
struct Form {
    name: &'static str,
    /// The value, for `--set`; nothing leaves the default.
    value: Option<&'static str>,
    /// The endpoints that it gives a service.
    addresses: &'static [&'static str],
}

const FORMS: [Form; 7] = [
    Form {
        name: "IPv4",
        value: Some("10.1.2.3"),
        addresses: &["10.1.2.3"],
    },
    Form {
        name: "another IPv4",
        value: Some("10.9.9.9"),
        addresses: &["10.9.9.9"],
    },
    Form {
        name: "IPv6",
        // Not in the one spelling that Kubernetes takes.
        value: Some("FD00:0:0:0::00A3"),
        addresses: &["fd00::a3"],
    },
    Form {
        name: "several",
        value: Some("{10.1.2.3,10.1.2.4,10.1.2.3}"),
        addresses: &["10.1.2.3", "10.1.2.4"],
    },
    Form {
        name: "both families",
        value: Some("{10.1.2.3,fd00::a3,64:ff9b::10.0.0.1}"),
        addresses: &["10.1.2.3", "64:ff9b::a00:1", "fd00::a3"],
    },
    Form {
        name: "host",
        value: Some("pilot.mesh.example.com."),
        addresses: &[],
    },
    Form {
        name: "own name",
        value: None,
        addresses: &[],
    },
];

impl Manner {
    fn render(
        &self,
        programs: &Programs,
        namespace: &str,
        form: &Form,
        more: &[&str],
    ) -> Result<Rendered> {
        let arguments = self.arguments.iter().chain(more);
        let mut arguments: Vec<String> = arguments.map(|&text| text.to_owned()).collect();
        if let Some(value) = form.value {
            for key in self.keys {
                arguments.push("--set".into());
                arguments.push(format!("global.{key}={value}"));
            }
        }
        render(programs, "istio-remote", namespace, &arguments)
    }

    fn namespace(&self, kubectl: &Kubectl, of: &str) -> Result<String> {
        let namespace = format!("{of}-{}", self.name);
        kubectl.run(&["create", "namespace", &namespace])?;
        Ok(namespace)
    }
}

impl Form {
    fn addresses(&self) -> BTreeSet<String> {
        self.addresses.iter().map(|&text| text.to_owned()).collect()
    }
}

/// The choices beside the forms.
fn options(manner: &Manner) -> &'static [&'static [&'static str]] {
    if manner.name.starts_with("legacy") {
        &[
            &[],
            &["--set", "security.enabled=true"],
            &[
                "--set",
                "global.zipkinEndpoint=",
                "--set",
                "global.telemetryEndpoint=",
            ],
            &[
                "--set",
                "security.enabled=true,security.selfSigned=false,security.resources=null,global.arch=null,global.rbacEnabled=false,global.imagePullSecrets={registry}",
            ],
        ]
    } else {
        &[
            &[],
            &["--set", "reader.enabled=false"],
            &["--set", "reader.secrets=true,reader.tokenSecret=false"],
            &["--set", "global.rbacEnabled=false"],
        ]
    }
}

/// Creates every combination with `kubectl create -f`, reads it back, and deletes it.
pub(super) fn every_form(programs: &Programs, kubectl: &Kubectl) -> Result<String> {
    let mut count = 0;
    for manner in &MANNERS {
        let namespace = manner.namespace(kubectl, "forms")?;
        for form in &FORMS {
            // Options have nothing to do with most forms.
            let all = form.name == "both families";
            for more in options(manner).iter().take(if all { 4 } else { 1 }) {
                let test = || -> Result<()> {
                    let rendered = manner.render(programs, &namespace, form, more)?;
                    kubectl.feed(&["create", "-f", "-"], &rendered.text)?;
                    rendered.is_held_by(kubectl)?;
                    rendered.reaches(kubectl, &form.addresses())?;
                    rendered.delete(kubectl)
                };
                test().with_context(|| {
                    format!("{}, {} {}", manner.name, form.name, more.join(" "))
                })?;
                count += 1;
            }
        }
    }
    Ok(format!(
        "{count} combinations created, read back and deleted"
    ))
}

/// Creates every form with `kubectl create -f`, which leaves `kubectl apply` nothing to go by, and
/// changes it into every other form with `kubectl apply`, and back to the first one.
pub(super) fn every_change(programs: &Programs, kubectl: &Kubectl) -> Result<String> {
    let mut count = 0;
    for manner in &MANNERS {
        let namespace = manner.namespace(kubectl, "changes")?;
        // Several addresses of one family change like those of both.
        let forms: Vec<&Form> = FORMS.iter().filter(|form| form.name != "several").collect();
        for (index, from) in forms.iter().enumerate() {
            let first = manner.render(programs, &namespace, from, &[])?;
            let mut before = from;
            // Each first form has another second one, and becomes itself again in the end.
            let others = forms.iter().cycle().skip(index + 1).take(forms.len());
            for (step, to) in others.enumerate() {
                let change = || -> Result<()> {
                    if step == 0 {
                        kubectl.feed(&["create", "-f", "-"], &first.text)?;
                    }
                    let next = manner.render(programs, &namespace, to, &[])?;
                    kubectl.feed(&["apply", "-f", "-"], &next.text)?;
                    next.is_held_by(kubectl)?;
                    next.reaches(kubectl, &to.addresses())
                };
                change()
                    .with_context(|| format!("{}, {} to {}", manner.name, before.name, to.name))?;
                before = to;
                count += 1;
            }
            first.delete(kubectl)?;
        }
    }
    Ok(format!("{count} changes applied, no stale endpoint left"))
}
