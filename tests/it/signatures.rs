//! Signatures that rhelm makes: rhelm takes them, GnuPG does where it is there, and no secret is in an output.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

type Tested = Result<(), Box<dyn Error>>;

/// Keys of `tests/golden/signatures`, and the name of their owner.
const KEYS: &[(&str, &str)] = &[
    (
        "rsa@test.invalid",
        "RSA (throw-away test key) <rsa@test.invalid>",
    ),
    (
        "edwards@test.invalid",
        "Ed (throw-away test key) <edwards@test.invalid>",
    ),
    (
        "locked@test.invalid",
        "Locked (throw-away test key) <locked@test.invalid>",
    ),
    (
        "p256@test.invalid",
        "P256 (throw-away test key) <p256@test.invalid>",
    ),
];

fn case() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/signatures")
}

fn key_file(name: &str) -> String {
    let path = case().join("throw-away-test-keys").join(name);
    path.to_string_lossy().into_owned()
}

fn rhelm(arguments: &[&str], directory: &Path) -> Result<Output, Box<dyn Error>> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rhelm"));
    command.args(arguments).current_dir(directory);
    Ok(command.stdin(Stdio::null()).output()?)
}

/// Signs the case's chart.
fn sign(
    key: &str,
    passphrase: &str,
    major: &str,
    directory: &Path,
) -> Result<Output, Box<dyn Error>> {
    let chart = case().join("web").to_string_lossy().into_owned();
    let (keyring, passphrase) = (key_file("secring.gpg"), key_file(passphrase));
    rhelm(
        &[
            "package",
            &chart,
            "--sign",
            "--key",
            key,
            "--keyring",
            &keyring,
            "--passphrase-file",
            &passphrase,
            "--helm-version",
            major,
        ],
        directory,
    )
}

/// GnuPG with the case's public keys; nothing where there is none.
fn gnupg(home: &Path) -> Result<bool, Box<dyn Error>> {
    let ring = key_file("pubring.gpg");
    let mut command = Command::new("gpg");
    command.args(["--batch", "--quiet", "--import", &ring]);
    command.env("GNUPGHOME", home).stderr(Stdio::null());
    match command.status() {
        Ok(status) => Ok(status.success()),
        Err(_) => Ok(false),
    }
}

#[test]
fn what_rhelm_signs_is_right() -> Tested {
    for (key, owner) in KEYS {
        for major in ["3", "4"] {
            let dir = tempfile::tempdir()?;
            let signed = sign(key, "passphrase-of-locked", major, dir.path())?;
            assert!(signed.status.success(), "{key}: {signed:?}");
            let ring = key_file("pubring.gpg");
            let verify = ["verify", "web-1.0.0.tgz", "--keyring", &ring];
            let output = rhelm(&verify, dir.path())?;
            let text = String::from_utf8(output.stdout)?;
            assert!(text.starts_with(&format!("Signed by: {owner}\n")), "{text}");

            let provenance = dir.path().join("web-1.0.0.tgz.prov");
            let home = dir.path().join("gnupg");
            fs::create_dir(&home)?;
            if gnupg(&home)? {
                let mut gpg = Command::new("gpg");
                gpg.args(["--batch", "--status-fd", "1", "--verify"]);
                gpg.arg(&provenance).env("GNUPGHOME", &home);
                let output = gpg.output()?;
                let text = String::from_utf8_lossy(&output.stdout).into_owned();
                assert!(text.contains("[GNUPG:] GOODSIG "), "{key}: {output:?}");
            }

            let text = fs::read_to_string(&provenance)?;
            assert!(
                text.contains("\ndescription: '- a chart, signed'\n"),
                "{text}"
            );
            fs::write(&provenance, text.replacen("name: web", "name: wob", 1))?;
            let output = rhelm(&verify, dir.path())?;
            let text = String::from_utf8(output.stderr)?;
            assert!(text.ends_with(" verification failure\n"), "{text}");
        }
    }
    Ok(())
}

#[test]
fn a_wrong_passphrase_leaves_no_signature_and_is_not_shown() -> Tested {
    let dir = tempfile::tempdir()?;
    let output = sign("locked@test.invalid", "wrong-passphrase", "4", dir.path())?;
    let text = String::from_utf8([output.stdout, output.stderr].concat())?;
    assert_eq!(output.status.code(), Some(1));
    assert!(!text.contains("wrong"), "{text}");
    assert!(!dir.path().join("web-1.0.0.tgz.prov").exists());
    Ok(())
}

#[test]
fn broken_signatures_and_keyrings_are_errors() -> Tested {
    let dir = tempfile::tempdir()?;
    let by_helm = case().join("by-helm4-rsa");
    let whole = fs::read(by_helm.join("web-1.0.0.tgz.prov"))?;
    let ring = fs::read(key_file("pubring.gpg"))?;
    fs::copy(
        by_helm.join("web-1.0.0.tgz"),
        dir.path().join("web-1.0.0.tgz"),
    )?;
    let verify = ["verify", "web-1.0.0.tgz", "--keyring", "ring"];
    let mut ends = Vec::new();
    for step in 0..24 {
        // Each time another byte of one of them is wrong, or it ends there.
        let (mut provenance, mut keys) = (whole.clone(), ring.clone());
        match step % 4 {
            0 => provenance.truncate(whole.len() * step / 24),
            1 => provenance[whole.len() * step / 24] ^= 0x15,
            2 => keys.truncate(ring.len() * step / 24),
            _ => keys[ring.len() * step / 240] ^= 0x15,
        }
        fs::write(dir.path().join("web-1.0.0.tgz.prov"), provenance)?;
        fs::write(dir.path().join("ring"), keys)?;
        let output = rhelm(&verify, dir.path())?;
        ends.push(output.status.code());
        if output.status.code() == Some(1) {
            let text = String::from_utf8(output.stderr)?;
            assert!(
                text.starts_with("Error: ") && text.lines().count() == 1,
                "{step}: {text}"
            );
        }
    }
    assert!(
        ends.iter().all(|end| matches!(end, Some(0 | 1))),
        "{ends:?}"
    );
    Ok(())
}
