//! Whole stdout and stderr of rhelm's own commands, and what they write (`tests/cmd`).

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::http_server::{Server, answer};

type Tested = Result<(), Box<dyn std::error::Error>>;

#[test]
fn whole_output() {
    // No kubeconfig of this machine has a say.
    let tests = trycmd::TestCases::new();
    tests
        .env("HOME", "/nonexistent")
        .env("KUBECONFIG", "")
        .case("tests/cmd/*.trycmd");
}

fn rhelm(dir: &Path, args: &[&str]) -> Result<(bool, String), Box<dyn std::error::Error>> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rhelm"));
    let output = command.current_dir(dir).args(args).output()?;
    let text = String::from_utf8([output.stdout, output.stderr].concat())?;
    Ok((output.status.success(), text))
}

#[test]
fn a_chart_is_exported_whole_and_nothing_is_overwritten_unasked() -> Tested {
    let dir = tempfile::tempdir()?;
    let export = ["charts", "export", "istio-reader", "new/chart"];
    let exported = rhelm(dir.path(), &export)?;
    assert_eq!(exported, (true, "wrote new/chart\n".into()));

    let own = dir.path().join("new/chart/own.txt");
    fs::write(&own, "mine")?;
    let (exported, text) = rhelm(dir.path(), &export)?;
    assert!(!exported && own.exists());
    assert_eq!(
        text,
        "Error: new/chart exists already; --force replaces it\n"
    );

    assert!(rhelm(dir.path(), &[&export[..], &["--force"]].concat())?.0);
    assert!(!own.exists());
    assert_eq!(fs::read_dir(dir.path().join("new"))?.count(), 1);

    let of_directory = rhelm(dir.path(), &["template", "new/chart"])?;
    assert!(of_directory.0);
    assert_eq!(
        of_directory,
        rhelm(dir.path(), &["template", "istio-reader"])?
    );
    Ok(())
}

/// Passwords of files and flags, also below a misspelt key and in a file that is no YAML.
#[test]
fn no_form_of_a_report_shows_secrets() -> Tested {
    let dir = tempfile::tempdir()?;
    let chart = dir.path().join("chart");
    fs::create_dir_all(chart.join("templates"))?;
    fs::write(
        chart.join("Chart.yaml"),
        "apiVersion: v2\nname: chart\nversion: 1.0.0\n",
    )?;
    fs::write(
        chart.join("values.yaml"),
        "db: {password: \"\", port: 1}\nenv: []\n",
    )?;
    fs::write(
        chart.join("values.schema.json"),
        "{\"properties\": {\"db\": {\"properties\": {\"password\": {\"maxLength\": 4, \"pattern\": \"^a\"}}}}}",
    )?;
    fs::write(
        chart.join("templates/a.yaml"),
        "{{ if .Values.env }}{{ fail (printf \"not good: %s\" .Values.db.password) }}{{ end }}",
    )?;
    let good = "db:\n  password: hunter-one\n  pasword: hunter-two\n  \
                token: hunter-three\nenv:\n- name: DB_PASSWORD\n  value: hunter-four\nenf: 1\n";
    fs::write(dir.path().join("good.yaml"), good)?;
    let broken = "db:\n  apiKey: \"hunter-one\n  password: *hunter-two\n";
    fs::write(dir.path().join("broken.yaml"), broken)?;
    let alias = "db:\n  password: *hunter-two\n";
    fs::write(dir.path().join("alias.yaml"), alias)?;
    let more = [
        (
            "anchor.yaml",
            "db:\n  password: &a hunter-two\nx: [*b, y]\n",
        ),
        (
            "elsewhere.yaml",
            "<<: hunter-two\ndb:\n  password: hunter-two\n",
        ),
        (
            "lines.yaml",
            "db:\n  password: |\n   hunter-two\n    hunter-two\nhunter-two\n",
        ),
        (
            "keys.yaml",
            "password:\n  hunter-two\n  hunter-two: x\n   y\n",
        ),
        ("url.yaml", "db:\n  url: pg://me:hunter@db/x\n port: 1\n"),
    ];
    for (name, text) in more {
        fs::write(dir.path().join(name), text)?;
    }
    let files = more.iter().map(|(name, _)| *name);
    for file in ["good.yaml", "broken.yaml", "alias.yaml"]
        .into_iter()
        .chain(files)
    {
        for form in ["text", "json"] {
            let args = ["explain", "chart", "-f", file, "-o", form];
            for question in [&["db"][..], &["db.password"], &["env"], &["--grep", ":"]] {
                let (_, text) = rhelm(dir.path(), &[&args[..], question].concat())?;
                assert!(
                    !text.contains("hunter"),
                    "{file}, {form}, {question:?}: {text}"
                );
            }
        }
        for form in ["text", "json", "sarif", "junit", "github"] {
            let args = [
                "validate",
                "chart",
                "-f",
                file,
                "--set",
                "db.passwrd=hunter-five",
            ];
            let (passed, text) = rhelm(dir.path(), &[&args[..], &["-o", form]].concat())?;
            assert!(!passed && text.contains("error"), "{text}");
            assert!(!text.contains("hunter"), "{file}, {form}: {text}");
        }
    }
    let template = [
        "template",
        "chart",
        "--redact-secrets",
        "--skip-schema-validation",
    ];
    fs::write(
        chart.join("templates/a.yaml"),
        "kind: ConfigMap\napiVersion: v1\nmetadata: {name: a}\ndata: {DB_PASSWORD: hunter, b: c, url: \"pg://me:hunter@db\"}\n\
         ---\nkind: Pod\napiVersion: v1\nmetadata: {name: a}\nspec:\n  containers:\n  - name: a\n    \
         env:\n    - {name: A_TOKEN, value: hunter}\n",
    )?;
    let (passed, text) = rhelm(dir.path(), &template)?;
    assert!(
        passed && text.contains("b: c") && !text.contains("hunter"),
        "{text}"
    );
    assert_eq!(text.matches("REDACTED # (6 bytes)").count(), 2);
    assert_eq!(text.matches("REDACTED # (17 bytes)").count(), 1);
    Ok(())
}

