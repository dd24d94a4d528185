//! A chart that asks the cluster, answered from a text: what `lookup` finds.

#![allow(clippy::print_stdout)]

use rhelm::{Chart, Helm, ReleaseOptions, Values};
use std::error::Error;

const CLUSTER: &str = "\
apiVersion: v1
kind: Secret
metadata: {name: web, namespace: shop}
data: {password: a2VwdA==}
";

const TEMPLATE: &str = "\
{{- $old := lookup \"v1\" \"Secret\" .Release.Namespace \"web\" }}
apiVersion: v1
kind: Secret
metadata: {name: web}
data: {password: {{ $old.data.password }}}
";

fn main() -> Result<(), Box<dyn Error>> {
    let chart = Chart::from_files([
        ("Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n"),
        ("templates/secret.yaml", TEMPLATE),
    ])?;
    let helm = Helm::v4().with_objects("cluster.yaml", CLUSTER.as_bytes())?;
    let options = ReleaseOptions::named("web").namespace("shop").upgrade();
    let release = helm.render(&chart, &Values::new(), &options)?;
    for resource in release.resources() {
        println!(
            "{} keeps {}",
            resource.name(),
            resource.object()["data"]["password"]
        );
    }
    Ok(())
}
