//! A cluster without nodes: its processes, which end with this one.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use super::{Kubectl, Programs, keys};

/// The time that a cluster may take to start on a busy machine.
const PATIENCE: Duration = Duration::from_secs(180);

/// A running cluster.
pub(super) struct Cluster {
    /// kubectl as its administrator.
    pub(super) kubectl: Kubectl,
    /// The API server's URL.
    pub(super) server: String,
    // Dropped in this order: who asks first, what is asked last.
    _processes: Vec<Process>,
    dir: TempDir,
}

impl Cluster {
    /// Starts a cluster whose services get addresses of `ranges`; logs go below `logs`, if given.
    ///
    /// # Errors
    /// When a process does not start or does not get ready.
    pub(super) fn start(
        name: &'static str,
        ranges: &str,
        programs: &Programs,
        logs: Option<&Path>,
    ) -> Result<Cluster> {
        let dir = TempDir::new()?;
        keys::write(&programs.rhelm, dir.path())?;
        let logs = match logs {
            Some(logs) => logs.join(name),
            None => dir.path().join("logs"),
        };
        fs::create_dir_all(&logs)?;
        let plan = Plan::new(dir.path())?;
        plan.write_kubeconfig(name)?;

        let start = |program: &str, arguments: Vec<String>| {
            let log = File::create(logs.join(format!("{program}.log")))?;
            Process::start(&programs.cluster.join(program), &arguments, log)
        };
        let etcd = start("etcd", plan.etcd_arguments())?;
        let apiserver = start("kube-apiserver", plan.apiserver_arguments(ranges))?;
        let kubectl = Kubectl::new(&programs.cluster, &dir.path().join("kubeconfig"));
        let mut processes = vec![apiserver, etcd];
        wait_until(&mut processes, &logs, || {
            kubectl.run(&["get", "--raw", "/readyz"]).is_ok()
        })?;
        let controllers = start("kube-controller-manager", plan.controllers_arguments())?;
        processes.insert(0, controllers);
        let account = ["get", "serviceaccount", "default", "-n", "default"];
        wait_until(&mut processes, &logs, || kubectl.run(&account).is_ok())?;
        Ok(Cluster {
            kubectl,
            server: plan.server,
            _processes: processes,
            dir,
        })
    }

    /// The directory with its keys; `ca.crt` is its CA, `kubeconfig` its administrator's.
    pub(super) fn dir(&self) -> &Path {
        self.dir.path()
    }
}

/// The ports and files of a cluster's processes.
struct Plan {
    dir: PathBuf,
    /// URLs of etcd, for clients and for its kin.
    etcd: String,
    peers: String,
    /// URL of the API server.
    server: String,
}

impl Plan {
    fn new(dir: &Path) -> Result<Plan> {
        let [client, peer, secure] = free_ports()?;
        Ok(Plan {
            dir: dir.to_owned(),
            etcd: format!("http://127.0.0.1:{client}"),
            peers: format!("http://127.0.0.1:{peer}"),
            server: format!("https://127.0.0.1:{secure}"),
        })
    }

    fn file(&self, name: &str) -> String {
        self.dir.join(name).to_string_lossy().into_owned()
    }

    /// An administrator by token, whom the API server knows by `tokens.csv`.
    fn write_kubeconfig(&self, name: &str) -> Result<()> {
        let token = format!("{:032x}", fastrand::u128(..));
        let tokens = format!("{token},admin,admin,system:masters\n");
        fs::write(self.file("tokens.csv"), tokens)?;
        let (server, ca) = (&self.server, self.file("ca.crt"));
        let kubeconfig = format!(
            "apiVersion: v1\nkind: Config\n\
             clusters:\n- name: {name}\n  cluster: {{server: \"{server}\", certificate-authority: \"{ca}\"}}\n\
             users:\n- name: {name}\n  user: {{token: {token}}}\n\
             contexts:\n- name: {name}\n  context: {{cluster: {name}, user: {name}}}\n\
             current-context: {name}\n"
        );
        fs::write(self.file("kubeconfig"), kubeconfig)?;
        Ok(())
    }

