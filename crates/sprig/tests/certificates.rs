//! Certificates and passwords, read by other libraries: names, addresses and lifetimes are those asked
//! for, signatures and hashes hold.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod render;

use x509_parser::prelude::*;

fn rendered(template: &str) -> String {
    let text = render::render("t", template.as_bytes());
    String::from_utf8(text.expect("it renders")).unwrap()
}

/// The PEM blocks of a text.
fn pems(text: &str) -> Vec<Pem> {
    Pem::iter_from_buffer(text.as_bytes())
        .map(Result::unwrap)
        .collect()
}

fn common_name(name: &X509Name<'_>) -> String {
    let name = name.iter_common_name().next().expect("a common name");
    name.as_str().unwrap().to_owned()
}

fn days(certificate: &X509Certificate<'_>) -> i64 {
    let validity = certificate.validity();
    (validity.not_after.timestamp() - validity.not_before.timestamp()) / 86_400
}

/// Addresses as bytes, then DNS names.
fn alternatives(certificate: &X509Certificate<'_>) -> (Vec<Vec<u8>>, Vec<String>) {
    let (mut addresses, mut names) = (Vec::new(), Vec::new());
    let extension = certificate.subject_alternative_name().unwrap();
    for name in &extension.expect("alternative names").value.general_names {
        match name {
            GeneralName::IPAddress(address) => addresses.push(address.to_vec()),
            GeneralName::DNSName(name) => names.push((*name).to_owned()),
            other => panic!("{other:?} was not asked for"),
        }
    }
    (addresses, names)
}

#[test]
fn a_signed_certificate_is_what_was_asked_for() {
    let text = rendered(
        "{{ $ca := genCA \"my-ca\" 365 }}\
         {{ $c := genSignedCert \"host\" (list \"10.0.0.1\" \"fd00::1\") (list \"a.example\" \"b.example\") 30 $ca }}\
         {{ $ca.Cert }}{{ $c.Cert }}{{ $c.Key }}",
    );
    let pems = pems(&text);
    let labels: Vec<&str> = pems.iter().map(|pem| pem.label.as_str()).collect();
    assert_eq!(labels, ["CERTIFICATE", "CERTIFICATE", "RSA PRIVATE KEY"]);
    let (ca, host) = (pems[0].parse_x509().unwrap(), pems[1].parse_x509().unwrap());

    assert_eq!(common_name(ca.subject()), "my-ca");
    assert!(ca.is_ca());
    assert_eq!(days(&ca), 365);
    ca.verify_signature(None).expect("the CA signs itself");

    assert_eq!(common_name(host.subject()), "host");
    assert_eq!(common_name(host.issuer()), "my-ca");
    assert!(!host.is_ca());
    assert_eq!(days(&host), 30);
    host.verify_signature(Some(ca.public_key()))
        .expect("the CA signs the host");
    let (addresses, names) = alternatives(&host);
    let mut six = vec![0xfd];
    six.resize(15, 0);
    six.push(1);
    assert_eq!(addresses, [vec![10, 0, 0, 1], six]);
    assert_eq!(names, ["a.example", "b.example"]);
}

#[test]
fn self_signed_certificates_of_every_key() {
    for key in ["rsa", "ecdsa", "ed25519"] {
        let text = rendered(&format!(
            "{{{{ (genSelfSignedCertWithKey \"self\" (list \"127.0.0.1\") nil 7 (genPrivateKey \"{key}\")).Cert }}}}"
        ));
        let pems = pems(&text);
        let certificate = pems[0].parse_x509().unwrap();
        assert_eq!(common_name(certificate.subject()), "self", "{key}");
        assert_eq!(days(&certificate), 7, "{key}");
        certificate.verify_signature(None).expect(key);
        assert_eq!(alternatives(&certificate).0, [vec![127, 0, 0, 1]], "{key}");
    }
}

#[test]
fn passwords_verify() {
    let hash = rendered("{{ bcrypt \"pass word\" }}");
    assert!(hash.starts_with("$2a$10$"), "{hash}");
    assert!(bcrypt::verify("pass word", &hash).unwrap());
    assert!(!bcrypt::verify("pass", &hash).unwrap());

    let entry = rendered("{{ htpasswd \"user\" \"secret\" }}");
    let hash = entry.strip_prefix("user:").expect("the user comes first");
    assert!(bcrypt::verify("secret", hash).unwrap());
}

#[test]
fn encrypted_texts_come_back() {
    for text in ["", "x", "sixteen bytes!!!", "longer than one block, with é"] {
        let back = format!("{{{{ encryptAES \"key\" \"{text}\" | decryptAES \"key\" }}}}");
        assert_eq!(rendered(&back), text);
    }
    // What Helm 3.21.4 and 4.2.4 encrypted.
    for secret in [
        "+3pV+MaCzJ7v1C/L1QIT6tYVlfrEKhi9Hse/0QT8+HM=",
        "vYu3Z782tyljpDx4p+GHigAZs7KpkSuZS+obzuXE7D4=",
    ] {
        let text = rendered(&format!("{{{{ decryptAES \"secretkey\" \"{secret}\" }}}}"));
        assert_eq!(text, "plaintext é");
    }
}
