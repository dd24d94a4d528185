//! `git:REVISION:PATH` as a side of `rhelm diff` and as a values file, in repositories of all forms.

#![cfg(unix)]

mod changed;
mod clones;
mod dependencies;
mod errors;
mod repository;
mod safety;
mod upgrade;

use repository::{CONFIG_MAP, Repository, Tested, change, diff, failed, git, rhelm, stdout_of};
use std::os::unix::fs::symlink;

#[test]
fn values_of_a_revision_are_values_of_every_command() -> Tested {
    let repository = Repository::with_chart("r")?;
    let top = &repository.top;
    let old = "git:v1:values/prod.yaml";
    for args in [
        &["template", "charts/web", "-f", old][..],
        &["template", "charts/web", "--values", old],
        &[
            "template",
            "charts/web",
            "-f",
            "git:HEAD~1:values/prod.yaml",
        ],
        &[
            "template",
            "charts/web",
            "-f",
            "git:HEAD@{0}~1:values/prod.yaml",
        ],
        &[
            "template",
            "charts/web",
            "-f",
            "git:main^{/v1}:values/prod.yaml",
        ],
        &[
            "eval",
            "charts/web",
            "size: \"{{ .Values.size }}\"",
            "-f",
            old,
        ],
    ] {
        let text = stdout_of(top, args)?;
        assert!(text.contains("size: \"10\""), "{args:?}: {text}");
    }
    assert_eq!(
        diff(
            top,
            &[
                "charts/web",
                "--old-values",
                old,
                "--new-values",
                "values/prod.yaml"
            ]
        )?,
        change("10", "20")
    );
    let sides = ["git:v1:charts/web", "charts/web", "-f", old];
    assert_eq!(diff(top, &sides)?, "");
    // The same file, whatever the working directory.
    let below = top.join("charts");
    for name in [old, "git:v1:../values/prod.yaml"] {
        let text = stdout_of(&below, &["template", "web", "-f", name])?;
        assert!(text.contains("size: \"10\""), "{name}: {text}");
    }
    let text = stdout_of(top, &["explain", "charts/web", "size", "-f", old])?;
    assert!(text.contains("git:v1:values/prod.yaml:1"), "{text}");

    repository.write("values/prod.yaml", "sice: 1\n")?;
    repository.commit("v3")?;
    let bad = "git:v3:values/prod.yaml";
    let (status, text, _) = rhelm(top, &["validate", "charts/web", "-f", bad])?;
    assert!(
        status == 1 && text.contains("git:v3:values/prod.yaml:1"),
        "{text}"
    );
    repository.write(
        "charts/web/values.schema.json",
        r#"{"properties": {"size": {"type": "integer"}}}"#,
    )?;
    repository.write("values/prod.yaml", "size: ten\n")?;
    repository.commit("v4")?;
    let (status, text, _) = rhelm(
        top,
        &["lint", "charts/web", "-f", "git:v4:values/prod.yaml"],
    )?;
    assert!(status == 1 && text.contains("size"), "{text}");
    let file = format!("size={bad}");
    let text = stdout_of(
        top,
        &[
            "template",
            "charts/web",
            "--skip-schema-validation",
            "--set-file",
            &file,
        ],
    )?;
    assert!(text.contains("size: \"sice: 1"), "{text}");
    Ok(())
}

#[test]
fn what_is_on_disk_wins() -> Tested {
    let repository = Repository::with_chart("r")?;
    repository.write("git:v1:values/prod.yaml", "size: 30\n")?;
    let args = ["template", "charts/web", "-f", "git:v1:values/prod.yaml"];
    assert!(stdout_of(&repository.top, &args)?.contains("size: \"30\""));
    Ok(())
}

#[test]
fn paths_may_have_spaces_and_colons() -> Tested {
    let repository = Repository::with_chart("my charts: all")?;
    repository.write("my values/a: b.yaml", "size: 5\n")?;
    repository.commit("v 3:x".replace([' ', ':'], "-").as_str())?;
    let top = &repository.top;
    let args = [
        "template",
        "charts/web",
        "-f",
        "git:main:my values/a: b.yaml",
    ];
    assert!(stdout_of(top, &args)?.contains("size: \"5\""));
    assert_eq!(
        diff(top, &["git:v1:charts/web", "charts/web"])?,
        change("1", "2")
    );
    Ok(())
}

#[test]
fn a_bare_repository_and_its_worktrees_are_repositories() -> Tested {
    let repository = Repository::with_chart("r")?;
    let bare = repository.beside("bare.git");
    git(
        &repository.top,
        &["clone", "-q", "--bare", ".", &bare.to_string_lossy()],
    )?;
    assert_eq!(
        diff(&bare, &["git:v1:charts/web", "git:main:charts/web"])?,
        change("1", "2")
    );
    let error = failed(&bare, &["diff", "git:v1:hooks", "git:v1:charts/web"])?;
    assert_eq!(
        error,
        "Error: old side (git:v1:hooks): revision v1 has no hooks\n"
    );
    let worktree = repository.beside("tree");
    git(
        &bare,
        &["worktree", "add", "-q", &worktree.to_string_lossy(), "main"],
    )?;
    assert_eq!(
        diff(&worktree, &["git:v1:./charts/web", "charts/web"])?,
        change("1", "2")
    );
    Ok(())
}

#[test]
fn links_lead_through_the_revision() -> Tested {
    let repository = Repository::with_chart("r")?;
    let top = &repository.top;
    let web = top.join("charts/web");
    symlink("../../values", web.join("shared"))?;
    symlink("../prod.yaml", top.join("values/up.yaml"))?;
    symlink("values/prod.yaml", top.join("prod.yaml"))?;
    symlink("charts", top.join("current"))?;
    symlink("nosuch", top.join("dangling.yaml"))?;
    symlink("self.yaml", top.join("self.yaml"))?;
    symlink("/etc/hostname", top.join("outside.yaml"))?;
    repository.write(
        "charts/web/templates/a.yaml",
        &CONFIG_MAP.replace(
            "{{ .Values.size }}",
            "{{ .Files.Get \"shared/up.yaml\" | trim }}",
        ),
    )?;
    repository.commit("v3")?;
    repository.write("values/prod.yaml", "size: 30\n")?;

    // The link in a linked directory leads to the file at the top, and that into the directory again.
    let quoted = change("size: 20", "size: 30").replace('"', "'");
    let both = ["git:v3:charts/web", "charts/web"];
    assert_eq!(diff(top, &both)?, quoted);
    let both = ["git:v3:current/web", "current/web"];
    assert_eq!(diff(top, &both)?, quoted);
    for name in ["git:v3:prod.yaml", "git:v3:values/up.yaml"] {
        stdout_of(top, &["template", "charts/web", "-f", name])?;
    }
    for (name, problem) in [
        (
            "dangling.yaml",
            "dangling.yaml is a link that leads nowhere in revision v3",
        ),
        (
            "self.yaml",
            "self.yaml is a link that leads nowhere in revision v3",
        ),
        (
            "outside.yaml",
            "outside.yaml is a link that leads out of the revision",
        ),
    ] {
        let name = format!("git:v3:{name}");
        assert_eq!(
            failed(top, &["template", "charts/web", "-f", &name])?,
            format!("Error: {name}: {problem}\n")
        );
    }
    symlink(".", web.join("one"))?;
    symlink(".", web.join("two"))?;
    repository.commit("v4")?;
    let error = failed(top, &["diff", "git:v4:charts/web", "git:v1:charts/web"])?;
    assert!(
        error.contains("links to directories") || error.contains("leads nowhere"),
        "{error}"
    );
    Ok(())
}
