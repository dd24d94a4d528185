//! Numbers that Kubernetes takes from one to another: what its schemas leave out. The source of each is the
//! validation of its type in `k8s.io/kubernetes/pkg/apis`.

use super::{Check, Step, scalars};
use crate::rules;
use goyaml::{Entry, Kind};
use kubernetes::fields::Struct;

/// Type, field, least, most.
type Range = (&'static str, &'static str, i128, i128);

const ANY: i128 = i64::MAX as i128;
const PORT: i128 = 65_535;
/// `validation.IsValidUserID`.
const ID: i128 = i32::MAX as i128;
/// The permissions of files: 0777.
const MODE: i128 = 0o777;

const RANGES: &[Range] = &[
    // pkg/apis/core/validation
    ("core.v1.ContainerPort", "containerPort", 1, PORT),
    ("core.v1.ContainerPort", "hostPort", 0, PORT),
    ("core.v1.ServicePort", "port", 1, PORT),
    ("core.v1.ServicePort", "nodePort", 0, PORT),
    ("core.v1.ServicePort", "targetPort", 0, PORT),
    ("core.v1.HTTPGetAction", "port", 1, PORT),
    ("core.v1.TCPSocketAction", "port", 1, PORT),
    ("core.v1.GRPCAction", "port", 1, PORT),
    ("core.v1.Probe", "initialDelaySeconds", 0, ANY),
    ("core.v1.Probe", "timeoutSeconds", 0, ANY),
    ("core.v1.Probe", "periodSeconds", 0, ANY),
    ("core.v1.Probe", "successThreshold", 0, ANY),
    ("core.v1.Probe", "failureThreshold", 0, ANY),
    ("core.v1.Probe", "terminationGracePeriodSeconds", 1, ANY),
    ("core.v1.SecurityContext", "runAsUser", 0, ID),
    ("core.v1.SecurityContext", "runAsGroup", 0, ID),
    ("core.v1.PodSecurityContext", "runAsUser", 0, ID),
    ("core.v1.PodSecurityContext", "runAsGroup", 0, ID),
    ("core.v1.PodSecurityContext", "fsGroup", 0, ID),
    ("core.v1.PodSpec", "activeDeadlineSeconds", 1, ID),
    ("core.v1.ConfigMapVolumeSource", "defaultMode", 0, MODE),
    ("core.v1.SecretVolumeSource", "defaultMode", 0, MODE),
    ("core.v1.ProjectedVolumeSource", "defaultMode", 0, MODE),
    ("core.v1.DownwardAPIVolumeSource", "defaultMode", 0, MODE),
    ("core.v1.KeyToPath", "mode", 0, MODE),
    ("core.v1.TopologySpreadConstraint", "maxSkew", 1, ANY),
    ("core.v1.PreferredSchedulingTerm", "weight", 1, 100),
    ("core.v1.WeightedPodAffinityTerm", "weight", 1, 100),
    ("core.v1.ClientIPConfig", "timeoutSeconds", 1, 86_400),
    ("core.v1.ReplicationControllerSpec", "replicas", 0, ANY),
    // pkg/apis/apps/validation
    ("apps.v1.DeploymentSpec", "replicas", 0, ANY),
    ("apps.v1.DeploymentSpec", "minReadySeconds", 0, ANY),
    ("apps.v1.DeploymentSpec", "revisionHistoryLimit", 0, ANY),
    ("apps.v1.DeploymentSpec", "progressDeadlineSeconds", 1, ANY),
    ("apps.v1.StatefulSetSpec", "replicas", 0, ANY),
    ("apps.v1.StatefulSetSpec", "minReadySeconds", 0, ANY),
    ("apps.v1.ReplicaSetSpec", "replicas", 0, ANY),
    ("apps.v1.DaemonSetSpec", "minReadySeconds", 0, ANY),
    ("apps.v1.DaemonSetSpec", "revisionHistoryLimit", 0, ANY),
    ("apps.v1.RollingUpdateDeployment", "maxSurge", 0, ANY),
    ("apps.v1.RollingUpdateDeployment", "maxUnavailable", 0, ANY),
    ("apps.v1.RollingUpdateDaemonSet", "maxUnavailable", 0, ANY),
    (
        "apps.v1.RollingUpdateStatefulSetStrategy",
        "partition",
        0,
        ANY,
    ),
    // pkg/apis/policy/validation
    ("policy.v1.PodDisruptionBudgetSpec", "minAvailable", 0, ANY),
    (
        "policy.v1.PodDisruptionBudgetSpec",
        "maxUnavailable",
        0,
        ANY,
    ),
    // pkg/apis/batch/validation
    ("batch.v1.JobSpec", "parallelism", 0, ANY),
    ("batch.v1.JobSpec", "completions", 0, ANY),
    ("batch.v1.JobSpec", "backoffLimit", 0, ANY),
    ("batch.v1.JobSpec", "activeDeadlineSeconds", 0, ANY),
    ("batch.v1.JobSpec", "ttlSecondsAfterFinished", 0, ANY),
    ("batch.v1.CronJobSpec", "startingDeadlineSeconds", 0, ANY),
    ("batch.v1.CronJobSpec", "successfulJobsHistoryLimit", 0, ANY),
    ("batch.v1.CronJobSpec", "failedJobsHistoryLimit", 0, ANY),
    // pkg/apis/autoscaling/validation
    (
        "autoscaling.v1.HorizontalPodAutoscalerSpec",
        "minReplicas",
        1,
        ANY,
    ),
    (
        "autoscaling.v1.HorizontalPodAutoscalerSpec",
        "maxReplicas",
        1,
        ANY,
    ),
    (
        "autoscaling.v1.HorizontalPodAutoscalerSpec",
        "targetCPUUtilizationPercentage",
        1,
        ANY,
    ),
    (
        "autoscaling.v2.HorizontalPodAutoscalerSpec",
        "minReplicas",
        1,
        ANY,
    ),
    (
        "autoscaling.v2.HorizontalPodAutoscalerSpec",
        "maxReplicas",
        1,
        ANY,
    ),
    ("autoscaling.v2.MetricTarget", "averageUtilization", 1, ANY),
    ("autoscaling.v2.HPAScalingPolicy", "value", 1, ANY),
    ("autoscaling.v2.HPAScalingPolicy", "periodSeconds", 1, 1_800),
    (
        "autoscaling.v2.HPAScalingRules",
        "stabilizationWindowSeconds",
        0,
        3_600,
    ),
    // pkg/apis/networking/validation
    ("networking.v1.ServiceBackendPort", "number", 1, PORT),
    ("networking.v1.NetworkPolicyPort", "port", 1, PORT),
    ("networking.v1.NetworkPolicyPort", "endPort", 1, PORT),
    // pkg/apis/admissionregistration/validation
    (
        "admissionregistration.v1.ValidatingWebhook",
        "timeoutSeconds",
        1,
        30,
    ),
    (
        "admissionregistration.v1.MutatingWebhook",
        "timeoutSeconds",
        1,
        30,
    ),
    ("admissionregistration.v1.ServiceReference", "port", 1, PORT),
    // staging/src/k8s.io/kube-aggregator/pkg/apis/apiregistration/validation
    (
        "apiregistration.v1.APIServiceSpec",
        "groupPriorityMinimum",
        1,
        20_000,
    ),
    (
        "apiregistration.v1.APIServiceSpec",
        "versionPriority",
        1,
        1_000,
    ),
    ("apiregistration.v1.ServiceReference", "port", 1, PORT),
    // pkg/apis/coordination/validation
    ("coordination.v1.LeaseSpec", "leaseDurationSeconds", 1, ANY),
    // pkg/apis/scheduling/validation: what is above is Kubernetes' own.
    ("scheduling.v1.PriorityClass", "value", -ANY, 1_000_000_000),
];

