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
    /// The treatment of a service if the control plane has no such pod.
    absence: Absence,
}

/// The reason why the pods of a service cannot be chosen.
enum Problem {
    /// There are none that can be used; others may be missing, too.
    Missing(String),
    /// There are several control planes: one answer for all services.
    Several(String),
}

/// The treatment of a service without pods.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Absence {
    /// Nothing works without it.
    Error,
    /// Some versions of Istio have none (1.1 to 1.4 may have neither policy nor the statsd bridge): the
    /// chart's default stays, a service without addresses. Pods that are there and not ready are an error.
    Default(&'static str),
    /// The chart leaves it out.
    LeftOut,
}

const LEGACY: [Service; 5] = [
    Service {
        key: "pilotEndpoint",
        labels: &[("istio", "pilot")],
        guide: None,
        absence: Absence::Error,
    },
    Service {
        key: "policyEndpoint",
        labels: &[("istio", "mixer"), ("istio-mixer-type", "policy")],
        guide: Some(("istio", "mixer")),
        absence: Absence::Default("istio-policy.istio-system"),
    },
    Service {
        key: "statsdEndpoint",
        labels: &[("istio", "statsd-prom-bridge")],
        guide: None,
        absence: Absence::Default("istio-statsd-prom-bridge.istio-system"),
    },
    Service {
        key: "telemetryEndpoint",
        labels: &[("istio-mixer-type", "telemetry")],
        guide: None,
        absence: Absence::LeftOut,
    },
    Service {
        key: "zipkinEndpoint",
        labels: &[("app", "jaeger")],
        guide: None,
        absence: Absence::LeftOut,
    },
];

const ISTIOD: [Service; 1] = [Service {
    key: "remotePilotAddress",
    labels: &[("app", "istiod")],
    guide: None,
    absence: Absence::Error,
}];

/// The pods of a control plane, chosen.
#[derive(Clone, Debug)]
pub struct Selection {
    /// A values file for `istio-remote`.
    pub values: String,
    /// Notes on the choice for the reader, a sentence each.
    pub notes: Vec<String>,
}

/// Chooses the pods of a control plane that are running and ready, in one namespace if one is
/// given, and writes their addresses as values.
///
/// # Errors
/// When services that the chart needs have no such pod, all of which are named, or pods in several
/// namespaces.
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
    if mode == Mode::Legacy {
        check_legacy(&pods)?;
    }
    let mut missing = Vec::new();
    for service in services {
        match service.choose(&pods, &mut notes) {
            Ok(chosen) => service.write(&chosen, &mut values),
            Err(Problem::Missing(text)) => missing.push(text),
            Err(Problem::Several(text)) => return Err(Error::Absent(text)),
        }
    }
    match missing.is_empty() {
        true => Ok(Selection { values, notes }),
        false => Err(Error::Absent(missing.join("\n"))),
    }
}

/// Fails if the pods that Istio's guide takes for Pilot's are those of a newer control plane.
fn check_legacy(pods: &[&Pod]) -> Result<(), Error> {
    let mut pilots = having(pods, &[("istio", "pilot")]);
    pilots.retain(|pod| pod.unusable.is_none());
    pilots.sort_by(|a, b| a.name.cmp(&b.name));
    if pilots.is_empty() || having(&pilots, &[("app", "istiod")]).len() < pilots.len() {
        return Ok(());
    }
    Err(Error::Absent(format!(
        "the control plane is istiod ({}): choose --mode istiod",
        names(pilots.iter())
    )))
}

impl Service {
    /// The pods of this service that can be used, by name.
    fn choose<'p>(
        &self,
        pods: &[&'p Pod],
        notes: &mut Vec<String>,
    ) -> Result<Vec<&'p Pod>, Problem> {
        let mut labels = self.labels.to_vec();
        let mut matches = having(pods, &labels);
        if let Some(guide) = self.guide {
            let mut guides = having(pods, &[guide]);
            if matches.is_empty() {
                // What is labelled as another service is no substitute for this one.
                guides.retain(|pod| {
                    let mut own = labels.iter().filter(|label| **label != guide);
                    own.all(|(key, _)| !pod.labels.contains_key(*key))
                });
            }
            if matches.is_empty() && !guides.is_empty() {
                notes.push(format!(
                    "{}: no pod has {}; taken are those with {}, as Istio's guide does it",
                    self.key,
                    selector(&labels),
                    selector(&[guide])
                ));
                labels = vec![guide];
                matches = guides;
            } else if guides.len() > matches.len() {
                notes.push(format!(
                    "{}: the guide's {} selects other pods too, {}; taken are those with {}",
                    self.key,
                    selector(&[guide]),
                    names(
                        guides
                            .iter()
                            .filter(|pod| !matches.iter().any(|f| f.name == pod.name))
                    ),
                    selector(&labels)
                ));
            }
        }
        let (mut usable, others): (Vec<&Pod>, Vec<&Pod>) =
            matches.into_iter().partition(|pod| pod.unusable.is_none());
        self.check(&usable, &others, &labels)?;
        match self.absence {
            Absence::Default(name) if usable.is_empty() => notes.push(format!(
                "{}: there is no pod with {}; the chart's default stays, {name}, a service without addresses",
                self.key,
                selector(&labels)
            )),
            _ if usable.is_empty() => notes.push(format!(
                "{}: no pod with {} is running and ready, so the service is left out",
                self.key,
                selector(&labels)
            )),
            _ => {}
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
    ) -> Result<(), Problem> {
        let namespaces: BTreeSet<&str> = usable.iter().map(|pod| &*pod.namespace).collect();
        if namespaces.len() > 1 {
            let namespaces: Vec<&str> = namespaces.into_iter().collect();
            return Err(Problem::Several(format!(
                "{}: pods with {} are in several namespaces ({}): choose one with --namespace",
                self.key,
                selector(labels),
                namespaces.join(", ")
            )));
        }
        let is_needed = match self.absence {
            Absence::Error => true,
            Absence::Default(_) => !others.is_empty(),
            Absence::LeftOut => false,
        };
        if !usable.is_empty() || !is_needed {
            return Ok(());
        }
        let there = match others {
            [] => "there is none at all".to_owned(),
            others => {
                let names = others.iter().map(|pod| {
                    format!(
                        "{} is {}",
                        pod.name,
                        pod.unusable.as_deref().unwrap_or_default()
                    )
                });
                names.collect::<Vec<_>>().join(", ")
            }
        };
        Err(Problem::Missing(format!(
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
        if pods.is_empty() && matches!(self.absence, Absence::Default(_)) {
            return;
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
