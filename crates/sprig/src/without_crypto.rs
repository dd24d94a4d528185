//! The functions of [`crypto`](crate) where the feature is off: charts that do not call them render as ever.

use gostd::{Text, Value};
use gotemplate::func::Rest;
use gotemplate::{Error, FunctionTable};

const FUNCTIONS: [&str; 13] = [
    "bcrypt",
    "buildCustomCert",
    "decryptAES",
    "derivePassword",
    "encryptAES",
    "genCA",
    "genCAWithKey",
    "genPrivateKey",
    "genSelfSignedCert",
    "genSelfSignedCertWithKey",
    "genSignedCert",
    "genSignedCertWithKey",
    "htpasswd",
];

const MISSING: &str = "this build of rhelm has no cryptography (its feature \"crypto\" is off)";

pub(crate) fn register(table: &mut FunctionTable) {
    for name in FUNCTIONS {
        table.add(name, |_: Rest<Value>| Err::<Text, _>(Error::new(MISSING)));
    }
}
