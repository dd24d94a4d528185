//! The values of recorded test cases: the notation `(map any (s 61) (int 1))` in which the tables
//! under `testdata/` write them, and the types that the recording Go programs declare.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use crate::list::List;
use crate::map::{Entries, Entry, Map, Origin};
use crate::types::{Field, GoType, IntType, Method, MethodCall, NamedType, StructType};
use crate::value::{Struct, Value};
use std::rc::Rc;

const fn text_method(name: &'static str, pointer: bool, call: MethodCall) -> Method {
    Method {
        name,
        pointer,
        params: &[],
        variadic: false,
        result: GoType::String,
        more_results: &[],
        call,
    }
}

fn number(value: &Value) -> i64 {
    match value.underlying() {
        Value::Int(_, n) => *n,
        other => panic!("{other:?}"),
    }
}

fn field(value: &Value, index: usize) -> Value {
    match value {
        Value::Struct(data) | Value::Ptr(data) => data.fields[index].clone(),
        other => panic!("{other:?}"),
    }
}

static NAMED: &[NamedType] = &[
    NamedType {
        name: "main.Duration",
        methods: &[text_method("String", false, |v, _| {
            Ok(format!("{}ns", number(v)).into())
        })],
    },
    NamedType {
        name: "main.Broken",
        methods: &[text_method("String", false, |_, _| Err("no string".into()))],
    },
    NamedType {
        name: "main.Failure",
        methods: &[text_method("Error", false, |v, _| {
            Ok(format!("failed \"{}\"", number(v)).into())
        })],
    },
    NamedType {
        name: "main.Stamp",
        methods: &[text_method("MarshalJSON", false, |v, _| {
            let (n, odd) = (number(v), r#""a&b\u003c"#);
            Ok(format!(" {{ \"t<\" : [ {n}, {odd}\u{2028}\", {{}}, [ ] ] , \"u\":null}}").into())
        })],
    },
    NamedType {
        name: "main.Bad",
        methods: &[text_method("MarshalJSON", false, |v, _| {
            match v.as_text().unwrap() {
                text if text.is_empty() => Err("no bad".into()),
                text => Ok(Value::Bytes(text.clone())),
            }
        })],
    },
    NamedType {
        name: "main.Txt",
        methods: &[text_method("MarshalText", false, |v, _| {
            Ok(format!("<{}>", v.as_text().unwrap()).into())
        })],
    },
    NamedType {
        name: "main.Values",
        methods: &[],
    },
    NamedType {
        name: "main.Label",
        methods: &[],
    },
    NamedType {
        name: "main.Count",
        methods: &[],
    },
    NamedType {
        name: "main.Raw",
        methods: &[],
    },
];

const fn embedded(name: &'static str, go_type: GoType) -> Field {
    Field {
        embedded: true,
        ..Field::new(name, go_type, "")
    }
}

static STRUCTS: &[StructType] = &[
    StructType {
        name: "main.Point",
        fields: &[
            Field::new("X", GoType::INT, "X"),
            Field::new("Y", GoType::Interface, "Y"),
            Field::new("name", GoType::String, ""),
        ],
        methods: &[],
    },
    StructType {
        name: "main.Version",
        fields: &[
            Field::new("Major", GoType::INT, "Major"),
            Field::new("Minor", GoType::INT, "Minor"),
        ],
        methods: &[
            text_method("String", false, |v, _| {
                let (major, minor) = (number(&field(v, 0)), number(&field(v, 1)));
                Ok(format!("v{major}.{minor}").into())
            }),
            text_method("GoString", false, |v, _| {
                Ok(format!("Go({})", number(&field(v, 0))).into())
            }),
        ],
    },
    StructType {
        name: "main.Kube",
        fields: &[
            Field::new("Version", GoType::String, "Version"),
            Field::new("Next", GoType::Named("*main.Point"), "Next"),
        ],
        methods: &[text_method("String", true, |v, _| Ok(field(v, 0)))],
    },
    StructType {
        name: "main.Outer",
        fields: &[
            embedded("Kube", GoType::Named("main.Kube")),
            Field::new("inner", GoType::Named("main.Version"), ""),
            Field::new("D", GoType::Named("main.Duration"), "D"),
            Field::new("M", GoType::MAP, "M"),
            Field::new("L", GoType::Slice(&GoType::Named("*main.Point")), "L"),
        ],
        methods: &[],
    },
    StructType {
        name: "main.Opt",
        fields: &[
            Field::omit_empty("A", GoType::String, "a"),
            Field::omit_empty("B", GoType::Interface, "b<&"),
            Field::omit_empty("C", GoType::STRINGS, "c"),
            Field::omit_empty("D", GoType::Named("*main.Point"), "d"),
            Field::new("Skip", GoType::INT, ""),
            Field::omit_empty("E", GoType::MAP, "e"),
            Field::omit_empty("F", GoType::Float64, "f"),
            Field::omit_empty("G", GoType::Bool, "G"),
            Field::omit_empty("H", GoType::Named("main.Point"), "h"),
            embedded("Kube", GoType::Named("*main.Kube")),
            Field::new("Version", GoType::Named("main.Version"), "v"),
        ],
        methods: &[],
    },
];

/// All values of a text in that notation.
pub(crate) fn read_all(text: &str) -> Vec<Value> {
    let spaced = text.replace('(', "( ").replace(')', " )");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Reader {
        words: words.into_iter().peekable(),
    };
    let mut values = Vec::new();
    while reader.words.peek().is_some() {
        values.push(reader.value());
    }
    values
}

/// A value that JSON can give, in that notation.
pub(crate) fn notation(value: &Value) -> String {
    let hex = |bytes: &[u8]| bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
    match value {
        Value::Nil => "nil".into(),
        Value::Bool(b) => b.to_string(),
        Value::Float64(f) => format!("(f {:016x})", f.to_bits()),
        Value::Str(text) => format!("(s {})", hex(text.as_bytes())),
        Value::Map(map) if map.is_nil() => "(nilmap any)".into(),
        Value::List(list) if list.is_nil() => "(nillist any)".into(),
        Value::List(list) => {
            let items = list.borrow();
            let items = items.iter().map(|v| format!(" {}", notation(v)));
            format!("(list any{})", items.collect::<String>())
        }
        Value::Map(map) => {
            let pairs = map.snapshot().into_iter();
            let pairs = pairs.map(|(k, v)| format!(" {} {}", notation(&k.into()), notation(&v)));
            format!("(map any{})", pairs.collect::<String>())
        }
        other => panic!("{other:?}"),
    }
}

struct Reader<'a> {
    words: std::iter::Peekable<std::vec::IntoIter<&'a str>>,
}

