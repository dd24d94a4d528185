//! Keys, certificates, password hashes and encryption: `genPrivateKey`, `genCA`, `genSignedCert`,
//! `htpasswd`, `derivePassword`, `encryptAES` … (Sprig's `crypto.go`, without the digests).
//!
//! All randomness is the host's: the same bytes give the same keys, salts and serial numbers.

mod certificate;
mod der;
mod dsa;
mod elliptic;
mod keys;
mod password;
mod pem;
mod prime;
mod rsa_key;
mod symmetric;
mod x509;

use certificate::{Issuer, Template};
use gostd::types::{Field, StructType};
use gostd::value::Struct;
use gostd::{GoType, List, Text, Value, base64};
use gotemplate::func::{Cost, Int, Param, Return};
use gotemplate::{ArgumentUse, Call, Error, FunctionTable, Uses};
use keys::PrivateKey;
use std::rc::Rc;

pub(crate) fn register(table: &mut FunctionTable) {
    table.add("genPrivateKey", |call: &mut Call<'_, '_>, kind: Text| {
        // Failures are the result's text.
        let key = keys::generate(kind.as_bytes(), call.host());
        key.map_or_else(|error| error, |key| key.to_pem())
    });
    table.add("buildCustomCert", build_custom);
    register_certificates(table);
    table.add(
        "derivePassword",
        |counter: u32, kind: Text, password: Text, user: Text, site: Text| {
            password::derive(counter, &kind, &password, &user, &site)
        },
    );
    table.add("bcrypt", |call: &mut Call<'_, '_>, password: Text| {
        password::bcrypt(password.as_bytes(), call.host())
    });
    table.add(
        "htpasswd",
        |call: &mut Call<'_, '_>, user: Text, password: Text| {
            password::htpasswd(user.as_bytes(), password.as_bytes(), call.host())
        },
    );
    table.add(
        "encryptAES",
        |call: &mut Call<'_, '_>, password: Text, plain: Text| {
            symmetric::encrypt(password.as_bytes(), plain.as_bytes(), call.host())
        },
    );
    table.add("decryptAES", |password: Text, text: Text| {
        symmetric::decrypt(password.as_bytes(), text.as_bytes()).map_err(Error::new)
    });
    set_costs(table);
    table.declare_uses(USES);
}

const USES: Uses = &[(ArgumentUse::Text, &["htpasswd", "bcrypt"])];

/// The cost of keys does not follow their true time, of which a chart may need much, but the number of them that
/// a chart can be thought to want: hundreds.
fn set_costs(table: &mut FunctionTable) {
    table.set_cost(Cost::of_steps(300_000), &["genPrivateKey"]);
    table.set_cost(
        Cost::of_steps(100_000),
        &["genCA", "genSelfSignedCert", "genSignedCert"],
    );
    table.set_cost(
        Cost::of_steps(50_000),
        &[
            "genCAWithKey",
            "genSelfSignedCertWithKey",
            "genSignedCertWithKey",
        ],
    );
    table.set_cost(Cost::of_steps(400_000), &["bcrypt", "htpasswd"]);
    table.set_cost(Cost::of_steps(1_000_000), &["derivePassword"]);
    table.set_cost(
        Cost {
            steps: 1_000,
            ..Cost::PARSES
        },
        &["buildCustomCert", "encryptAES", "decryptAES"],
    );
}

fn register_certificates(table: &mut FunctionTable) {
    table.add(
        "genCA",
        |call: &mut Call<'_, '_>, name: Text, Int(days): Int| {
            let key = keys::generate_rsa_2048(call.host());
            authority(call, name, days, key)
        },
    );
    table.add(
        "genCAWithKey",
        |call: &mut Call<'_, '_>, name: Text, Int(days): Int, key: Text| {
            authority(call, name, days, given_key(&key))
        },
    );
    table.add(
        "genSelfSignedCert",
        |call: &mut Call<'_, '_>, name: Text, ips: List, dns: List, Int(days): Int| {
            let template = Template::new(name, &ips, &dns, days, call.host());
            let template = template.map_err(Error::new)?;
            let key = keys::generate_rsa_2048(call.host());
            certify(&template, key.map_err(Error::new)?, &Issuer::Itself)
        },
    );
    table.add(
        "genSelfSignedCertWithKey",
        |call: &mut Call<'_, '_>, name: Text, ips: List, dns: List, Int(days): Int, key: Text| {
            let key = given_key(&key).map_err(Error::new)?;
            let template = Template::new(name, &ips, &dns, days, call.host());
            certify(&template.map_err(Error::new)?, key, &Issuer::Itself)
        },
    );
    table.add(
        "genSignedCert",
        |call: &mut Call<'_, '_>,
         name: Text,
         ips: List,
         dns: List,
         Int(days): Int,
         ca: Certificate| {
            let signed = |issuer: &Issuer<'_>| {
                let template = Template::new(name, &ips, &dns, days, call.host());
                let template = template.map_err(Error::new)?;
                let key = keys::generate_rsa_2048(call.host());
                certify(&template, key.map_err(Error::new)?, issuer)
            };
            ca.as_issuer(signed)
        },
    );
    table.add(
        "genSignedCertWithKey",
        |call: &mut Call<'_, '_>,
         name: Text,
         ips: List,
         dns: List,
         Int(days): Int,
         ca: Certificate,
         key: Text| {
            let key = given_key(&key).map_err(Error::new)?;
            let signed = |issuer: &Issuer<'_>| {
                let template = Template::new(name, &ips, &dns, days, call.host());
                certify(&template.map_err(Error::new)?, key, issuer)
            };
            ca.as_issuer(signed)
        },
    );
}

