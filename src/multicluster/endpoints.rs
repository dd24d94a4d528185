//! The addresses of a control plane's pods, as a values file for the chart `istio-remote`.

use super::{Error, Mode, Pod};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::net::IpAddr;

/// A service of the control plane, and which pods it has.
struct Service {
    /// The value below `global`.
    key: &'static str,
    /// The labels of its pods, as Istio sets them.
    labels: &'static [(&'static str, &'static str)],
    /// The labels that Istio's guide selects them by, where these select others too.
    guide: Option<(&'static str, &'static str)>,
    /// Whether the chart can do without.
    optional: bool,
}

const LEGACY: [Service; 5] = [
    Service {
        key: "pilotEndpoint",
        labels: &[("istio", "pilot")],
        guide: None,
        optional: false,
    },
    Service {
        key: "policyEndpoint",
        labels: &[("istio", "mixer"), ("istio-mixer-type", "policy")],
        guide: Some(("istio", "mixer")),
        optional: false,
    },
    Service {
        key: "statsdEndpoint",
        labels: &[("istio", "statsd-prom-bridge")],
        guide: None,
        optional: false,
    },
    Service {
        key: "telemetryEndpoint",
        labels: &[("istio-mixer-type", "telemetry")],
        guide: None,
        optional: true,
    },
    Service {
        key: "zipkinEndpoint",
        labels: &[("app", "jaeger")],
        guide: None,
        optional: true,
    },
];

const ISTIOD: [Service; 1] = [Service {
    key: "remotePilotAddress",
    labels: &[("app", "istiod")],
    guide: None,
    optional: false,
}];

/// The pods of a control plane, chosen.
#[derive(Clone, Debug)]
pub struct Selection {
    /// A values file for `istio-remote`.
    pub values: String,
    /// What a reader should know of the choice, a sentence each.
    pub notes: Vec<String>,
}

/// Chooses the pods of a control plane that are running and ready, in one namespace if one is
/// given, and writes their addresses as values.
///
/// # Errors
/// When a service that the chart needs has no such pod, or has pods in several namespaces.
pub fn select(pods: &[Pod], namespace: Option<&str>, mode: Mode) -> Result<Selection, Error> {
    let inside = |pod: &&Pod| namespace.is_none_or(|namespace| pod.namespace == namespace);
    let pods: Vec<&Pod> = pods.iter().filter(inside).collect();
    let services: &[Service] = match mode {
        Mode::Legacy => &LEGACY,
        Mode::Istiod => &ISTIOD,
    };
    let mut values = String::from(
        "# Addresses of the control plane's pods that are running and ready.\n\
         # Made by rhelm multicluster endpoints; make it again when pods have moved.\n",
    );
    if mode == Mode::Istiod {
        values.push_str("mode: istiod\n");
    }
    values.push_str("global:\n");
    let mut notes = Vec::new();
    for service in services {
        let chosen = service.choose(&pods, &mut notes)?;
        service.write(&chosen, &mut values);
    }
    Ok(Selection { values, notes })
}