    fn etcd_arguments(&self) -> Vec<String> {
        let Plan { etcd, peers, .. } = self;
        vec![
            format!("--data-dir={}", self.file("etcd")),
            format!("--listen-client-urls={etcd}"),
            format!("--advertise-client-urls={etcd}"),
            format!("--listen-peer-urls={peers}"),
            format!("--initial-advertise-peer-urls={peers}"),
            format!("--initial-cluster=default={peers}"),
            // Nothing here outlives the process.
            "--unsafe-no-fsync".into(),
        ]
    }

    fn apiserver_arguments(&self, ranges: &str) -> Vec<String> {
        let port = self.server.rsplit(':').next().unwrap_or_default();
        vec![
            format!("--etcd-servers={}", self.etcd),
            format!("--secure-port={port}"),
            "--bind-address=127.0.0.1".into(),
            // Loopback can be no endpoint of the service `kubernetes`.
            "--endpoint-reconciler-type=none".into(),
            format!("--service-cluster-ip-range={ranges}"),
            format!("--tls-cert-file={}", self.file("server.crt")),
            format!("--tls-private-key-file={}", self.file("server.key")),
            format!("--token-auth-file={}", self.file("tokens.csv")),
            "--authorization-mode=RBAC".into(),
            "--allow-privileged=true".into(),
            "--service-account-issuer=https://kubernetes.default.svc".into(),
            format!("--service-account-key-file={}", self.file("tokens.key")),
            format!(
                "--service-account-signing-key-file={}",
                self.file("tokens.key")
            ),
        ]
    }

    fn controllers_arguments(&self) -> Vec<String> {
        vec![
            format!("--kubeconfig={}", self.file("kubeconfig")),
            format!(
                "--service-account-private-key-file={}",
                self.file("tokens.key")
            ),
            format!("--root-ca-file={}", self.file("ca.crt")),
            "--leader-elect=false".into(),
            "--secure-port=0".into(),
        ]
    }
}

/// Ports that nobody has now.
fn free_ports<const N: usize>() -> Result<[u16; N]> {
    let mut listeners = Vec::new();
    let mut ports = [0; N];
    for port in &mut ports {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        *port = listener.local_addr()?.port();
        listeners.push(listener);
    }
    Ok(ports)
}

/// Waits for a cluster; gives up when one of its processes has ended.
fn wait_until(processes: &mut [Process], logs: &Path, ready: impl Fn() -> bool) -> Result<()> {
    let start = Instant::now();
    while !ready() {
        for process in processes.iter_mut() {
            if process.has_ended()? || start.elapsed() > PATIENCE {
                let log = logs.join(format!("{}.log", process.name));
                let log = fs::read_to_string(log).unwrap_or_default();
                let lines: Vec<&str> = log.lines().rev().take(20).collect();
                let lines: Vec<&str> = lines.into_iter().rev().collect();
                bail!("{} is not ready:\n{}", process.name, lines.join("\n"));
            }
        }
        thread::sleep(Duration::from_millis(200));
    }
    Ok(())
}

/// A program that ends when this value is dropped, and also when this process dies: a shell between
/// the two kills it, by its process id, as soon as the pipe to the shell is closed.
struct Process {
    name: String,
    shell: Child,
}

impl Process {
    fn start(program: &Path, arguments: &[String], log: File) -> Result<Process> {
        const SCRIPT: &str = r#"exec 3<&0
            "$@" </dev/null 3<&- & pid=$!
            (cat <&3 >/dev/null; kill -9 $pid) 2>/dev/null & watch=$!
            wait $pid; kill $watch"#;
        let shell = Command::new("sh")
            .args(["-c", SCRIPT, "sh"])
            .arg(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let name = program.file_name().unwrap_or_default();
        Ok(Process {
            name: name.to_string_lossy().into_owned(),
            shell,
        })
    }

    fn has_ended(&mut self) -> Result<bool> {
        Ok(self.shell.try_wait()?.is_some())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        // Its end is all that matters, not how.
        let _ = self.shell.wait();
    }
}