fn given_key(pem: &Text) -> Result<PrivateKey, String> {
    keys::parse_pem(pem.as_bytes()).map_err(|e| format!("parsing private key: {e}"))
}

fn authority(
    call: &mut Call<'_, '_>,
    name: Text,
    days: i64,
    key: Result<PrivateKey, String>,
) -> Result<Certificate, Error> {
    let key = key.map_err(Error::new)?;
    let nobody = List::nil(GoType::Interface);
    let template = Template::new(name, &nobody, &nobody, days, call.host());
    let template = template.map_err(Error::new)?.authority();
    certify(&template, key, &Issuer::Itself)
}

fn certify(
    template: &Template,
    key: PrivateKey,
    issuer: &Issuer<'_>,
) -> Result<Certificate, Error> {
    let der = template
        .certify(&key, issuer)
        .map_err(|e| Error::new(format!("error creating certificate: {e}")))?;
    Ok(Certificate {
        cert: pem::encode("CERTIFICATE", &der).into(),
        key: key.to_pem().into(),
    })
}

/// Sprig's `certificate`: certificate and key in PEM.
struct Certificate {
    cert: Text,
    key: Text,
}

const CERTIFICATE: GoType = GoType::Named("sprig.certificate");

static CERTIFICATE_TYPE: StructType = StructType {
    name: "sprig.certificate",
    fields: &[
        Field::new("Cert", GoType::String, "Cert"),
        Field::new("Key", GoType::String, "Key"),
    ],
    methods: &[],
};

impl Certificate {
    /// Calls `sign` with this as the one who signs.
    fn as_issuer(
        &self,
        sign: impl FnOnce(&Issuer<'_>) -> Result<Certificate, Error>,
    ) -> Result<Certificate, Error> {
        let block = pem::decode(self.cert.as_bytes())
            .ok_or_else(|| Error::new("unable to decode certificate"))?;
        let parsed = x509::Parsed::parse(&block.bytes).map_err(|e| {
            Error::new(format!(
                "error parsing certificate: decodedSignerCert.Bytes: {e}"
            ))
        })?;
        let key = keys::parse_pem(self.key.as_bytes())
            .map_err(|e| Error::new(format!("error parsing private key: {e}")))?;
        sign(&Issuer::Authority(&parsed, &key))
    }
}

impl Param for Certificate {
    const TYPE: GoType = CERTIFICATE;

    fn from_value(value: Value) -> Option<Self> {
        let Value::Struct(data) = value else {
            return None;
        };
        let text = |name| data.field(name)?.1.as_text().cloned();
        Some(Certificate {
            cert: text("Cert")?,
            key: text("Key")?,
        })
    }
}

impl Return for Certificate {
    const TYPE: GoType = CERTIFICATE;

    fn into_result(self) -> Result<Value, Error> {
        Ok(Value::Struct(Rc::new(Struct {
            struct_type: &CERTIFICATE_TYPE,
            fields: vec![self.cert.into(), self.key.into()],
            native: None,
        })))
    }
}

fn build_custom(cert: Text, key: Text) -> Result<Certificate, Error> {
    let decode = |text: &Text, what: &str| {
        let bytes = base64::decode(text.as_bytes());
        bytes.map_err(|_| Error::new(format!("unable to decode base64 {what}")))
    };
    let cert = decode(&cert, "certificate")?;
    let key = decode(&key, "private key")?;
    let block = pem::decode(&cert).ok_or_else(|| Error::new("unable to decode certificate"))?;
    x509::Parsed::parse(&block.bytes)
        .map_err(|e| Error::new(format!("error parsing certificate: decodedCert.Bytes: {e}")))?;
    keys::parse_pem(&key).map_err(|e| Error::new(format!("error parsing private key: {e}")))?;
    Ok(Certificate {
        cert: cert.into(),
        key: key.into(),
    })
}
