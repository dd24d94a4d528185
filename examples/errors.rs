//! Prints errors with their places: a template that fails, values that a schema does not allow.

#![allow(clippy::print_stdout)]

use rhelm::{Chart, Error, Helm, ReleaseOptions, Values};

const TEMPLATE: &str = "\
kind: ConfigMap
name: {{ required \"give a name\" .Values.name }}
";

fn main() -> Result<(), Error> {
    let chart = Chart::from_files([
        ("Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n"),
        ("templates/config.yaml", TEMPLATE),
        (
            "values.schema.json",
            r#"{"properties": {"replicas": {"type": "integer"}}}"#,
        ),
    ])?;
    let options = ReleaseOptions::named("web");
    for values in [Values::new(), Values::new().set("replicas=many")?] {
        match Helm::v4().render(&chart, &values, &options) {
            Ok(_) => println!("rendered"),
            Err(Error::Template {
                text,
                place: Some(place),
            }) => {
                println!("{}, line {}: {text}", place.template, place.line);
            }
            Err(error) => println!("{error}"),
        }
    }
    Ok(())
}
