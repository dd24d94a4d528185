//! Keys, certificates and passwords: what Helm says of wrong arguments, and which form results have.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod render;

fn rendered(template: &str) -> Result<String, String> {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    render::render("t", template.as_bytes())
        .map(text)
        .map_err(text)
}

/// Recorded from Helm 3.21.4; errors without the place in front.
const RECORDED: &[(&str, Result<&str, &str>)] = &[
    (r#"{{ genPrivateKey "foo" }}"#, Ok(r#"Unknown type foo"#)),
    (
        r#"{{ genSignedCert "a" nil nil 1 "x" }}"#,
        Err(r#"can't handle "x" for arg of type sprig.certificate"#),
    ),
    (
        r#"{{ genSignedCert "a" nil nil 1 (dict) }}"#,
        Err(r#"wrong type for value; expected sprig.certificate; got map[string]interface {}"#),
    ),
    (
        r#"{{ genSignedCert "a" nil nil 1 nil }}"#,
        Err(r#"cannot assign nil to sprig.certificate"#),
    ),
    (
        r#"{{ genSelfSignedCert "a" (list 1) nil 1 }}"#,
        Err(r#"error calling genSelfSignedCert: error parsing ip: 1 is not a string"#),
    ),
    (
        r#"{{ genSelfSignedCert "a" (list "x") nil 1 }}"#,
        Err(r#"error calling genSelfSignedCert: error parsing ip: x"#),
    ),
    (
        r#"{{ genSelfSignedCert "a" nil (list 1) 1 }}"#,
        Err(
            r#"error calling genSelfSignedCert: error processing alternate dns name: 1 is not a string"#,
        ),
    ),
    (
        r#"{{ genSelfSignedCert "a" nil (list "é") 1 }}"#,
        Err(
            r#"error calling genSelfSignedCert: error creating certificate: x509: "é" cannot be encoded as an IA5String"#,
        ),
    ),
    (
        r#"{{ genCAWithKey "a" 1 "x" }}"#,
        Err(r#"error calling genCAWithKey: parsing private key: no PEM data in input"#),
    ),
    (
        r#"{{ genCAWithKey "a" 1 (genPrivateKey "dsa") }}"#,
        Err(
            r#"error calling genCAWithKey: error creating certificate: x509: certificate private key does not implement crypto.Signer"#,
        ),
    ),
    (
        r#"{{ typeOf (genCA "a" 1) }} {{ kindOf (genCA "a" 1) }} {{(genCA "a" 1).Foo}}"#,
        Err(r#"can't evaluate field Foo in type sprig.certificate"#),
    ),
    (
        r#"{{ buildCustomCert "x" "y" }}"#,
        Err(r#"error calling buildCustomCert: unable to decode base64 certificate"#),
    ),
    (
        r#"{{ (genCA "\xff" 10).Cert }}"#,
        Err(r#"error calling genCA: error creating certificate: asn1: string not valid UTF-8"#),
    ),
    (
        r#"{{ decryptAES "a" "zz" }}"#,
        Err(r#"error calling decryptAES: illegal base64 data at input byte 0"#),
    ),
    (
        r#"{{ decryptAES "a" "enpmb28=" }}"#,
        Err(
            r#"error calling decryptAES: runtime error: slice bounds out of range [:16] with capacity 6"#,
        ),
    ),
    (
        r#"{{ decryptAES "a" "MDEyMzQ1Njc4OWFiY2RlZg==" }}"#,
        Err(r#"error calling decryptAES: runtime error: index out of range [-1]"#),
    ),
    (
        r#"{{ decryptAES "a" "MDEyMzQ1Njc4OWFiY2RlZmFi" }}"#,
        Err(r#"error calling decryptAES: crypto/cipher: input not full blocks"#),
    ),
    (
        r#"{{ decryptAES "a" "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=" }}"#,
        Ok(r#""#),
    ),
    (
        r#"{{ encryptAES "" "" }}|{{ decryptAES "" "" }}|{{ decryptAES "pw" (encryptAES "pw" "plain text") }}"#,
        Ok(r#"||plain text"#),
    ),
    (
        r#"{{ derivePassword 1 "long" "password" "user" "example.com" }} {{ derivePassword 2 "maximum" "password" "user" "example.com" }} {{ derivePassword 1 "pin" "" "" "" }} {{ derivePassword 1 "medium" "a" "b" "c" }} {{ derivePassword 1 "short" "a" "b" "c" }} {{ derivePassword 1 "basic" "a" "b" "c" }} {{ derivePassword 1 "foo" "a" "b" "c" }}"#,
        Ok(
            r#"ZedaFaxcZaso9* O8-6Bwz1*I5XVPPq)@H! 1578 NamNij2@ Nam6 qwz62oeA cannot find password template foo"#,
        ),
    ),
    (
        r#"{{ derivePassword -1 "long" "password" "user" "example.com" }}"#,
        Err(r#"expected unsigned integer; found -1"#),
    ),
    (
        r#"{{ derivePassword 4294967296 "long" "password" "user" "example.com" }}"#,
        Ok(r#"KezpWado2+Fazo"#),
    ),
    (
        r#"{{ bcrypt (repeat 73 "a") }} {{ htpasswd "a:b" "c" }} {{ bcrypt "" | trunc 7 }} {{ htpasswd "u" (repeat 80 "a") }} {{ bcrypt (repeat 72 "a") | len }}"#,
        Ok(
            r#"failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes invalid username: a:b $2a$10$ u:failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes 60"#,
        ),
    ),
    (r#"{{ randBytes 0 }}|{{ randBytes 5 | len }}"#, Ok(r#"|8"#)),
    (
        r#"{{ randBytes -1 }}"#,
        Err(r#"error calling randBytes: runtime error: makeslice: len out of range"#),
    ),
    (
        r#"{{ with genCA "a" 1 }}{{ .Cert | trunc 27 }}{{ end }}{{ eq (genCA "a" 1) (genCA "a" 1) }}{{ empty (genCA "a" 1) }}"#,
        Ok(r#"-----BEGIN CERTIFICATE-----falsefalse"#),
    ),
    (
        r#"{{ $c := genCA "a" 1 }}{{ set $c "a" 1 }}"#,
        Err(r#"wrong type for value; expected map[string]interface {}; got sprig.certificate"#),
    ),
    (
        r#"{{ $c := genCA "a" 1 }}{{ $c.cert }}"#,
        Err(r#"can't evaluate field cert in type sprig.certificate"#),
    ),
    (
        r#"{{ $c := genCA "a" 1 }}{{ get $c "Cert" }}"#,
        Err(r#"wrong type for value; expected map[string]interface {}; got sprig.certificate"#),
    ),
];

#[test]
fn answers_as_recorded() {
    for (template, answer) in RECORDED {
        let got = rendered(template);
        let got = got.as_deref().map_err(|e| e.split_once(">: ").unwrap().1);
        assert_eq!(got, *answer, "{template}");
    }
}

/// Labels of the PEM blocks in a text, and the lengths of their lines.
fn shape(text: &str) -> Vec<(&str, Vec<usize>)> {
    let blocks = text.split("-----BEGIN ").skip(1);
    let shape = blocks.map(|block| {
        let (label, rest) = block.split_once("-----\n").unwrap();
        let (body, rest) = rest
            .split_once(&format!("-----END {label}-----\n"))
            .unwrap();
        assert_eq!(rest, "");
        (label, body.lines().map(str::len).collect())
    });
    shape.collect()
}

/// Line lengths of a body of so many characters.
fn lines(mut len: usize) -> Vec<usize> {
    let mut lines = Vec::new();
    while len > 0 {
        lines.push(len.min(64));
        len -= len.min(64);
    }
    lines
}

#[test]
fn keys_have_the_form_of_go() {
    let key = |kind: &str| rendered(&format!("{{{{ genPrivateKey {kind:?} }}}}")).unwrap();
    let ecdsa = key("ecdsa");
    assert_eq!(shape(&ecdsa), [("EC PRIVATE KEY", lines(164))]);
    assert!(ecdsa.contains("\nMHcCAQEEI"), "{ecdsa}");
    let ed25519 = key("ed25519");
    assert_eq!(shape(&ed25519), [("PRIVATE KEY", lines(64))]);
    assert!(ed25519.contains("\nMC4CAQAwBQYDK2VwBCIEI"), "{ed25519}");
    // 4096 bits
    assert!(key("").starts_with("-----BEGIN RSA PRIVATE KEY-----\nMIIJK"));
    assert!(key("dsa").starts_with("-----BEGIN DSA PRIVATE KEY-----\nMIIDV"));
}

#[test]
fn one_source_of_randomness_makes_one_certificate() {
    let template = r#"{{ $ca := genCA "ca" 365 -}}
        {{ $c := genSignedCert "svc" (list "10.0.0.1" "::1") (list "a.b") 30 $ca -}}
        {{ $ca.Cert }}{{ $ca.Key }}{{ $c.Cert }}{{ $c.Key }}"#;
    let first = rendered(template).unwrap();
    let labels: Vec<_> = shape(&first).into_iter().map(|(label, _)| label).collect();
    let [cert, key] = ["CERTIFICATE", "RSA PRIVATE KEY"];
    assert_eq!(labels, [cert, key, cert, key]);
    assert_eq!(rendered(template).unwrap(), first);
}

/// Every type of key can sign for every other, and comes back as it was given.
#[test]
fn given_keys_sign_and_come_back() {
    for (ca, key) in [("ecdsa", "ed25519"), ("ed25519", "rsa"), ("rsa", "ecdsa")] {
        let template = format!(
            r#"{{{{ $k := genPrivateKey "{ca}" }}}}{{{{ $l := genPrivateKey "{key}" -}}}}
            {{{{ $ca := genCAWithKey "ca" 10 $k -}}}}
            {{{{ $c := genSignedCertWithKey "c" nil (list "a.b") 5 $ca $l -}}}}
            {{{{ and (eq $ca.Key $k) (eq $c.Key $l) }}}}"#
        );
        assert_eq!(rendered(&template).as_deref(), Ok("true"));
    }
}

/// Recorded from Helm 3.21.4, as the error is.
#[test]
fn another_key_than_the_certificate_is_refused() {
    let cert = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJlakNDQVNDZ0F3SUJBZ0lSQUlwd096d3di\
        SWYzbCtTSUpxamdZRG93Q2dZSUtvWkl6ajBFQXdJd0RURUwKTUFrR0ExVUVBeE1DWTJFd0hoY05N\
        alF3TWpJNU1USXpORFUyV2hjTk1qUXdNekV3TVRJek5EVTJXakFOTVFzdwpDUVlEVlFRREV3SmpZ\
        VEJaTUJNR0J5cUdTTTQ5QWdFR0NDcUdTTTQ5QXdFSEEwSUFCSlBmZHdrZ0VwVFUzdmZjCklqSVFi\
        U1crNVoxM2ZZRXBoWGcvZi9QTHJVN29XbFNhTS9WVTR1aWZSRkFHc05Qbk1rajRmOGU2RFlOSGN4\
        SjYKSUY3eThYdWpZVEJmTUE0R0ExVWREd0VCL3dRRUF3SUNwREFkQmdOVkhTVUVGakFVQmdnckJn\
        RUZCUWNEQVFZSQpLd1lCQlFVSEF3SXdEd1lEVlIwVEFRSC9CQVV3QXdFQi96QWRCZ05WSFE0RUZn\
        UVVsbW1iNW5YLzRHWVRCWWs2CjlsRE1ZMDlJVWJzd0NnWUlLb1pJemowRUF3SURTQUF3UlFJZ05q\
        SExpc2pqa0VpejFsSDdqWnoyWlM2eDZvNTQKNEdkSDFaVXBZd3NZdTBVQ0lRRG1Hcm01T0NJOTNE\
        ZFZ3N05LODJhK0Rtc0E1SUxkMXZFSGFJKzExWE50anc9PQotLS0tLUVORCBDRVJUSUZJQ0FURS0t\
        LS0tCg==";
    let key = "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCk1DNENBUUF3QlFZREsyVndCQ0lFSUtqOGMrUS9r\
        bVBnRDJLMmV3OUsybHlScUE3WHdSQndmWDAxaU1QbGJQa3EKLS0tLS1FTkQgUFJJVkFURSBLRVkt\
        LS0tLQo=";
    let template =
        format!(r#"{{{{ genSignedCert "c" nil nil 5 (buildCustomCert "{cert}" "{key}") }}}}"#);
    let error = rendered(&template).unwrap_err();
    let message = "error calling genSignedCert: error creating certificate: x509: provided PrivateKey doesn't match parent's PublicKey";
    assert_eq!(error.split_once(">: ").unwrap().1, message);
}
