//! A render on a machine of the program's own: its clock, its randomness, its name servers.

#![allow(clippy::print_stdout)]

use rhelm::host::{Host, Instant, Missing};
use rhelm::{Chart, Error, Helm, ReleaseOptions, Values};

const TEMPLATE: &str = "\
year: {{ now | date \"2006\" }}
token: {{ randAlpha 4 }}
address: {{ getHostByName \"web.example.com\" }}
";

/// A moment in 2031, no randomness, no environment, no name servers.
struct Machine;

impl Host for Machine {
    fn now(&self) -> Instant {
        Instant {
            seconds: 1_925_000_000,
            nanoseconds: 0,
        }
    }

    fn random(&self, bytes: &mut [u8]) {
        bytes.fill(0);
    }

    fn lookup_host(&self, _name: &str) -> Result<Vec<String>, Missing> {
        Err(Missing("names are not looked up in this program"))
    }

    fn environment(&self, _name: &str) -> Option<String> {
        None
    }
}

fn main() -> Result<(), Error> {
    let chart = Chart::from_files([
        ("Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n"),
        ("templates/config.yaml", TEMPLATE),
    ])?;
    let helm = Helm::v4().with_host(|| Machine);
    let options = ReleaseOptions::named("web");
    let release = helm.render(&chart, &Values::new(), &options)?;
    print!("{}", String::from_utf8_lossy(release.manifests()));
    // Only who asks for it gets an answer, or the reason why there is none.
    if let Err(error) = helm.render(&chart, &Values::new(), &options.enable_dns()) {
        println!("{error}");
    }
    Ok(())
}
