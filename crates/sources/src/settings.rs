//! What the user says of hosts, whoever asks them: certificates, credentials, mirrors. rhelm's own file; Helm has none.
//!
//! ```yaml
//! hosts:
//!   charts.example.com:
//!     caFile: ca.pem
//!     username: ci
//!     passwordFile: /run/secrets/charts
//! mirrors:
//!   oci://ghcr.io/acme: oci://mirror.example.com/acme
//! ```

#[cfg(feature = "network")]
use super::Access;
use super::Error;
use chart::Decoder;
use files::OsError;
use files::input::{self, NamedBy};
use gostd::limits::LIMITS;
use gostd::url::Url;
use std::path::Path;

/// What the user says of hosts.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    hosts: Vec<Host>,
    /// Beginnings of addresses, and what is asked instead.
    mirrors: Vec<(String, String)>,
}

/// What the user says of a host.
#[derive(Clone, Debug, Default)]
struct Host {
    /// The host, with its port where it is another than the scheme's.
    name: String,
    ca_file: String,
    cert_file: String,
    key_file: String,
    username: String,
    password: String,
    password_file: String,
    is_insecure: bool,
    is_plain_http: bool,
}

const FILE: &[&str] = &["hosts", "mirrors"];
const HOST: &[&str] = &[
    "caFile",
    "certFile",
    "keyFile",
    "username",
    "password",
    "passwordFile",
    "insecureSkipTlsVerify",
    "plainHttp",
];

