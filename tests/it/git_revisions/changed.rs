//! `rhelm validate --changed-since`: which charts count as changed, in repositories of all forms.

use super::repository::{CHART, CONFIG_MAP, Repository, TestResult, Tested, git, rhelm};
use std::fs;
use std::path::Path;

/// Library `base`, `web` which needs it by a path, `shop` which needs `web`, and `lone`; each is checked with a mistake, so that
/// its name is in the report.
fn charts() -> TestResult<Repository> {
    let repository = Repository::with_chart("r")?;
    let chart = |name: &str, more: &str| {
        let text = format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\n{more}");
        repository.write(&format!("charts/{name}/Chart.yaml"), &text)?;
        let mistaken = CONFIG_MAP.replace("name: a", "name: A_");
        repository.write(&format!("charts/{name}/templates/cm.yaml"), &mistaken)
    };
    let on = |name: &str, path: &str| {
        format!("dependencies: [{{name: {name}, version: 1.0.0, repository: 'file://{path}'}}]\n")
    };
    chart("base", "type: library\n")?;
    fs::remove_file(repository.top.join("charts/base/templates/cm.yaml"))?;
    fs::remove_file(repository.top.join("charts/web/templates/a.yaml"))?;
    repository.write(
        "charts/base/templates/_a.tpl",
        "{{ define \"a\" }}a{{ end }}\n",
    )?;
    chart("web", &on("base", "../base"))?;
    chart("shop", &on("web", "../web"))?;
    chart("lone", "")?;
    // What dependencies are vendored as does not matter here.
    for (parent, inner) in [("web", "base"), ("shop", "web")] {
        let path = format!("charts/{parent}/charts/{inner}/Chart.yaml");
        repository.write(&path, &CHART.replace("web", inner))?;
    }
    repository.write("prod.yaml", "{}\n")?;
    repository.commit("start")?;
    Ok(repository)
}

/// The charts that a run names as checked, with its exit status and stderr.
fn checked(dir: &Path, args: &[&str]) -> TestResult<(Vec<String>, i32, String)> {
    let report = ["-o", "junit"];
    let (status, text, stderr) = rhelm(dir, &[&["validate"], args, &report].concat())?;
    let mut names: Vec<String> = Vec::new();
    for name in ["web", "shop", "lone", "base"] {
        let is_there = text.contains(&format!("charts/{name}"));
        names.extend(is_there.then(|| name.to_owned()));
    }
    Ok((names, status, stderr))
}

fn changed(repository: &Repository, more: &[&str]) -> TestResult<Vec<String>> {
    let args = [&["charts", "--changed-since", "start"], more].concat();
    let (names, status, stderr) = checked(&repository.top, &args)?;
    let expected = i32::from(!names.is_empty());
    assert_eq!(status, expected, "{stderr}");
    Ok(names)
}

#[test]
fn a_chart_has_changed_with_its_files_its_values_and_what_it_needs() -> Tested {
    let repository = charts()?;
    assert!(changed(&repository, &[])?.is_empty());
    // A file that is new, then staged, then committed.
    repository.write("charts/lone/templates/new.yaml", "")?;
    assert_eq!(changed(&repository, &[])?, ["lone"]);
    git(&repository.top, &["add", "."])?;
    assert_eq!(changed(&repository, &[])?, ["lone"]);
    repository.commit("lone")?;
    assert_eq!(changed(&repository, &[])?, ["lone"]);
    // What is needed by what is needed.
    repository.write(
        "charts/base/templates/_a.tpl",
        "{{ define \"a\" }}b{{ end }}\n",
    )?;
    assert_eq!(changed(&repository, &[])?, ["web", "shop", "lone"]);
    git(&repository.top, &["checkout", "-q", "charts/base"])?;
    // Values files, where they are given.
    repository.write("prod.yaml", "size: 1\n")?;
    assert_eq!(changed(&repository, &[])?, ["lone"]);
    for flags in [
        ["-f", "prod.yaml"],
        ["--each", "prod.yaml"],
        ["--set-file", "size=prod.yaml"],
    ] {
        assert_eq!(
            changed(&repository, &flags)?,
            ["web", "shop", "lone"],
            "{flags:?}"
        );
    }
    Ok(())
}