#[test]
fn every_command_has_a_man_page_and_examples() -> Tested {
    let dir = tempfile::tempdir()?;
    let (status, text) = rhelm(dir.path(), &["man", "pages"])?;
    assert!(status);
    for line in text.lines() {
        let file = line.strip_prefix("wrote ").ok_or("another line")?;
        let page = fs::read_to_string(dir.path().join(file))?;
        assert!(page.contains("Examples:"), "{file} has no examples");
    }
    Ok(())
}

/// A chart in an archive: what messages say of its directory names one that Helm would have made.
#[test]
fn an_archive_is_linted_in_a_directory_that_is_not_there() -> Tested {
    let archives = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/lint-archives");
    let (passed, text) = rhelm(&archives, &["lint", "missing-dependency.tgz"])?;
    let (start, rest) = text.split_once("helm-lint").ok_or("no directory")?;
    assert!(passed && start.ends_with(&format!("[WARNING] {}/", temporary())));
    assert!(rest.contains("/a: chart directory is missing these dependencies: gone\n"));
    assert!(!Path::new(&temporary()).join("helm-lint0").exists());
    Ok(())
}

fn temporary() -> String {
    std::env::temp_dir().to_string_lossy().into_owned()
}

/// The scripts ask the program, in the protocol of Helm's.
#[test]
fn completions_name_the_commands() -> Tested {
    for (shell, asks) in [
        ("bash", "__completeNoDesc"),
        ("zsh", "__complete"),
        ("fish", "__complete"),
        ("powershell", "template"),
    ] {
        let (is_ok, script) = rhelm(Path::new("."), &["completion", shell])?;
        assert!(is_ok && script.contains(asks), "{shell}");
        assert!(!script.contains("{program}"), "{shell}");
    }
    let lint = "lint\tExamine charts for problems\n:36\n";
    assert_eq!(
        rhelm(Path::new("."), &["__complete", "lin"])?,
        (true, lint.into())
    );
    assert_eq!(
        rhelm(Path::new("."), &["__completeNoDesc", "lin"])?,
        (true, "lint\n:36\n".into())
    );
    assert_eq!(
        rhelm(Path::new("."), &["__complete"])?,
        (true, ":4\n".into())
    );
    Ok(())
}