impl Reader<'_> {
    fn word(&mut self) -> &str {
        self.words.next().unwrap()
    }

    fn rest(&mut self) -> Vec<Value> {
        let mut values = Vec::new();
        while *self.words.peek().unwrap() != ")" {
            values.push(self.value());
        }
        values
    }

    fn bytes(&mut self) -> Vec<u8> {
        if *self.words.peek().unwrap() == ")" {
            return Vec::new();
        }
        let hex = self.word().to_string();
        let byte = |at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
        (0..hex.len()).step_by(2).map(byte).collect()
    }

    fn float(&mut self) -> f64 {
        f64::from_bits(u64::from_str_radix(self.word(), 16).unwrap())
    }

    fn element(&mut self) -> GoType {
        match self.word() {
            "any" => GoType::Interface,
            "string" => GoType::String,
            "int" => GoType::INT,
            "list" => GoType::LIST,
            "*Point" => GoType::Named("*main.Point"),
            other => panic!("{other}"),
        }
    }

    fn value(&mut self) -> Value {
        match self.word() {
            "nil" => return Value::Nil,
            "true" => return Value::Bool(true),
            "false" => return Value::Bool(false),
            "(" => {}
            other => panic!("{other}"),
        }
        let kind = self.word().to_string();
        let value = self.compound(&kind);
        assert_eq!(self.word(), ")");
        value
    }

    fn compound(&mut self, kind: &str) -> Value {
        match kind {
            "f" => Value::Float64(self.float()),
            "c" => Value::Complex128(Rc::new((self.float(), self.float()))),
            "s" => Value::Str(self.bytes().into()),
            "b" => Value::Bytes(self.bytes().into()),
            "nilmap" => Map::nil(self.element()).into(),
            "nillist" => List::nil(self.element()).into(),
            "list" => {
                let element = self.element();
                List::of(element, self.rest()).into()
            }
            "map" => {
                let element = self.element();
                let mut entries = Entries::new();
                for pair in self.rest().chunks(2) {
                    let (value, origin) = (pair[1].clone(), Origin::COMPUTED);
                    let key = pair[0].as_text().unwrap().clone();
                    entries.insert(key, Entry { value, origin });
                }
                Map::from_entries(element, entries).into()
            }
            "named" => {
                let name = format!("main.{}", self.word());
                let named_type = NAMED.iter().find(|t| t.name == name).unwrap();
                Value::named(named_type, self.value())
            }
            "struct" => {
                let name = format!("main.{}", self.word());
                Value::Struct(Rc::new(Struct {
                    struct_type: STRUCTS.iter().find(|t| t.name == name).unwrap(),
                    fields: self.rest(),
                    native: None,
                }))
            }
            "ptr" => match self.value() {
                Value::Struct(data) => Value::Ptr(data),
                other => panic!("{other:?}"),
            },
            int => Value::Int(int_type(int), self.word().parse().unwrap()),
        }
    }
}

fn int_type(name: &str) -> IntType {
    use IntType::{Int, Int8, Int16, Int32, Int64, Uint, Uint8, Uint16, Uint32, Uint64, Uintptr};
    let types = [
        Int, Int8, Int16, Int32, Int64, Uint, Uint8, Uint16, Uint32, Uint64, Uintptr,
    ];
    *types.iter().find(|t| t.name() == name).unwrap()
}