#[test]
fn charts_that_are_gone_or_have_moved_do_not_fail() -> Tested {
    let repository = charts()?;
    fs::remove_dir_all(repository.top.join("charts/lone"))?;
    assert!(changed(&repository, &[])?.is_empty());
    let top = &repository.top;
    fs::rename(top.join("charts/shop"), top.join("charts/store"))?;
    let (status, text, _) = rhelm(top, &["validate", "charts", "--changed-since", "start"])?;
    assert!(
        status == 1 && text.contains("charts/store/templates/cm.yaml"),
        "{text}"
    );
    assert!(!text.contains("charts/shop"), "{text}");
    // A dependency that is gone.
    fs::remove_dir_all(top.join("charts/base"))?;
    assert!(changed(&repository, &[])?.contains(&"web".to_owned()));
    Ok(())
}

#[test]
fn what_changed_on_the_other_branch_alone_does_not_count() -> Tested {
    let repository = charts()?;
    let top = &repository.top;
    git(top, &["checkout", "-q", "-b", "other"])?;
    repository.write("charts/lone/values.yaml", "size: 1\n")?;
    repository.commit("ahead")?;
    git(top, &["checkout", "-q", "main"])?;
    repository.write("charts/shop/values.yaml", "size: 1\n")?;
    let (names, ..) = checked(top, &["charts", "--changed-since", "other"])?;
    assert_eq!(names, ["shop"]);
    // From below, with a path that leads up, and the whole of it.
    let below = top.join("charts/web");
    let (names, ..) = checked(&below, &["../../charts", "--changed-since", "ahead"])?;
    assert_eq!(names, ["shop"]);
    let (status, text, _) = rhelm(top, &["validate", ".", "--changed-since", "ahead"])?;
    assert!(
        status == 1 && text.contains("--> charts/shop/templates/cm.yaml"),
        "{text}"
    );
    Ok(())
}

#[test]
fn a_chart_that_cannot_be_loaded_does_not_hide_the_others() -> Tested {
    let repository = charts()?;
    repository.write("charts/lone/values.yaml", "size: 1\n")?;
    repository.write("charts/broken/Chart.yaml", "name: [\n")?;
    repository.write("charts/torn/Chart.yaml", "name: torn\n")?;
    let (names, status, stderr) =
        checked(&repository.top, &["charts", "--changed-since", "start"])?;
    assert_eq!((names, status), (vec!["lone".to_owned()], 2), "{stderr}");
    for name in ["charts/broken: ", "charts/torn: "] {
        assert!(stderr.contains(&format!("Error: {name}")), "{stderr}");
    }
    Ok(())
}

#[test]
fn what_git_cannot_tell_is_an_error_with_its_remedy() -> Tested {
    let repository = charts()?;
    let top = &repository.top;
    repository.write("charts/lone/values.yaml", "size: 1\n")?;
    repository.commit("second")?;
    let error = |dir: &Path, directory: &str, revision: &str| -> TestResult<String> {
        let (_, status, stderr) = checked(dir, &[directory, "--changed-since", revision])?;
        assert_eq!(status, 2, "{stderr}");
        Ok(stderr)
    };
    let text = error(top, "charts", "secnod")?;
    assert!(
        text.contains("has no revision secnod; there is second"),
        "{text}"
    );
    assert!(error(top, "charts", "--all")?.contains("begins with a hyphen"));
    assert!(error(top, "nowhere", "start")?.contains("nowhere is not a directory"));
    assert!(error(top, "/", "start")?.contains("/ is not in the git repository"));
    let outside = tempfile::tempdir()?;
    fs::create_dir(outside.path().join("charts"))?;
    let text = error(outside.path(), "charts", "start")?;
    assert!(text.contains("in no git repository"), "{text}");

    let shallow = outside.path().join("shallow");
    let (from, to) = (
        format!("file://{}", top.display()),
        shallow.display().to_string(),
    );
    git(top, &["clone", "-q", "--depth=1", &from, &to])?;
    let text = error(&shallow, "charts", "start")?;
    assert!(
        text.contains("shallow clone") && text.contains("fetch-depth: 0"),
        "{text}"
    );
    git(
        &shallow,
        &["fetch", "-q", "--depth=1", "origin", "tag", "start"],
    )?;
    let text = error(&shallow, "charts", "start")?;
    assert!(
        text.contains("no commit in common: it is a shallow clone"),
        "{text}"
    );

    let mut command = super::repository::command(top, env!("CARGO_BIN_EXE_rhelm"));
    let command = command.args(["validate", "charts", "--changed-since", "start"]);
    let output = command.env("PATH", outside.path()).output()?;
    let text = super::repository::text(output.stderr);
    assert!(text.contains("git is not in PATH"), "{text}");
    Ok(())
}
