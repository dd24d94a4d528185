//! Types of which only one field may be set, as their validation in `k8s.io/kubernetes/pkg/apis` says.

use super::Check;
use crate::rules;
use goyaml::{Kind, Node};
use kubernetes::fields::Struct;

/// A type, and its fields of which a value has at most one.
struct Union {
    of: &'static str,
    /// The fields; empty for all but [`Union::others`].
    members: &'static [&'static str],
    /// Fields beside them.
    others: &'static [&'static str],
    /// True if there has to be one.
    required: bool,
}

const UNIONS: &[Union] = &[
    Union {
        of: "core.v1.Probe",
        members: &["exec", "grpc", "httpGet", "tcpSocket"],
        others: &[],
        required: true,
    },
    Union {
        of: "core.v1.LifecycleHandler",
        members: &["exec", "httpGet", "sleep", "tcpSocket"],
        others: &[],
        required: true,
    },
    Union {
        of: "core.v1.Volume",
        members: &[],
        others: &["name"],
        // Without one it is an emptyDir.
        required: false,
    },
    Union {
        of: "core.v1.EnvVarSource",
        members: &[],
        others: &[],
        required: true,
    },
    Union {
        of: "core.v1.EnvFromSource",
        members: &["configMapRef", "secretRef"],
        others: &[],
        required: true,
    },
    Union {
        of: "core.v1.VolumeProjection",
        members: &[],
        others: &[],
        required: false,
    },
    Union {
        of: "networking.v1.IngressBackend",
        members: &["resource", "service"],
        others: &[],
        required: true,
    },
    Union {
        of: "networking.v1.ServiceBackendPort",
        members: &["name", "number"],
        others: &[],
        required: true,
    },
    Union {
        of: "policy.v1.PodDisruptionBudgetSpec",
        members: &["maxUnavailable", "minAvailable"],
        others: &[],
        required: false,
    },
];

impl<'r> Check<'r> {
    /// Tells of fields that exclude one another, and of none where one is needed.
    pub(super) fn union(&mut self, node: &'r Node, of: Struct<'static>) {
        let Some(union) = UNIONS.iter().find(|union| union.of == of.name()) else {
            return;
        };
        let Kind::Map(entries) = &node.kind else {
            return;
        };
        let mut set = entries.iter().filter(|entry| {
            let key = &*entry.key;
            let is_member = match union.members {
                [] => of.field(key).is_some() && !union.others.contains(&key),
                members => members.contains(&key),
            };
            is_member && !matches!(entry.value.kind, Kind::Null)
        });
        let (display_path, resource) = (self.display_path(None), self.resource.title());
        let what = of.short_name();
        match (set.next(), set.next()) {
            (Some(first), Some(second)) => {
                let message = format!(
                    "{display_path} of {resource} has both {} and {}: a {what} has one of them",
                    first.key, second.key
                );
                let first = self.at(first.mark);
                self.add(
                    self.finding(&rules::EXCLUSIVE_FIELDS, second.mark, message)
                        .relate(first, "the other one"),
                );
            }
            (None, _) if union.required && !entries.iter().any(|e| of.field(&e.key).is_none()) => {
                let all: Vec<&str> = match union.members {
                    [] => of.fields().map(|field| field.name).collect(),
                    members => members.to_vec(),
                };
                let message = format!(
                    "{display_path} of {resource} has none of {}",
                    all.join(", ")
                );
                self.add(self.finding(&rules::MISSING_FIELD, node.mark, message));
            }
            _ => {}
        }
    }
}