#[test]
fn hints_follow_a_failure_unless_they_are_not_wanted() -> Tested {
    let stderr = |variable: &str, args: &[&str]| -> Result<String, Box<dyn std::error::Error>> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rhelm"));
        let command = command.env("RHELM_NO_HINTS", variable).args(args);
        Ok(String::from_utf8(command.output()?.stderr)?)
    };
    let refused = stderr("1", &["template", "nosuch"])?;
    assert!(refused.starts_with("Error: ") && refused.lines().count() == 1);
    for (variable, flag) in [("", "--no-hints=false"), ("1", "--no-hints=false")] {
        let advised = stderr(variable, &["template", "nosuch", flag])?;
        let hints = advised.strip_prefix(&refused).ok_or("another error")?;
        assert!(!hints.is_empty() && hints.lines().all(|line| line.starts_with("hint: ")));
    }
    assert_ne!(stderr("0", &["template", "nosuch"])?, refused);
    assert_eq!(stderr("", &["template", "nosuch", "--no-hints"])?, refused);
    Ok(())
}

/// A chart of one manifest and one hook.
fn small_chart(dir: &Path) -> Tested {
    let templates = dir.join("chart/templates");
    fs::create_dir_all(&templates)?;
    fs::write(
        dir.join("chart/Chart.yaml"),
        "apiVersion: v2\nname: chart\nversion: 0.1.0\n",
    )?;
    fs::write(templates.join("a.yaml"), "kind: A\n")?;
    let hook = "kind: B\nmetadata: {annotations: {helm.sh/hook: test}}\n";
    fs::write(templates.join("b.yaml"), hook)?;
    Ok(())
}

#[cfg(unix)]
#[test]
fn no_link_leads_out_of_the_output_directory() -> Tested {
    use std::os::unix::fs::symlink;
    for name in ["a.yaml", "b.yaml"] {
        let dir = tempfile::tempdir()?;
        small_chart(dir.path())?;
        let outside = dir.path().join("outside");
        fs::create_dir(&outside)?;
        fs::write(outside.join(name), "mine\n")?;
        let inside = dir.path().join("out/chart/templates");
        fs::create_dir_all(&inside)?;
        symlink(outside.join(name), inside.join(name))?;
        let render = ["template", "chart", "--output-dir", "out"];
        let expected = format!(
            "Error: cannot write out/chart/templates/{name}: out/chart/templates/{name} is a link \
             that leads out of out\n"
        );
        assert_eq!(rhelm(dir.path(), &render)?, (false, expected));
        assert_eq!(fs::read_dir(&inside)?.count(), 1);
        assert_eq!(fs::read_to_string(outside.join(name))?, "mine\n");
    }
    let dir = tempfile::tempdir()?;
    small_chart(dir.path())?;
    fs::create_dir(dir.path().join("outside"))?;
    fs::create_dir(dir.path().join("out"))?;
    symlink(dir.path().join("outside"), dir.path().join("out/chart"))?;
    let (status, _) = rhelm(dir.path(), &["template", "chart", "--output-dir", "out"])?;
    assert!(!status);
    assert_eq!(fs::read_dir(dir.path().join("outside"))?.count(), 0);
    Ok(())
}

#[test]
fn an_output_directory_is_written_whole_or_not_at_all() -> Tested {
    let dir = tempfile::tempdir()?;
    small_chart(dir.path())?;
    fs::create_dir_all(dir.path().join("out/chart/templates/b.yaml"))?;
    let render = ["template", "chart", "--output-dir", "out"];
    let (status, text) = rhelm(dir.path(), &render)?;
    assert!(!status && text.contains("b.yaml: is a directory"), "{text}");
    assert_eq!(
        fs::read_dir(dir.path().join("out/chart/templates"))?.count(),
        1
    );

    fs::write(dir.path().join("blocked"), "")?;
    let render = ["template", "chart", "--output-dir", "blocked/new"];
    assert!(!rhelm(dir.path(), &render)?.0);

    fs::write(
        dir.path().join("chart/templates/c.yaml"),
        "{{ fail \"no\" }}",
    )?;
    let render = ["template", "chart", "--output-dir", "new/out"];
    assert!(!rhelm(dir.path(), &render)?.0);
    assert!(!dir.path().join("new").exists());
    Ok(())
}

