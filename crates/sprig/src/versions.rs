//! `semver` and `semverCompare`, and `*semver.Version` with its Go methods (Masterminds' semver).

use gosemver::{Constraints, Version, VersionError};
use gostd::errors::{self, ERROR, ErrorType};
use gostd::json;
use gostd::types::{Field, IntType, Method, MethodCall, MethodError, StructType};
use gostd::value::Struct;
use gostd::{GoType, Text, Value};
use gotemplate::func::Return;
use gotemplate::{ArgumentUse, Error, FunctionTable, Uses};
use std::cell::{Ref, RefCell};
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
    table.declare_uses(USES);
}

const USES: Uses = &[(ArgumentUse::Text, &["semver", "semverCompare"])];

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
        native: Some(Box::new(RefCell::new(version))),
    })
}

/// The result of `deepCopy` for a version: it copies no unexported fields, which are all a version has.
pub(crate) fn deep_copy(value: &Value) -> Option<Value> {
    native(value).ok()?;
    let zero = go_struct(Version::new(0, 0, 0, "", ""));
    Some(match value {
        Value::Ptr(_) => Value::Ptr(zero),
        _ => Value::Struct(zero),
    })
}

/// The version behind a value; nothing behind a nil pointer.
fn native(value: &Value) -> Result<Ref<'_, Version>, MethodError> {
    cell(value).map(RefCell::borrow)
}

fn cell(value: &Value) -> Result<&RefCell<Version>, MethodError> {
    let version = match value {
        Value::Ptr(data) | Value::Struct(data) => data.native(),
        _ => None,
    };
    version.ok_or_else(|| crate::lists::nil_dereference().to_string().into())
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

/// A method that reads a new version into its receiver.
const fn change_in_place(
    name: &'static str,
    params: &'static [GoType],
    call: MethodCall,
) -> Method {
    on_pointer(Method::new(name, params, ERROR, call))
}

/// All exported methods.
const METHODS: &[Method] = &[
    comparison!("Compare", GoType::INT, a, b => Value::int(a.compare(&b) as i64)),
    comparison!("Equal", GoType::Bool, a, b => a.equal(&b).into()),
    comparison!("GreaterThan", GoType::Bool, a, b => a.greater_than(&b).into()),
    comparison!("GreaterThanEqual", GoType::Bool, a, b => a.greater_than_equal(&b).into()),
    change!("IncMajor", &[], version, _arguments => version.inc_major()),
    change!("IncMinor", &[], version, _arguments => version.inc_minor()),
    change!("IncPatch", &[], version, _arguments => version.inc_patch()),
    comparison!("LessThan", GoType::Bool, a, b => a.less_than(&b).into()),
    comparison!("LessThanEqual", GoType::Bool, a, b => a.less_than_equal(&b).into()),
    getter!("Major", UINT64, v => Value::Int(IntType::Uint64, v.major() as i64)),
    getter!("MarshalJSON", GoType::BYTES, v => bytes(format!("\"{v}\""))),
    getter!("MarshalText", GoType::BYTES, v => bytes(v.to_string())),
    getter!("Metadata", GoType::String, v => v.metadata().into()),
    getter!("Minor", UINT64, v => Value::Int(IntType::Uint64, v.minor() as i64)),
    on_pointer(getter!("Original", GoType::String, v => v.original().into())),
    getter!("Patch", UINT64, v => Value::Int(IntType::Uint64, v.patch() as i64)),
    getter!("Prerelease", GoType::String, v => v.prerelease().into()),
    change_in_place(
        "Scan",
        &[GoType::Interface],
        |receiver, arguments| match arguments.first().unwrap_or(&Value::Nil) {
            Value::Str(text) | Value::Bytes(text) => replace(receiver, text),
            Value::Nil => {
                let text = "cannot scan nil into Version";
                Ok(errors::value(ErrorType::Plain, text))
            }
            other => {
                let text = format!("unsupported Scan type {}", other.type_name());
                Ok(errors::value(ErrorType::Plain, text))
            }
        },
    ),
    change!("SetMetadata", &[GoType::String], version, arguments => {
        version.set_metadata(text(arguments))
    }),
    change!("SetPrerelease", &[GoType::String], version, arguments => {
        version.set_prerelease(text(arguments))
    }),
    getter!("String", GoType::String, v => v.to_string().into()),
    change_in_place("UnmarshalJSON", &[GoType::BYTES], |receiver, arguments| {
        let (error_type, error) = match json::decode(bytes_of(arguments).as_bytes()) {
            Ok(Value::Str(text)) => return replace(receiver, &text),
            Ok(Value::Nil) => return replace(receiver, &Text::default()),
            Ok(other) => (
                ErrorType::JsonType,
                json::Error::WrongType {
                    json_type: json::Kind::of_decoded(&other).to_string(),
                    go_type: "string",
                },
            ),
            Err(error) => (ErrorType::JsonSyntax, error),
        };
        Ok(errors::value(error_type, error.to_string()))
    }),
    change_in_place("UnmarshalText", &[GoType::BYTES], |receiver, arguments| {
        replace(receiver, &bytes_of(arguments))
    }),
    getter!("Value", GoType::Interface, v => v.to_string().into()),
];

fn text(arguments: &[Value]) -> Text {
    let text = arguments.first().and_then(Value::as_text);
    text.cloned().unwrap_or_default()
}

fn bytes_of(arguments: &[Value]) -> Text {
    match arguments.first() {
        Some(Value::Bytes(bytes)) => bytes.clone(),
        _ => Text::default(),
    }
}

/// Makes the version behind a pointer another one, for all who hold the pointer. Gives the error
/// if the text is no version.
fn replace(receiver: &Value, text: &Text) -> Result<Value, MethodError> {
    let error = match Version::parse(text.as_bytes()) {
        Ok(version) => {
            *cell(receiver)?.borrow_mut() = version;
            return Ok(Value::Nil);
        }
        Err(error) => error,
    };
    let error_type = match error {
        VersionError::Number { .. } => ErrorType::Wrapped,
        _ => ErrorType::Plain,
    };
    Ok(errors::value(error_type, error.to_string()))
}

fn bytes(text: String) -> Value {
    Value::Bytes(text.into())
}
