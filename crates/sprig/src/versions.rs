//! `semver` and `semverCompare`, and `*semver.Version` with its Go methods (Masterminds' semver).

use gostd::types::{Field, IntType, Method, StructType};
use gostd::value::Struct;
use gostd::{GoType, Text, Value};
use gotemplate::func::Return;
use gotemplate::{Error, FunctionTable};
use semver::{Constraints, Version};
use std::rc::Rc;

pub(crate) fn register(table: &mut FunctionTable) {
    table.add("semver", |text: Text| {
        let version = Version::parse(text.as_bytes());
        version.map(Pointer).map_err(|e| Error::new(e.to_string()))
    });
    table.add("semverCompare", |constraint: Text, version: Text| {
        let constraints = Constraints::new(constraint.as_bytes());
        let constraints = constraints.map_err(|e| Error::new(e.to_string()))?;
        let version = Version::parse(version.as_bytes());
        let version = version.map_err(|e| Error::new(e.to_string()))?;
        Ok::<_, Error>(constraints.check(&version))
    });
}

/// A result of type `*semver.Version`.
struct Pointer(Version);

impl Return for Pointer {
    const TYPE: GoType = POINTER;

    fn into_result(self) -> Result<Value, Error> {
        Ok(Value::Ptr(go_struct(self.0)))
    }
}

const POINTER: GoType = GoType::Named("*semver.Version");
const STRUCT: GoType = GoType::Named("semver.Version");
const UINT64: GoType = GoType::Int(IntType::Uint64);

static TYPE: StructType = StructType {
    name: "semver.Version",
    fields: &[
        Field::new("major", UINT64, ""),
        Field::new("minor", UINT64, ""),
        Field::new("patch", UINT64, ""),
        Field::new("pre", GoType::String, ""),
        Field::new("metadata", GoType::String, ""),
        Field::new("original", GoType::String, ""),
    ],
    methods: METHODS,
};

fn go_struct(version: Version) -> Rc<Struct> {
    let number = |n: u64| Value::Int(IntType::Uint64, n as i64);
    Rc::new(Struct {
        struct_type: &TYPE,
        fields: vec![
            number(version.major()),
            number(version.minor()),
            number(version.patch()),
            version.prerelease().into(),
            version.metadata().into(),
            version.original().into(),
        ],
        native: Some(Box::new(version)),
    })
}

/// What `deepCopy` makes of a version: it copies no unexported fields, which are all a version has.
pub(crate) fn deep_copy(value: &Value) -> Option<Value> {
    native(value).ok()?;
    let zero = go_struct(Version::new(0, 0, 0, "", ""));
    Some(match value {
        Value::Ptr(_) => Value::Ptr(zero),
        _ => Value::Struct(zero),
    })
}

/// The version behind a value; nothing behind a nil pointer.
fn native(value: &Value) -> Result<&Version, String> {
    let version = match value {
        Value::Ptr(data) | Value::Struct(data) => data.native(),
        _ => None,
    };
    version.ok_or_else(|| crate::lists::nil_dereference().to_string())
}

/// A method whose receiver is a pointer.
const fn on_pointer(method: Method) -> Method {
    Method {
        pointer: true,
        ..method
    }
}

macro_rules! getter {
    ($name:literal, $result:expr, $version:ident => $value:expr) => {
        Method::new($name, &[], $result, |receiver, _| {
            let $version = native(receiver)?;
            Ok($value)
        })
    };
}

macro_rules! comparison {
    ($name:literal, $result:expr, $ours:ident, $theirs:ident => $value:expr) => {
        on_pointer(Method::new(
            $name,
            &[POINTER],
            $result,
            |receiver, arguments| {
                let $ours = native(receiver)?;
                let $theirs = native(arguments.first().unwrap_or(&Value::Nil))?;
                Ok($value)
            },
        ))
    };
}

macro_rules! change {
    ($name:literal, $params:expr, $version:ident, $arguments:ident => $value:expr) => {
        Method::new($name, $params, STRUCT, |receiver, $arguments| {
            let $version = native(receiver)?;
            let changed = $value.map_err(|e| e.to_string())?;
            Ok(Value::Struct(go_struct(changed)))
        })
    };
}

/// All exported methods but `Scan` and the unmarshalling ones, which change a version in place.
const METHODS: &[Method] = &[
    comparison!("Compare", GoType::INT, a, b => Value::int(a.compare(b) as i64)),
    comparison!("Equal", GoType::Bool, a, b => a.equal(b).into()),
    comparison!("GreaterThan", GoType::Bool, a, b => a.greater_than(b).into()),
    comparison!("GreaterThanEqual", GoType::Bool, a, b => a.greater_than_equal(b).into()),
    change!("IncMajor", &[], version, _arguments => version.inc_major()),
    change!("IncMinor", &[], version, _arguments => version.inc_minor()),
    change!("IncPatch", &[], version, _arguments => version.inc_patch()),
    comparison!("LessThan", GoType::Bool, a, b => a.less_than(b).into()),
    comparison!("LessThanEqual", GoType::Bool, a, b => a.less_than_equal(b).into()),
    getter!("Major", UINT64, v => Value::Int(IntType::Uint64, v.major() as i64)),
    getter!("MarshalJSON", GoType::BYTES, v => bytes(format!("\"{v}\""))),
    getter!("MarshalText", GoType::BYTES, v => bytes(v.to_string())),
    getter!("Metadata", GoType::String, v => v.metadata().into()),
    getter!("Minor", UINT64, v => Value::Int(IntType::Uint64, v.minor() as i64)),
    on_pointer(getter!("Original", GoType::String, v => v.original().into())),
    getter!("Patch", UINT64, v => Value::Int(IntType::Uint64, v.patch() as i64)),
    getter!("Prerelease", GoType::String, v => v.prerelease().into()),
    change!("SetMetadata", &[GoType::String], version, arguments => {
        version.set_metadata(text(arguments))
    }),
    change!("SetPrerelease", &[GoType::String], version, arguments => {
        version.set_prerelease(text(arguments))
    }),
    getter!("String", GoType::String, v => v.to_string().into()),
    getter!("Value", GoType::Interface, v => v.to_string().into()),
];

fn text(arguments: &[Value]) -> Text {
    let text = arguments.first().and_then(Value::as_text);
    text.cloned().unwrap_or_default()
}

fn bytes(text: String) -> Value {
    Value::Bytes(text.into())
}
