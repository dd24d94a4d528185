//! Clones that have not all there is, and the commands that their errors name.

use super::repository::*;

/// The command that an error names between `run` and what follows it.
fn remedy<'e>(error: &'e str, end: &str) -> TestResult<&'e str> {
    let rest = error.to_lowercase().find("run git").ok_or(error)?;
    let rest = error.get(rest + "run ".len()..).unwrap_or_default();
    Ok(rest.split(end).next().unwrap_or_default())
}

#[test]
fn a_shallow_clone_says_how_to_get_the_rest() -> Tested {
    let repository = Repository::with_chart("r")?;
    git(&repository.top, &["branch", "release", "v1"])?;
    let url = format!("file://{}", repository.top.display());
    let clone = repository.beside("clone");
    git(
        repository.temporary.path(),
        &["clone", "-q", "--depth", "1", &url, "clone"],
    )?;
    for revision in ["v1", "HEAD~1", "release"] {
        let side = format!("git:{revision}:charts/web");
        let error = failed(&clone, &["diff", &side, "charts/web"])?;
        assert_eq!(
            error,
            format!(
                "Error: old side ({side}): the repository has no revision {revision}: it is a shallow clone. Run git \
                 fetch --unshallow --tags origin '+refs/heads/*:refs/remotes/origin/*' (with actions/checkout: \
                 fetch-depth: 0), after which a branch is called origin/BRANCH\n"
            )
        );
        let side = format!("git:{revision}:values/prod.yaml");
        let error = failed(&clone, &["template", "charts/web", "-f", &side])?;
        assert!(error.starts_with(&format!(
            "Error: {side}: the repository has no revision {revision}: it is a shallow clone"
        )));
    }
    let error = failed(&clone, &["diff", "git:v1:charts/web", "charts/web"])?;
    shell(&clone, remedy(&error, " (with")?)?;
    for revision in ["v1", "HEAD~1", "origin/release"] {
        let side = format!("git:{revision}:charts/web");
        assert_eq!(diff(&clone, &[&side, "charts/web"])?, change("1", "2"));
    }
    let error = failed(&clone, &["diff", "git:release:charts/web", "charts/web"])?;
    assert_eq!(
        error,
        "Error: old side (git:release:charts/web): the repository has no revision release; there is \
         git:origin/release:charts/web\n"
    );
    Ok(())
}

#[test]
fn a_partial_clone_says_how_to_get_the_rest() -> Tested {
    let repository = Repository::with_chart("r")?;
    git(
        &repository.top,
        &["config", "uploadpack.allowFilter", "true"],
    )?;
    let url = format!("file://{}", repository.top.display());
    for filter in ["blob:none", "tree:0"] {
        let name = filter.replace(':', "-");
        let clone = repository.beside(&name);
        let filter = format!("--filter={filter}");
        git(
            repository.temporary.path(),
            &["clone", "-q", &filter, &url, &name],
        )?;
        for args in [
            &["diff", "git:v1:charts/web", "charts/web"][..],
            &["template", "charts/web", "-f", "git:v1:values/prod.yaml"],
        ] {
            let error = failed(&clone, args)?;
            let problem = "this partial clone has not all of revision v1";
            assert!(error.contains(problem), "{filter}: {error}");
        }
        let error = failed(&clone, &["diff", "git:v1:charts/web", "charts/web"])?;
        shell(&clone, remedy(&error, " first")?)?;
        assert_eq!(
            diff(&clone, &["git:v1:charts/web", "charts/web"])?,
            change("1", "2")
        );
    }
    Ok(())
}
