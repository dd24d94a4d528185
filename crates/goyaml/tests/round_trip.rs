//! `fromYaml (toYaml x)` is `x`, but where Helm's is not.

use gostd::json::{self, Options};
use gostd::{List, Map, Text, Value};
use goyaml::{parse, to_yaml};
use proptest::prelude::*;

/// Texts that both JSON and YAML are picky about.
fn text() -> impl Strategy<Value = String> {
    let picky = "[-?:,#&*!|>'\"%@` \\[\\]{}~=<.0-9a-eE+xno\\n\\t\\r\u{1}\u{7f}\u{85}\u{a0}é\u{2028}\u{feff}\u{fffd}\u{fffe}𝒳]{0,12}";
    prop_oneof![
        8 => picky,
        2 => "(yes|no|on|off|y|n|true|null|~|0x1F|017|1_0|1e3|\\.5|12:30:45|2020-01-01|<<|=|\\.inf)",
        2 => "([a-z]{1,12} ){5,30}",
        1 => any::<String>(),
    ]
}

/// Keys, now and then longer than YAML reads back.
fn key() -> impl Strategy<Value = String> {
    prop_oneof![20 => text(), 1 => "k{1000,1040}"]
}

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<i32>().prop_map(f64::from),
        any::<f64>().prop_filter("JSON has no other", |f| f.is_finite()),
        proptest::sample::select(vec![
            0.0,
            -0.0,
            1e6,
            1e20,
            1e21,
            1e-7,
            0.1,
            9_007_199_254_740_993.0
        ]),
    ]
}

/// A JSON value as Go's decoder gives it.
#[derive(Clone, Debug)]
enum Json {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Json>),
    Map(Vec<(String, Json)>),
}

fn value() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        number().prop_map(Json::Number),
        text().prop_map(Json::Text),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Json::List),
            proptest::collection::vec((key(), inner), 0..5).prop_map(Json::Map),
        ]
    })
}

impl Json {
    fn value(&self) -> Value {
        match self {
            Json::Null => Value::Nil,
            Json::Bool(b) => Value::Bool(*b),
            Json::Number(f) => Value::Float64(*f),
            Json::Text(text) => Value::from(text.as_str()),
            Json::List(items) => Value::List(List::new(items.iter().map(Json::value).collect())),
            Json::Map(entries) => {
                let entries = entries
                    .iter()
                    .map(|(k, v)| (Text::from(k.as_str()), v.value()));
                Value::Map(entries.collect::<Map>())
            }
        }
    }

    /// Returns true if any text or key is like this.
    fn any_text(&self, like: &dyn Fn(&str, bool) -> bool) -> bool {
        match self {
            Json::Text(text) => like(text, false),
            Json::List(items) => items.iter().any(|item| item.any_text(like)),
            Json::Map(entries) => {
                let is_like = |(k, v): &(String, Json)| like(k, true) || v.any_text(like);
                entries.iter().any(is_like)
            }
            _ => false,
        }
    }
}

/// JSON's text; YAML has no negative zero.
fn comparable(value: &Value) -> String {
    let text = json::encode(value, Options::COMPACT).unwrap_or_default();
    String::from_utf8_lossy(&text)
        .replace("-0,", "0,")
        .replace("-0]", "0]")
        .replace("-0}", "0}")
}

/// Characters that go-yaml's reader refuses and JSON does not escape, and the one that it takes for
/// the mark of an encoding.
fn is_refused(c: char) -> bool {
    matches!(c, '\u{7f}' | '\u{80}'..='\u{84}' | '\u{86}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}')
}

/// True if the text reads back as another value, in Helm as well: a next-line character
/// is a line break that folds to a blank, and `<<` is no key but a merge.
fn changes(value: &Json) -> bool {
    value.any_text(&|text, is_key| text.contains('\u{85}') || is_key && text == "<<")
}

/// True if toYaml fails, where Helm gives nothing: a character that the reader refuses, or a key beyond
/// its reach of 1,024 characters.
fn may_fail(value: &Json) -> bool {
    changes(value)
        || value.any_text(&|text, is_key| text.contains(is_refused) || is_key && text.len() > 900)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn to_yaml_reads_back(value in value()) {
        let whole = Value::List(List::new(vec![value.value()]));
        match to_yaml(&whole) {
            Err(error) => prop_assert!(may_fail(&value), "{error}"),
            Ok(_) if changes(&value) => {}
            Ok(text) => {
                let read = parse(&text).map(|node| comparable(&node.to_value()));
                let text = String::from_utf8_lossy(&text);
                prop_assert_eq!(read, Ok(comparable(&whole)), "{}", text);
            }
        }
    }
}
