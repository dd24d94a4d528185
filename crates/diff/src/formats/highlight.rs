//! Syntax colours for a line of YAML, as HTML.

/// A line of YAML with its parts in spans: `k` keys, `s` texts, `n` numbers and words that are no
/// texts, `c` comments.
pub(super) fn yaml(line: &str) -> String {
    let indent = line.len() - line.trim_start_matches([' ', '-']).len();
    let (indent, rest) = line.split_at(indent);
    let mut html = escape(indent);
    if rest.starts_with('#') {
        span(&mut html, "c", rest);
        return html;
    }
    let colon = rest
        .find(": ")
        .or_else(|| rest.strip_suffix(':').map(str::len));
    match colon.filter(|at| *at > 0) {
        Some(at) => {
            let (key, value) = rest.split_at(at);
            span(&mut html, "k", key);
            html.push(':');
            let value = value.strip_prefix(':').unwrap_or(value);
            let blank = value.len() - value.trim_start().len();
            let (blank, value) = value.split_at(blank);
            html.push_str(blank);
            scalar(&mut html, value);
        }
        None => scalar(&mut html, rest),
    }
    html
}

fn scalar(html: &mut String, text: &str) {
    let is_word = matches!(text, "true" | "false" | "null" | "[]" | "{}");
    match is_word || text.parse::<f64>().is_ok() {
        _ if text.is_empty() => {}
        true => span(html, "n", text),
        false => span(html, "s", text),
    }
}

fn span(html: &mut String, class: &str, text: &str) {
    html.push_str(&format!("<span class={class}>{}</span>", escape(text)));
}

/// A text in HTML, between tags or in a quoted attribute.
pub(super) fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_told_apart() {
        let parts = |line| {
            yaml(line)
                .replace("<span class=", "<")
                .replace("</span>", "</>")
        };
        assert_eq!(parts("  - name: web"), "  - <k>name</>: <s>web</>");
        assert_eq!(parts("replicas: 3"), "<k>replicas</>: <n>3</>");
        assert_eq!(parts("spec:"), "<k>spec</>:");
        assert_eq!(parts("# <b>"), "<c># &lt;b&gt;</>");
        assert_eq!(parts("- http://a:1"), "- <s>http://a:1</>");
    }
}
