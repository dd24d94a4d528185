//! `typeOf`, `kindOf` and their kin, `deepEqual` (Sprig's `reflect.go`).

mod equal;

pub(crate) use equal::deep_equal;

use gostd::{Text, Value};
use gotemplate::func::Reads;
use gotemplate::{ArgumentUse, Call, FunctionTable, Uses};

pub(crate) fn register(table: &mut FunctionTable) {
    table.add_reading("typeOf", Reads::Reported, |value: Value| {
        value.type_name().into_owned()
    });
    table.add_reading("typeIs", Reads::Reported, |target: Text, value: Value| {
        target.as_bytes() == value.type_name().as_bytes()
    });
    table.add_reading(
        "typeIsLike",
        Reads::Reported,
        |target: Text, value: Value| {
            let name = value.type_name();
            let name = name.as_bytes();
            target.as_bytes() == name || name.strip_prefix(b"*") == Some(target.as_bytes())
        },
    );
    table.add_reading("kindOf", Reads::Reported, |value: Value| {
        value.kind().name()
    });
    table.add_reading("kindIs", Reads::Reported, |target: Text, value: Value| {
        target.as_bytes() == value.kind().name().as_bytes()
    });
    table.add(
        "deepEqual",
        |call: &mut Call<'_, '_>, a: Value, b: Value| deep_equal(&a, &b, call.budget()),
    );
    table.declare_uses(USES);
}

const USES: Uses = &[(
    ArgumentUse::Kind,
    &["kindIs", "kindOf", "typeIs", "typeOf", "typeIsLike"],
)];