impl Service {
    /// The pods of this service that can be used, by name.
    fn choose<'p>(&self, pods: &[&'p Pod], notes: &mut Vec<String>) -> Result<Vec<&'p Pod>, Error> {
        let mut labels = self.labels.to_vec();
        let mut found = having(pods, &labels);
        if let Some(guide) = self.guide {
            let guides = having(pods, &[guide]);
            if found.is_empty() && !guides.is_empty() {
                notes.push(format!(
                    "{}: no pod has {}; taken are those with {}, as Istio's guide does it",
                    self.key,
                    selector(&labels),
                    selector(&[guide])
                ));
                labels = vec![guide];
                found = guides;
            } else if guides.len() > found.len() {
                notes.push(format!(
                    "{}: the guide's {} selects other pods too, {}; taken are those with {}",
                    self.key,
                    selector(&[guide]),
                    names(
                        guides
                            .iter()
                            .filter(|pod| !found.iter().any(|f| f.name == pod.name))
                    ),
                    selector(&labels)
                ));
            }
        }
        let (mut usable, others): (Vec<&Pod>, Vec<&Pod>) =
            found.into_iter().partition(|pod| pod.unusable.is_none());
        self.check(&usable, &others, &labels)?;
        if usable.is_empty() {
            notes.push(format!(
                "{}: no pod with {} is running and ready, so the service is left out",
                self.key,
                selector(&labels)
            ));
        }
        for pod in others {
            let reason = pod.unusable.as_deref().unwrap_or_default();
            notes.push(format!("{}: {} is left out: {reason}", self.key, pod.name));
        }
        usable.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(usable)
    }

    fn check(
        &self,
        usable: &[&Pod],
        others: &[&Pod],
        labels: &[(&str, &str)],
    ) -> Result<(), Error> {
        let namespaces: BTreeSet<&str> = usable.iter().map(|pod| &*pod.namespace).collect();
        if namespaces.len() > 1 {
            let namespaces: Vec<&str> = namespaces.into_iter().collect();
            return Err(Error::Absent(format!(
                "{}: pods with {} are in several namespaces ({}): choose one with --namespace",
                self.key,
                selector(labels),
                namespaces.join(", ")
            )));
        }
        if self.key == "pilotEndpoint"
            && !usable.is_empty()
            && having(usable, &[("app", "istiod")]).len() == usable.len()
        {
            return Err(Error::Absent(format!(
                "the control plane is istiod ({}): choose --mode istiod",
                names(usable.iter())
            )));
        }
        if !usable.is_empty() || self.optional {
            return Ok(());
        }
        let there = match others {
            [] => "there is none at all".to_owned(),
            others => {
                let shown = others.iter().map(|pod| {
                    format!(
                        "{} is {}",
                        pod.name,
                        pod.unusable.as_deref().unwrap_or_default()
                    )
                });
                shown.collect::<Vec<_>>().join(", ")
            }
        };
        Err(Error::Absent(format!(
            "{}: no pod with {} is running and ready ({there})",
            self.key,
            selector(labels)
        )))
    }

    /// Writes the value: one address, several, or none.
    fn write(&self, pods: &[&Pod], values: &mut String) {
        let mut addresses: Vec<IpAddr> = Vec::new();
        for address in pods.iter().flat_map(|pod| &pod.addresses) {
            if !addresses.contains(address) {
                addresses.push(*address);
            }
        }
        // Writing to a string cannot fail.
        if !pods.is_empty() {
            let _ = writeln!(values, "  # {}", names(pods.iter()));
        }
        let quoted: Vec<String> = addresses.iter().map(|a| format!("\"{a}\"")).collect();
        let _ = match quoted.as_slice() {
            [] => writeln!(values, "  {}: \"\"", self.key),
            [one] => writeln!(values, "  {}: {one}", self.key),
            several => writeln!(values, "  {}: [{}]", self.key, several.join(", ")),
        };
    }
}

fn having<'p>(pods: &[&'p Pod], labels: &[(&str, &str)]) -> Vec<&'p Pod> {
    let has = |pod: &&&Pod| {
        let mut labels = labels.iter();
        labels.all(|(key, value)| pod.labels.get(*key).is_some_and(|v| v == value))
    };
    pods.iter().filter(has).copied().collect()
}

/// Labels as kubectl takes them: `istio=mixer,istio-mixer-type=policy`.
fn selector(labels: &[(&str, &str)]) -> String {
    let labels = labels.iter().map(|(key, value)| format!("{key}={value}"));
    labels.collect::<Vec<_>>().join(",")
}

/// Names of pods on one line.
fn names<'p>(pods: impl Iterator<Item = &'p &'p Pod>) -> String {
    pods.map(|pod| &*pod.name).collect::<Vec<_>>().join(", ")
}
