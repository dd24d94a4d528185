//! Go's `reflect.Value` as far as text/template can tell: a value together with its static type.

use gostd::Value;
use std::borrow::Cow;

/// A value on its way through the executor.
///
/// Go tells apart a value of static type `interface {}` (an element of `map[string]interface {}`)
/// and the same value taken out of its interface: error texts name the static type, and a nil of
/// static type `interface {}` is something else than no value at all.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reflect {
    /// The value itself.
    pub(crate) value: Value,
    /// The holder.
    pub(crate) holder: Holder,
}

/// The static type a value is held by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Holder {
    /// Its own type; with [`Value::Nil`] this is the invalid `reflect.Value`.
    #[default]
    Own,
    /// `interface {}`.
    Interface,
    /// `error`.
    Error,
    /// Its own type, in a place that has an address: a struct reached through a pointer has the
    /// methods with a pointer receiver.
    Addressable,
}

impl Reflect {
    /// A value of its own type.
    pub(crate) fn own(value: Value) -> Self {
        let holder = Holder::Own;
        Reflect { value, holder }
    }

    /// A value of static type `interface {}`.
    pub(crate) fn boxed(value: Value) -> Self {
        let holder = Holder::Interface;
        Reflect { value, holder }
    }

    /// Go's zero `reflect.Value`: no value at all.
    pub(crate) fn invalid() -> Self {
        Reflect::default()
    }

    /// `IsValid`.
    pub(crate) fn is_valid(&self) -> bool {
        self.holder != Holder::Own || !matches!(self.value, Value::Nil)
    }

    /// A nil of static type `interface {}` or `error`.
    pub(crate) fn is_nil_interface(&self) -> bool {
        matches!(self.holder, Holder::Interface | Holder::Error) && matches!(self.value, Value::Nil)
    }

    /// The value taken out of its interface (`Elem`, or `indirectInterface` in text/template).
    pub(crate) fn unboxed(mut self) -> Self {
        if self.holder == Holder::Interface {
            self.holder = Holder::Own;
        }
        self
    }

    /// The name of the static type.
    pub(crate) fn static_type(&self) -> Cow<'static, str> {
        match self.holder {
            Holder::Interface => Cow::Borrowed("interface {}"),
            Holder::Error => Cow::Borrowed("error"),
            _ => self.value.type_name(),
        }
    }
}
