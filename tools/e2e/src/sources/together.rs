//! Ten processes at once in one home, Helm and rhelm mixed: no repository is lost, and no cache is broken.

use std::path::Path;
use std::process::Stdio;

use anyhow::Result;
use project::{Major, say};

use super::home::{self, Home};
use super::server::Server;

pub(super) fn run(rhelm: &Path, rounds: usize) -> Result<Vec<String>> {
    let helm = project::helm(Major::V4)?;
    let www = tempfile::tempdir()?;
    let server = Server::start(www.path())?;
    let url = format!("http://{}", server.host);
    let files = home::lay_out(&helm, www.path(), &url)?;
    let mut complaints = Vec::new();
    for round in 0..rounds {
        let home = Home::with(&files)?;
        home.succeed(&helm, &["repo", "add", "r", &url])?;
        let (mut children, mut names) = (Vec::new(), vec!["r".to_owned()]);
        for number in 0..10 {
            let program = if number % 2 == 0 { &helm } else { rhelm };
            let name = format!("r{number}");
            let arguments: Vec<&str> = match number {
                0..6 => {
                    names.push(name.clone());
                    vec!["repo", "add", &name, &url]
                }
                6 | 7 => vec!["repo", "update", "r"],
                _ => vec!["template", "r/alpha"],
            };
            let mut command = home.command(program, &arguments);
            command.stdout(Stdio::null()).stderr(Stdio::piped());
            children.push((arguments.join(" "), command.spawn()?));
        }
        for (command, child) in children {
            let output = child.wait_with_output()?;
            // Helm empties the list before it writes it: who only reads may find nothing.
            let only_reads = command.starts_with("template") || command.starts_with("repo update");
            if !output.status.success() && !only_reads {
                let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
                complaints.push(format!("round {round}: {command}: {stderr}"));
            }
        }
        let list = home.run(rhelm, &["repo", "list"])?;
        let list = String::from_utf8_lossy(&list.stdout).into_owned();
        for name in &names {
            if !list
                .lines()
                .any(|line| line.split_whitespace().next() == Some(name))
            {
                complaints.push(format!("round {round}: repository {name} is lost"));
            }
            let cache = format!(".cache/helm/repository/{name}-index.yaml");
            let cached = std::fs::read(home.path(&cache)).unwrap_or_default();
            if cached != std::fs::read(www.path().join("index.yaml"))? {
                complaints.push(format!("round {round}: the cache of {name} is broken"));
            }
        }
    }
    say!("{rounds} rounds of ten processes");
    Ok(complaints)
}