/// Helm leaves a lock file alone that says what it would write: so does rhelm, with the same digest.
#[test]
fn dependencies_are_locked_as_helm_locks_them() -> Tested {
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/dependency-update");
    let dir = tempfile::tempdir()?;
    for chart in ["chart", "locked", "one", "two"] {
        recorded::directory::copy(&case.join(chart), &dir.path().join(chart))?;
    }
    let lock = dir.path().join("locked/Chart.lock");
    let of_helm = fs::read_to_string(&lock)?;
    let (updated, _) = rhelm(dir.path(), &["template", "locked", "--dependency-update"])?;
    assert!(updated);
    assert_eq!(fs::read_to_string(&lock)?, of_helm);

    let (updated, _) = rhelm(dir.path(), &["template", "chart", "--dependency-update"])?;
    assert!(updated);
    let own = fs::read_to_string(dir.path().join("chart/Chart.lock"))?;
    let steady = |lock: &str| -> Vec<String> {
        let lines = lock.lines().filter(|line| !line.starts_with("generated:"));
        lines.map(str::to_owned).collect()
    };
    assert_eq!(steady(&own), steady(&of_helm));
    let mut archives: Vec<_> = fs::read_dir(dir.path().join("chart/charts"))?
        .map(|entry| entry.map(|entry| entry.file_name()))
        .collect::<Result<_, _>>()?;
    archives.sort();
    assert_eq!(archives, ["one-1.2.3.tgz", "two-0.1.0-rc.1.tgz"]);
    Ok(())
}

/// `.rhelm.yaml` holds for all directories of its repository, and a wrong one is an error.
#[test]
fn a_repository_chooses_the_rules_of_validate() -> Tested {
    let dir = tempfile::tempdir()?;
    let inside = dir.path().join("deploy/prod");
    fs::create_dir_all(&inside)?;
    fs::create_dir(dir.path().join(".git"))?;
    fs::write(inside.join("values.yaml"), "imgae: x\n")?;
    small_chart(dir.path())?;
    let validate = ["validate", "../../chart", "-f", "values.yaml"];
    let (clean, text) = rhelm(&inside, &validate)?;
    assert!(!clean && text.contains("unknown-value"), "{text}");

    let config = dir.path().join(".rhelm.yaml");
    fs::write(
        &config,
        "validate:\n  ignore: [unknown-value, missing-field]\n",
    )?;
    let (clean, text) = rhelm(&inside, &validate)?;
    assert_eq!((clean, text.as_str()), (true, "nothing found\n"));

    fs::write(&config, "validate:\n  ignore: [unknown]\n")?;
    let (_, text) = rhelm(&inside, &validate)?;
    assert!(text.contains(".rhelm.yaml:2: validate.ignore"), "{text}");
    Ok(())
}

/// References to the network are fetched by Helm's commands, and by rhelm's own only when it is asked for.
#[test]
fn remote_references_are_fetched_when_asked() -> Tested {
    let server = Server::start("127.0.0.1", |request, _| match &*request.path {
        "/image.json" => answer("200 OK", "", b"{\"minLength\": 9}").into(),
        _ => answer("404 Not Found", "", b"no").into(),
    })?;
    let dir = tempfile::tempdir()?;
    let from = Path::new("tests/cmd/validate-input.in/remote");
    let chart = dir.path().join("remote");
    fs::create_dir_all(chart.join("templates"))?;
    for file in ["Chart.yaml", "values.yaml", "values.schema.json"] {
        let text = fs::read_to_string(from.join(file))?;
        let address = format!("http://{}/", server.host);
        fs::write(
            chart.join(file),
            text.replace("https://schemas.invalid/", &address),
        )?;
    }
    let run = |arguments: &[&str]| -> Result<String, Box<dyn std::error::Error>> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rhelm"));
        let output = command.args(arguments).arg(&chart).output()?;
        Ok(String::from_utf8([output.stdout, output.stderr].concat())?)
    };
    let unasked = run(&["validate"])?;
    assert!(unasked.contains("warning[remote-reference]"), "{unasked}");
    assert!(server.heard().is_empty());

    let fetched = run(&["validate", "--allow-remote-refs"])?;
    assert!(fetched.contains("minLength: got 5, want 9"), "{fetched}");
    assert!(!fetched.contains("remote-reference"), "{fetched}");
    // Helm fetches by itself.
    for command in [&["template", "demo"][..], &["lint"]] {
        let text = run(command)?;
        assert!(text.contains("minLength: got 5, want 9"), "{text}");
    }
    let schema = chart.join("values.schema.json");
    let text = fs::read_to_string(&schema)?;
    fs::write(&schema, text.replace("image.json", "none.json"))?;
    let missing = run(&["template", "demo"])?;
    let address = format!("http://{}/none.json", server.host);
    let reason = format!("HTTP request to {address} returned status 404 (Not Found)");
    assert!(missing.contains(&reason), "{missing}");
    Ok(())
}

