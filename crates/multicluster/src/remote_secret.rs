//! The Secret from which a control plane learns of a remote cluster.

use super::access::Token;
use super::client_config::AuthorityOf;
use super::source::Field;
use super::yaml::{map, text, write};
use super::{ClientConfig, ClusterName, Error, Mode, Server};
use gostd::base64;

/// A kubeconfig that a control plane can use as it stands: nothing in it is on another machine.
#[derive(Clone, Debug)]
pub struct CheckedKubeconfig<'t> {
    text: &'t [u8],
    /// The API server.
    pub server: Server,
    /// The name of the current context.
    pub context: String,
}

/// The keys that a user of a kubeconfig may not have: the control plane's pod has neither the program nor
/// the file.
const ELSEWHERE: [(&str, &str); 5] = [
    ("exec", "runs a program"),
    ("auth-provider", "runs a plugin"),
    ("tokenFile", "is a file"),
    ("client-certificate", "is a file"),
    ("client-key", "is a file"),
];

impl<'t> CheckedKubeconfig<'t> {
    /// Checks the current context of a kubeconfig; `name` is what to call it in errors.
    ///
    /// # Errors
    /// When something is missing, or is not in the kubeconfig itself.
    pub fn read(name: &str, text: &'t [u8]) -> Result<CheckedKubeconfig<'t>, Error> {
        let config = ClientConfig::read(name, text)?;
        let context = config.context(None)?;
        let server = context.server()?;
        let cluster = &context.cluster;
        match context.authority()? {
            AuthorityOf::Data(_) => {}
            AuthorityOf::File(_) => {
                return Err(external(cluster, "certificate-authority", "is a file"));
            }
            AuthorityOf::Unknown => {
                cluster.need("certificate-authority-data")?;
            }
        }
        if cluster.is_true("insecure-skip-tls-verify") {
            return Err(
                cluster.error("has insecure-skip-tls-verify, so anybody could be that server")
            );
        }
        let Some(user) = &context.user else {
            return Err(cluster.error("is used without a user: the context names none"));
        };
        check_user(user)?;
        Ok(CheckedKubeconfig {
            text,
            server,
            context: context.name.to_owned(),
        })
    }
}

fn external(field: &Field<'_>, key: &str, what: &str) -> Error {
    let place = field.get(key).unwrap_or_else(|| field.clone());
    place.error(format_args!(
        "{what}, which the control plane does not have: `multicluster kubeconfig` makes one that needs none"
    ))
}

fn check_user(user: &Field<'_>) -> Result<(), Error> {
    for (key, what) in ELSEWHERE {
        if user.get(key).is_some() {
            return Err(external(user, key, what));
        }
    }
    if user.get("client-certificate-data").is_some() {
        user.need_text("client-key-data")?;
        return Ok(());
    }
    let token = user.need("token")?;
    Token::parse(&token.place(), token.text()?.as_bytes())?;
    Ok(())
}

/// The text of the Secret that holds a kubeconfig for the cluster `name`, in the namespace of the
/// control plane. Istio 0.8 reads the key that is called as the Secret is; today's Secrets are called
/// `istio-remote-secret-NAME`.
///
/// # Errors
/// When the namespace cannot be one.
pub fn remote_secret(
    name: &ClusterName,
    kubeconfig: &CheckedKubeconfig<'_>,
    namespace: &str,
    mode: Mode,
) -> Result<Vec<u8>, Error> {
    if !is_namespace(namespace) {
        return Err(Error::Invalid {
            of: "--namespace".into(),
            problem: format!("{namespace:?} cannot be a namespace"),
        });
    }
    let mut metadata = vec![
        ("labels", map([("istio/multiCluster", text("true"))])),
        ("namespace", text(namespace)),
    ];
    match mode {
        Mode::Legacy => metadata.push(("name", text(name.as_str()))),
        Mode::Istiod => {
            let cluster = text(name.as_str());
            metadata.push(("name", text(format!("istio-remote-secret-{name}"))));
            metadata.push((
                "annotations",
                map([("networking.istio.io/cluster", cluster)]),
            ));
        }
    }
    write(map([
        ("apiVersion", text("v1")),
        ("kind", text("Secret")),
        ("metadata", map(metadata)),
        ("type", text("Opaque")),
        (
            "data",
            map([(name.as_str(), text(base64::encode(kubeconfig.text)))]),
        ),
    ]))
}

/// Returns true if a text is a DNS-1123 label.
fn is_namespace(text: &str) -> bool {
    const LONGEST: usize = 63;
    ClusterName::parse(text).is_ok() && !text.contains('.') && text.len() <= LONGEST
}