/// Ranges by type, for those of few types: asked of every field of every resource.
fn range(of: Struct<'_>, field: &str) -> Option<(i128, i128)> {
    let mut ranges = RANGES.iter();
    let row = ranges.find(|(of_type, name, ..)| *name == field && *of_type == of.name());
    row.map(|(.., least, most)| (*least, *most))
}

impl<'r> Check<'r> {
    /// Tells of a number that is outside of its range.
    pub(super) fn range(&mut self, entry: &'r Entry, of: Struct<'static>) {
        if !matches!(
            entry.value.kind,
            Kind::Int(_) | Kind::Uint(_) | Kind::Float(_)
        ) {
            return;
        }
        let (Some(number), Some((least, most))) =
            (scalars::whole(&entry.value.kind), range(of, &entry.key))
        else {
            return;
        };
        let is_system =
            self.resource.name.starts_with("system-") && of.name() == "scheduling.v1.PriorityClass";
        if (least..=most).contains(&number) || is_system {
            return;
        }
        let bounds = match (least, most) {
            (_, ANY) => format!("at least {least}"),
            (least, most) if least == -ANY => format!("at most {most}"),
            _ if most == MODE => "from 0 to 0777".into(),
            _ => format!("from {least} to {most}"),
        };
        self.path.push(Step::Key(&entry.key));
        let message = format!(
            "{} of {} is {number}, where Kubernetes takes numbers {bounds}",
            self.display_path(None),
            self.resource.title()
        );
        self.path.pop();
        let is_mode = most == MODE && number > MODE;
        let help = is_mode.then_some("write permissions as an octal number: 0644");
        let finding = self.finding(&rules::OUT_OF_RANGE, entry.value.mark, message);
        self.add(finding.suggest_if(help));
    }
}
