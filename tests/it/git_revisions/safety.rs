//! Repositories that are hostile.

use super::repository::*;
use crate::process;
use std::fs;

#[test]
fn nothing_of_a_repository_is_run() -> Tested {
    let repository = Repository::with_chart("r")?;
    let top = &repository.top;
    repository.write(".gitattributes", "* filter=evil diff=evil\n")?;
    repository.commit("v3")?;
    let mark = repository.beside("mark");
    let program = repository.beside("program");
    process::write_program(
        &program,
        &format!("#!/bin/sh\ntouch '{}'\n", mark.display()),
    )?;
    let program = program.to_string_lossy();
    for (key, value) in [
        ("core.fsmonitor", &*program),
        ("core.pager", &program),
        ("pager.cat-file", &program),
        ("pager.rev-parse", &program),
        ("pager.ls-tree", &program),
        ("core.sshCommand", &program),
        ("core.gitProxy", &program),
        ("core.alternateRefsCommand", &program),
        ("core.editor", &program),
        ("core.askPass", &program),
        ("credential.helper", &program),
        ("filter.evil.smudge", &program),
        ("filter.evil.clean", &program),
        ("diff.evil.textconv", &program),
        ("diff.evil.command", &program),
        ("alias.cat-file", &format!("!{program}")),
        ("alias.rev-parse", &format!("!{program}")),
        ("remote.origin.url", "ssh://example.com/x"),
        ("remote.origin.uploadpack", &program),
        ("remote.origin.promisor", "true"),
        ("extensions.partialClone", "origin"),
        ("core.repositoryFormatVersion", "1"),
    ] {
        git(top, &["config", key, value])?;
    }
    let hooks = top.join(".git/hooks");
    fs::create_dir_all(&hooks)?;
    for name in [
        "post-checkout",
        "pre-auto-gc",
        "reference-transaction",
        "post-index-change",
        "fsmonitor-watchman",
    ] {
        fs::copy(&*program, hooks.join(name))?;
    }
    // Git's own look at the status shows that the program runs if it is asked for.
    git(top, &["status", "--porcelain"])?;
    assert!(mark.exists());
    fs::remove_file(&mark)?;

    assert_eq!(
        diff(top, &["git:v1:charts/web", "git:main:charts/web"])?,
        change("1", "2")
    );
    failed(
        top,
        &[
            "template",
            "charts/web",
            "-f",
            "git:nosuch:values/prod.yaml",
        ],
    )?;
    failed(
        top,
        &["template", "charts/web", "-f", "git:v1:values/prd.yaml"],
    )?;
    // An object that is not there would be fetched.
    let object = git(top, &["rev-parse", "v1:values/prod.yaml"])?;
    let (start, rest) = object.trim().split_at(2);
    fs::remove_file(top.join(".git/objects").join(start).join(rest))?;
    let error = failed(
        top,
        &["template", "charts/web", "-f", "git:v1:values/prod.yaml"],
    )?;
    assert!(error.contains("partial clone"), "{error}");
    assert!(!mark.exists());
    Ok(())
}

#[test]
fn reads_have_an_end() -> Tested {
    let repository = Repository::with_chart("r")?;
    let top = &repository.top;
    let large = fs::File::create(top.join("large.yaml"))?;
    large.set_len((64 << 20) + 1)?;
    repository.commit("v3")?;
    let args = ["template", "charts/web", "-f", "git:v3:large.yaml"];
    let problem = "the files are larger than 64 MiB together";
    assert_eq!(
        failed(top, &args)?,
        format!("Error: git:v3:large.yaml: {problem}\n")
    );

    // Trees of trees of trees: 10 files and 10 GB of names.
    let mut object = git(top, &["rev-parse", "v1:values/prod.yaml"])?
        .trim()
        .to_owned();
    let mut kind = "100644 blob";
    for _ in 0..9 {
        let entries: String = (0..10)
            .map(|at| format!("{kind} {object}\t{at}\n"))
            .collect();
        fs::write(repository.beside("entries"), entries)?;
        let entries = fs::File::open(repository.beside("entries"))?;
        let tree = command(top, "git").arg("mktree").stdin(entries).output()?;
        object = text(tree.stdout).trim().to_owned();
        kind = "040000 tree";
    }
    let side = format!("git:{object}:");
    let error = failed(top, &["diff", &side, "charts/web"])?;
    assert!(error.contains("larger than 32 MiB"), "{error}");
    Ok(())
}
