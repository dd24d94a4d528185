//! Errors that name the wrong part of `git:REVISION:PATH`.

use super::repository::*;

#[test]
fn the_wrong_part_is_named() -> Tested {
    let repository = Repository::with_chart("r")?;
    let top = &repository.top;
    let module = Repository::with_chart("module")?;
    git(
        top,
        &[
            "submodule",
            "--quiet",
            "add",
            &module.top.to_string_lossy(),
            "modules/one",
        ],
    )?;
    repository.commit("v3")?;
    repository.write("new/prod.yaml", "size: 1\n")?;
    let chart = top.join("charts/web").to_string_lossy().into_owned();
    for (dir, name, problem) in [
        (
            "",
            "git:nosuch:a.yaml",
            "the repository has no revision nosuch",
        ),
        (
            "",
            "git:mian:a.yaml",
            "the repository has no revision mian; there is main",
        ),
        (
            "",
            "git:^main:a.yaml",
            "the repository has no revision ^main; there is main",
        ),
        (
            "",
            "git:v1..v2:a.yaml",
            "the repository has no revision v1..v2",
        ),
        (
            "",
            "git:--help:a.yaml",
            "\"--help\" is not a valid revision: it begins with a hyphen",
        ),
        (
            "",
            "git::a.yaml",
            "no revision is named: write git:REVISION:a.yaml",
        ),
        ("", "git:v1", "git:v1: is a directory: name a file"),
        (
            "",
            "git:v1:values",
            "git:v1:values is a directory: name a file",
        ),
        (
            "",
            "git:v1:/etc/passwd",
            "/etc/passwd leads out of the repository",
        ),
        ("", "git:v1:../../x", "../../x leads out of the repository"),
        (
            "",
            "git:v1:values/prd.yaml",
            "revision v1 has no values/prd.yaml; there is values/prod.yaml",
        ),
        (
            "",
            "git:v1:value/prod.yaml",
            "revision v1 has no value/prod.yaml; there is values",
        ),
        (
            "",
            "git:v1:values/prod.yaml/x",
            "revision v1 has no values/prod.yaml/x: values/prod.yaml is a file",
        ),
        (
            "values",
            "git:v1:prod.yaml",
            "revision v1 has no prod.yaml; paths begin at the top of the repository: git:v1:./prod.yaml begins here",
        ),
        (
            "",
            "git:v1:new/prod.yaml",
            "revision v1 has no new/prod.yaml; the working tree has it: name that without git:, or a revision in \
             which it is",
        ),
        (
            "",
            "git:main:modules/one/values/prod.yaml",
            "modules/one is a submodule, which is another repository: check the revision out with git worktree add \
             --detach, run git submodule update --init there, and name its files instead",
        ),
    ] {
        let args = ["template", &chart, "-f", name];
        let error = failed(&top.join(dir), &args)?;
        assert_eq!(error, format!("Error: {name}: {problem}\n"));
    }
    // In a submodule, its own revisions.
    let text = stdout_of(
        &top.join("modules/one"),
        &["template", "charts/web", "-f", "git:v1:values/prod.yaml"],
    )?;
    assert!(text.contains("size: \"10\""), "{text}");
    Ok(())
}

#[test]
fn without_a_repository_or_git_that_is_the_error() -> Tested {
    let dir = tempfile::tempdir()?;
    write(dir.path(), "web/Chart.yaml", CHART)?;
    let args = ["template", "web", "-f", "git:main:a.yaml"];
    let mut command = command(dir.path(), env!("CARGO_BIN_EXE_rhelm"));
    command.args(args).env(
        "GIT_CEILING_DIRECTORIES",
        dir.path().parent().ok_or("no parent")?,
    );
    assert_eq!(
        ending(command.output()?).2,
        "Error: git:main:a.yaml: the working directory is in no git repository: change into the one that has the \
         revision\n"
    );
    assert_eq!(
        ending(command.env("PATH", "/nonexistent").output()?).2,
        "Error: git:main:a.yaml: git is not in PATH: install it\n"
    );
    Ok(())
}