impl Settings {
    /// Reads the file; a file that is not there says nothing. Paths in it are relative to it.
    ///
    /// # Errors
    /// The system's, and what is wrong in the file. No error has a password in it.
    pub fn load(path: &Path) -> Result<Settings, Error> {
        let text = match input::read(path, NamedBy::User, LIMITS.argument_bytes) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Settings::default());
            }
            Err(error) => return Err(OsError::new("open", path, &error).into()),
        };
        let directory = path.parent().unwrap_or(Path::new(""));
        let failed =
            |cause: &dyn std::fmt::Display| Error::File(format!("{}: {cause}", path.display()));
        let mut settings = Settings::parse(&text).map_err(|cause| failed(&cause))?;
        for host in &mut settings.hosts {
            for file in [&mut host.ca_file, &mut host.cert_file, &mut host.key_file] {
                if !file.is_empty() {
                    *file = directory.join(&*file).to_string_lossy().into_owned();
                }
            }
            if !host.password_file.is_empty() {
                let file = directory.join(&host.password_file);
                let text = input::read(&file, NamedBy::User, LIMITS.argument_bytes);
                let text = text.map_err(|error| OsError::new("open", &file, &error))?;
                let text = String::from_utf8_lossy(&text);
                text.trim_end_matches(['\r', '\n'])
                    .clone_into(&mut host.password);
            }
        }
        Ok(settings)
    }

    fn parse(text: &[u8]) -> Result<Settings, String> {
        let node = goyaml::parse_strict(text).map_err(|error| error.to_string())?;
        let mut settings = Settings::default();
        let mut decoder = Decoder::new("sources").strict();
        decoder.fields(&node, "Settings", FILE, |d, field, value| match field {
            "hosts" => d.map(value, "map[string]sources.Host", |d, name, value| {
                let mut host = Host {
                    name: name.to_ascii_lowercase(),
                    ..Host::default()
                };
                d.fields(value, "Host", HOST, |d, field, value| match field {
                    "caFile" => d.string(value, &mut host.ca_file),
                    "certFile" => d.string(value, &mut host.cert_file),
                    "keyFile" => d.string(value, &mut host.key_file),
                    "username" => d.string(value, &mut host.username),
                    "password" => d.string(value, &mut host.password),
                    "passwordFile" => d.string(value, &mut host.password_file),
                    "insecureSkipTlsVerify" => d.boolean(value, &mut host.is_insecure),
                    _ => d.boolean(value, &mut host.is_plain_http),
                });
                settings.hosts.push(host);
            }),
            _ => d.map(value, "map[string]string", |d, prefix, value| {
                let mut instead = String::new();
                d.string(value, &mut instead);
                settings.mirrors.push((prefix.to_owned(), instead));
            }),
        });
        decoder.finish().map_err(|error| error.to_string())?;
        // The longest prefix counts.
        settings
            .mirrors
            .sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
        Ok(settings)
    }

    /// The address that is asked instead of this one: itself, unless a prefix of it that ends where a part of the path
    /// ends has a mirror.
    pub(crate) fn mirrored(&self, address: &str) -> Option<String> {
        self.mirrors.iter().find_map(|(prefix, instead)| {
            let prefix = prefix.trim_end_matches('/');
            let rest = address.strip_prefix(prefix)?;
            let ends = rest.is_empty() || rest.starts_with(['/', '?', ':', '@']);
            ends.then(|| format!("{}{rest}", instead.trim_end_matches('/')))
        })
    }

    fn host(&self, url: &Url) -> Option<&Host> {
        let default: &[u8] = if url.scheme == b"http" { b"80" } else { b"443" };
        let name = String::from_utf8_lossy(url.hostname()).to_ascii_lowercase();
        let port = match url.port() {
            b"" => default,
            port => port,
        };
        let port = String::from_utf8_lossy(port);
        let with_port = format!("{name}:{port}");
        let is_default = port.as_bytes() == default;
        let mut hosts = self.hosts.iter();
        hosts.find(|host| host.name == with_port || is_default && host.name == name)
    }

    /// The same access with the files for TLS that are said of the host of an address, where it has none of its own.
    #[cfg(feature = "network")]
    pub(crate) fn access(&self, url: &Url, access: &Access) -> Option<Access> {
        let host = self.host(url)?;
        let mut access = access.clone();
        if !access.has_tls_flags() {
            access.ca_file.clone_from(&host.ca_file);
            access.cert_file.clone_from(&host.cert_file);
            access.key_file.clone_from(&host.key_file);
            access.is_insecure |= host.is_insecure;
        }
        Some(access)
    }

    /// The name and the password for the host of an address.
    pub(crate) fn credentials(&self, url: &Url) -> Option<(&str, &str)> {
        let host = self.host(url)?;
        let is_set = !host.username.is_empty() && !host.password.is_empty();
        is_set.then_some((&*host.username, &*host.password))
    }

    /// Returns true if a host is asked without TLS.
    pub(crate) fn is_plain(&self, url: &Url) -> bool {
        self.host(url).is_some_and(|host| host.is_plain_http)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &[u8] = b"hosts:\n  charts.example.com: {username: a, password: b}\n  other.example.com:5000: {plainHttp: true}\n\
        mirrors:\n  https://charts.example.com/stable/: https://mirror.example.com/s\n  oci://ghcr.io/acme: oci://m:5000/x\n";

    fn settings() -> Settings {
        Settings::parse(TEXT).unwrap_or_default()
    }

    #[test]
    fn a_mirror_is_for_whole_parts_of_a_path() {
        let mirrored = |address: &str| settings().mirrored(address).unwrap_or_default();
        for (address, expected) in [
            (
                "https://charts.example.com/stable",
                "https://mirror.example.com/s",
            ),
            (
                "https://charts.example.com/stable/a.tgz?b",
                "https://mirror.example.com/s/a.tgz?b",
            ),
            ("https://charts.example.com/stables/a.tgz", ""),
            ("oci://ghcr.io/acme/web:1.0.0", "oci://m:5000/x/web:1.0.0"),
            ("oci://ghcr.io/acme-2/web", ""),
        ] {
            assert_eq!(mirrored(address), expected, "{address}");
        }
    }

    #[test]
    fn a_host_is_one_with_its_port() {
        let url = |text: &str| Url::parse(text.as_bytes()).unwrap_or_default();
        let settings = settings();
        for (address, is_known) in [
            ("https://charts.example.com/a", true),
            ("https://CHARTS.example.com:443/a", true),
            ("http://charts.example.com:443/a", false),
            ("https://charts.example.com:8443/a", false),
            ("https://a.charts.example.com/a", false),
        ] {
            assert_eq!(
                settings.credentials(&url(address)).is_some(),
                is_known,
                "{address}"
            );
        }
        assert!(settings.is_plain(&url("https://other.example.com:5000/")));
        assert!(!settings.is_plain(&url("https://other.example.com/")));
    }

    #[test]
    fn what_is_unknown_is_refused() {
        let error = Settings::parse(b"hosts: {a: {pasword: b}}")
            .err()
            .unwrap_or_default();
        assert!(error.contains("unknown field \"pasword\""), "{error}");
    }
}
