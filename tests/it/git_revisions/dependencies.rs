//! Charts of a revision that depend on others.

use super::repository::*;

#[test]
fn local_dependencies_are_those_of_the_revision() -> Tested {
    let repository = Repository::with_chart("r")?;
    let top = &repository.top;
    let depend = |chart: &str, name: &str, path: &str| {
        let text = format!(
            "apiVersion: v2\nname: {chart}\nversion: 1.0.0\ndependencies:\n- {{name: {name}, version: ^1, \
             repository: \"file://{path}\"}}\n"
        );
        repository.write(&format!("charts/{chart}/Chart.yaml"), &text)
    };
    depend("app", "lib", "../lib")?;
    depend("lib", "web", "../../charts/web/")?;
    repository.commit("v3")?;
    repository.write("charts/web/values.yaml", "size: 3\n")?;
    repository.commit("v4")?;
    let sides = ["git:v3:charts/app", "git:v4:./charts/app"];
    assert_eq!(diff(top, &sides)?, change("2", "3"));
    // Nothing is packed in the working tree.
    assert_eq!(git(top, &["status", "--porcelain", "--ignored"])?, "");
    let error = failed(top, &["diff", "git:v4:charts/app", "charts/app"])?;
    assert!(
        error.starts_with("Error: new side (charts/app): an error occurred"),
        "{error}"
    );

    let problem = |tag: &str| -> TestResult<String> {
        let side = format!("git:{tag}:charts/app");
        let error = failed(top, &["diff", &side, "git:v3:charts/app"])?;
        let error = error.strip_prefix(&format!("Error: old side ({side}): "));
        Ok(error.unwrap_or_default().to_owned())
    };
    depend("web", "app", "../app")?;
    repository.commit("circle")?;
    assert_eq!(
        problem("circle")?,
        "dependency lib (file://../lib): dependency web (file://../../charts/web/): dependency app \
         (file://../app): charts depend on each other: charts/app → charts/lib → charts/web → charts/app\n"
    );
    depend("web", "own", "../../../own")?;
    repository.commit("out")?;
    assert!(problem("out")?.ends_with(
        "dependency own (file://../../../own): ../../../own leads out of the repository\n"
    ));
    depend("web", "own", "../wep")?;
    repository.commit("misspelt")?;
    assert!(problem("misspelt")?.ends_with(
        "dependency own (file://../wep): revision misspelt has no charts/wep; there is charts/web\n"
    ));
    repository.write("charts/web/Chart.yaml", &CHART.replace("1.0.0", "2.0.0"))?;
    repository.commit("newer")?;
    assert!(problem("newer")?.contains("can't get a valid version for 1 subchart(s): \"web\""));
    Ok(())
}

#[test]
fn other_dependencies_are_fetched_into_a_checkout() -> Tested {
    let repository = Repository::with_chart("r")?;
    let top = &repository.top;
    let dependency =
        "dependencies:\n- {name: redis, version: 1.0.0, repository: \"https://example.com\"}\n";
    repository.write("charts/web/Chart.yaml", &format!("{CHART}{dependency}"))?;
    repository.commit("v3")?;
    let error = failed(top, &["diff", "git:main:charts/web", "charts/web"])?;
    assert_eq!(
        error,
        "Error: old side (git:main:charts/web): an error occurred while checking for chart dependencies. You may \
         need to run 'helm dependency build' to fetch missing dependencies: found in Chart.yaml, but missing in \
         charts/ directory: redis\n\
         hint: of a revision there are the charts in charts/ and those of file:// repositories; fetch the others into \
         a checkout of it, and name that:\n\
         hint:   git worktree add --detach /tmp/revision main\n\
         hint:   rhelm dependency update /tmp/revision/charts/web\n\
         hint: git:main:charts/web is /tmp/revision/charts/web then\n"
    );
    let checkout = repository.beside("revision");
    let line = format!("git worktree add -q --detach '{}' main", checkout.display());
    shell(top, &line)?;
    assert!(checkout.join("charts/web/Chart.yaml").exists());
    Ok(())
}
