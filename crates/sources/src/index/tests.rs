use super::*;

/// An index as Helm writes it, with the forms that go-yaml has for texts.
const TEXT: &str = r#"apiVersion: v1
entries:
  alpha:
  - annotations:
      artifacthub.io/changes: |
        - kind: changed
          description: more

        - kind: fixed
      category: Tools
    apiVersion: v2
    appVersion: 1.2.3
    created: "2024-01-31T10:20:30.123456789Z"
    dependencies:
    - condition: common.enabled
      name: common
      repository: https://charts.example.com/common
      version: 1.x.x
    - name: other
      repository: oci://registry.example.com/charts
      version: ^2.0.0
    deprecated: true
    description: A chart for testing that has a description so long that it
      goes on in another line
    digest: 0b5d64b9aa5b9a7a8c16f1c0ebd4a2f3d6b0f4e1c2a39485766778899aabbcc0
    home: https://example.com/#home
    keywords:
    - tools
    - "1.0"
    maintainers:
    - email: a@example.com
      name: Älpha Bétã
      url: https://example.com
    name: alpha
    sources:
    - https://example.com/alpha
    type: application
    urls:
    - https://charts.example.com/alpha-1.10.0.tgz
    version: 1.10.0
  - apiVersion: v1
    appVersion: "2.0"
    created: "2023-01-01T00:00:00+02:00"
    description: 'It is said: this is a chart that has a colon, and isn''t short
      at all'
    name: alpha
    urls:
    - alpha-1.2.0.tgz
    version: 1.2.0+b1
  beta:
  - created: "2023-01-01T00:00:00Z"
    description: "tabs \t and\
      \ quotes \" in it"
    kubeVersion: '>=1.20.0-0'
    name: beta
    urls: []
    version: v1
generated: "2024-02-01T00:00:00Z"
"#;

/// What an index says, in short: charts with their versions, or the error; and the notices.
fn said(text: &[u8], wanted: Wanted<'_>, whole: bool) -> String {
    let profile = Profile::default();
    let mut notices = Vec::new();
    let entries = match (whole, text.is_empty()) {
        (true, false) => read_whole(text, wanted),
        _ => {
            let index = Index::parse(text, "SOURCE", wanted, &profile, &mut notices);
            return summary(index, &notices);
        }
    };
    let index = entries.and_then(|(entries, has_version)| {
        let mut index = Index::default();
        for (name, versions) in entries {
            let Versions::Read(versions, is_wanted) = versions else {
                continue;
            };
            let mut versions = sound(&name, versions, "SOURCE", &profile, &mut notices);
            sort(&mut versions);
            versions.retain(|_| is_wanted);
            index.entries.insert(name, versions);
        }
        match has_version {
            true => Ok(index),
            false => Err(Error::File("no API version specified".into())),
        }
    });
    summary(index, &notices)
}

fn summary(index: Result<Index, Error>, notices: &[Notice]) -> String {
    format!("{index:?}\n{notices:?}")
}

#[test]
fn what_programs_write_is_passed_over() {
    let layout = layout::split(TEXT.as_bytes()).map(|layout| layout.charts);
    let charts = layout.unwrap_or_default();
    let names: Vec<&str> = charts.iter().map(|chart| chart.name).collect();
    assert_eq!(names, ["alpha", "beta"]);
    for chart in charts {
        assert!(
            plain::are_versions(chart.versions, chart.indent),
            "{}",
            chart.name
        );
    }
}

/// An index with random changes says the same whether it is read in parts or as a whole.
#[test]
fn parts_say_what_the_whole_says() {
    const PIECES: &[&str] = &[
        "",
        " ",
        "  ",
        "\n",
        ":",
        ": ",
        "- ",
        "-",
        "#",
        " #",
        "'",
        "\"",
        "\\",
        "|",
        ">",
        "[",
        "{",
        "&a ",
        "*a",
        "!",
        "%",
        "@",
        "`",
        "~",
        "null",
        "true",
        "1",
        "1.0",
        "0x1",
        "2024-01-01",
        "\t",
        "\r",
        "\u{85}",
        "\u{2028}",
        "\u{feff}",
        "é",
        "\u{1}",
        "---\n",
        "...\n",
        "\n\n",
        "\nentries:\n",
        "alpha:",
        "name: x",
        "? ",
        "<<: ",
        ",",
        "\n    version: 1.0.0",
        "\n  alpha:",
        "\n  - name: a",
        "\n  ",
        "\n    ",
        "y",
        "urls:\n",
        "/",
        ".",
        "..",
    ];
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    let mut number = |below: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random % below as u64) as usize
    };
    let rounds = std::env::var("RHELM_INDEX_ROUNDS").ok();
    let rounds = rounds
        .and_then(|rounds| rounds.parse().ok())
        .unwrap_or(1500);
    for round in 0..rounds {
        let mut text = TEXT.as_bytes().to_vec();
        for _ in 0..=number(2) {
            let at = number(text.len());
            let removed = number(4).min(text.len() - at);
            let piece = PIECES[number(PIECES.len())];
            match number(4) {
                // A line is moved.
                0 => {
                    let mut lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
                    let (from, to) = (number(lines.len()), number(lines.len()));
                    let line = lines.remove(from);
                    lines.insert(to.min(lines.len()), line);
                    text = lines.join(&b'\n');
                }
                // One is doubled.
                1 => {
                    let mut lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
                    let (from, to) = (number(lines.len()), number(lines.len()));
                    lines.insert(to, lines[from]);
                    text = lines.join(&b'\n');
                }
                _ => drop(text.splice(at..at + removed, piece.bytes())),
            }
        }
        for wanted in [Wanted::Names, Wanted::Charts(&["alpha"]), Wanted::All] {
            let (parts, whole) = (said(&text, wanted, false), said(&text, wanted, true));
            let shown = String::from_utf8_lossy(&text);
            assert_eq!(parts, whole, "round {round}, {wanted:?}:\n{shown}");
        }
    }
}
