//! Without threads a render has its caller's stack: what `rhelm` says is enough is enough, for input of any depth.

use playground::{Files, Session};
use rhelm::background::CALLER_STACK;
use std::thread;

const DEPTHS: [usize; 4] = [100, 1_000, 9_900, 100_000];

fn nested(open: &str, inner: &str, close: &str, depth: usize) -> String {
    format!("{}{inner}{}", open.repeat(depth), close.repeat(depth))
}

/// Renders and checks a chart of one template with these values; whatever comes of it.
fn render(template: &str, values: &str) {
    let mut files = Files::new();
    let chart = "apiVersion: v2\nname: web\nversion: 1.0.0\n";
    files.add("Chart.yaml".into(), chart.into());
    files.add("templates/a.yaml".into(), template.into());
    let Ok(session) = Session::of_files(files) else {
        return;
    };
    let values = serde_json::to_string(values).unwrap_or_default();
    let question = format!("{{\"values\": [{{\"file\": [\"v.yaml\", {values}]}}]}}");
    assert!(!session.render(&question).is_empty());
    assert!(!session.validate(&question).is_empty());
}

#[test]
fn what_is_deep_is_a_result_or_an_error() {
    let work = || {
        for depth in DEPTHS {
            let maps = nested("{a: ", "1", "}", depth);
            render("a: {{ deepCopy .Values | toYaml | quote }}", &maps);
            render("a: {{ toPrettyJson .Values | fromJson | len }}", &maps);
            render(
                "a: {{ mergeOverwrite (dict) .Values | toJson | quote }}",
                &maps,
            );
            render(&maps, "");
            render(&nested("{{ if true }}", "a: 1", "{{ end }}", depth), "");
            render(
                &format!("a: {{{{ {} }}}}", nested("(print ", "1", ")", depth)),
                "",
            );
            let built = format!(
                "{{{{ $d := dict }}}}{{{{ range until {depth} }}}}{{{{ $d = dict \"a\" $d }}}}{{{{ end }}}}"
            );
            render(&format!("{built}a: {{{{ toYaml $d | quote }}}}"), "");
        }
        render(
            "{{ define \"x\" }}{{ template \"x\" . }}{{ end }}{{ template \"x\" . }}",
            "",
        );
        render(
            "{{ define \"x\" }}{{ include \"x\" . }}{{ end }}{{ include \"x\" . }}",
            "",
        );
        render("a: {{ tpl .Values.t . }}", "t: '{{ tpl .Values.t . }}'");
    };
    let thread = thread::Builder::new().stack_size(CALLER_STACK).spawn(work);
    assert!(thread.is_ok_and(|thread| thread.join().is_ok()));
}