/// The file says of each line of the output where it comes from, and is not there where it cannot be whole.
#[test]
fn a_source_map_tells_of_each_line() -> Tested {
    let dir = tempfile::tempdir()?;
    let chart = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cmd/trace.in/web");
    let chart = chart.display().to_string();
    let render = ["template", "web", &chart, "-s", "templates/deployment.yaml"];
    let (rendered, text) = rhelm(
        dir.path(),
        &[&render[..], &["--source-map", "m.json"]].concat(),
    )?;
    assert_eq!((rendered, &text), (true, &rhelm(dir.path(), &render)?.1));

    let map: serde_json::Value = serde_json::from_slice(&fs::read(dir.path().join("m.json"))?)?;
    assert_eq!(map["version"], 1);
    let line = text.lines().position(|line| line == "    team: web");
    let lines = map["lines"].as_array().ok_or("no lines")?;
    let rows = lines
        .iter()
        .find(|row| row["output"].as_u64() == line.map(|n| n as u64 + 1));
    let row = rows.ok_or("no such line")?;
    let index = |value: &serde_json::Value| value.as_u64().unwrap_or(99) as usize;
    assert_eq!(
        map["files"][index(&row["file"])],
        "web/templates/_helpers.tpl"
    );
    assert_eq!(row["line"], 4);
    assert_eq!(map["values"][index(&row["values"][0])]["path"], "labels");
    let call = &map["calls"][index(&row["call"])];
    assert_eq!(
        (&call["template"], &call["line"]),
        (&"web.labels".into(), &15.into())
    );
    let caller = &map["calls"][index(&call["caller"])];
    assert_eq!(
        map["files"][index(&caller["file"])],
        "web/templates/deployment.yaml"
    );

    fs::create_dir(dir.path().join("d"))?;
    let (rendered, text) = rhelm(dir.path(), &[&render[..], &["--source-map", "d"]].concat())?;
    assert_eq!(
        (rendered, &*text),
        (false, "Error: --source-map: read d: is a directory\n")
    );
    Ok(())
}

/// The command lines of docs/use.md, up to where a shell takes over: `$PILOT_POD_IP` is what the
/// variable may hold, and a line that ends in `\` goes on.
fn shown_commands(page: &str) -> Vec<String> {
    let mut commands = Vec::new();
    for (index, block) in page.split("```").enumerate() {
        let text = block
            .replace("\\\n", " ")
            .replace("$PILOT_POD_IP", "10.1.2.3");
        let lines = text.lines().filter(|_| index % 2 == 1);
        let texts = lines.filter_map(|line| {
            let line = line.replace("cargo run --release -- ", "rhelm ");
            let words: Vec<&str> = line.split_whitespace().collect();
            let end = words.iter().position(|word| ["|", ">"].contains(word));
            let command = words.get(..end.unwrap_or(words.len()))?.join(" ");
            command.starts_with("rhelm ").then_some(command)
        });
        commands.extend(texts);
    }
    commands
}

#[test]
fn examples_of_all_commands_are_under_test() -> Tested {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/use.md"))?;
    let tested = fs::read_to_string(root.join("tests/cmd/readme.trycmd"))?;
    let commands = shown_commands(&page);
    assert!(commands.len() > 10, "{commands:?}");
    // What reads stdin or a repository's history, writes files or renders many has tests of its own.
    let elsewhere = |command: &&String| {
        let parts = [
            " - ",
            "git:",
            " export ",
            "multicluster",
            "--source-map",
            "--each-",
        ];
        parts.iter().any(|part| command.contains(part))
    };
    let usage = |command: &&String| command.contains("[NAME]");
    let mut missing = commands;
    missing.retain(|command| !elsewhere(&command) && !usage(&command));
    missing.retain(|command| !tested.contains(&format!("$ {command}\n")));
    assert_eq!(missing, Vec::<String>::new());
    Ok(())
}
