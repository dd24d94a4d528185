//! The functions that need cryptography where the feature `crypto` is off: charts that do not call them render as ever.

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

#[cfg(all(test, feature = "crypto"))]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_functions_are_those_that_the_feature_brings() {
        let names = |register: fn(&mut FunctionTable)| -> BTreeSet<&str> {
            let mut table = FunctionTable::new();
            register(&mut table);
            table.iter().map(|function| function.name).collect()
        };
        let builtin = names(|_| {});
        let own = |register| &names(register) - &builtin;
        assert_eq!(own(register), own(crate::crypto::register));
    }
}
