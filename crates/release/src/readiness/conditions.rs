//! The conditions in an object's status.

use super::Unreadable;
use serde_json::Value;

/// A condition.
#[derive(Clone, Copy, Debug)]
pub(super) struct Condition<'v> {
    pub(super) condition_type: &'v str,
    /// `True`, `False` or `Unknown`.
    pub(super) status: &'v str,
    pub(super) reason: &'v str,
    pub(super) message: &'v str,
}

/// All conditions of an object.
#[derive(Debug)]
pub(super) struct Conditions<'v>(Vec<Condition<'v>>);

impl<'v> Conditions<'v> {
    /// Reads them; none where there is no status.
    pub(super) fn of(object: &'v Value) -> Result<Conditions<'v>, Unreadable> {
        let conditions = match object.get("status") {
            None | Some(Value::Null) => None,
            Some(Value::Object(status)) => status.get("conditions"),
            Some(_) => return Err(Unreadable),
        };
        let conditions = match conditions {
            None | Some(Value::Null) => return Ok(Conditions(Vec::new())),
            Some(Value::Array(conditions)) => conditions,
            Some(_) => return Err(Unreadable),
        };
        conditions
            .iter()
            .map(condition)
            .collect::<Result<_, _>>()
            .map(Conditions)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Condition<'v>> {
        self.0.iter()
    }

    /// The first condition of this type and status.
    pub(super) fn find(&self, condition_type: &str, status: &str) -> Option<&Condition<'v>> {
        let mut conditions = self.0.iter();
        conditions.find(|condition| {
            condition.condition_type == condition_type && condition.status == status
        })
    }
}

fn condition(value: &Value) -> Result<Condition<'_>, Unreadable> {
    if !value.is_object() && !value.is_null() {
        return Err(Unreadable);
    }
    let text = |key: &str| match value.get(key) {
        None | Some(Value::Null) => Ok(""),
        Some(Value::String(text)) => Ok(&**text),
        Some(_) => Err(Unreadable),
    };
    Ok(Condition {
        condition_type: text("type")?,
        status: text("status")?,
        reason: text("reason")?,
        message: text("message")?,
    })
}
