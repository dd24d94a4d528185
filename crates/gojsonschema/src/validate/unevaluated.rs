//! The properties or items that no keyword has evaluated yet, for `unevaluatedProperties` and
//! `unevaluatedItems`. Kept only where one of them, here or further out, will ask.

use crate::instance::{Instance, Shape};
use crate::schema::Schema;

/// The unevaluated parts, by position: properties are numbered in sorted order.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Unevaluated {
    pub(super) properties: Vec<bool>,
    pub(super) items: Vec<bool>,
}

impl Unevaluated {
    /// The parts that count as unevaluated before `schema` is applied to `value`.
    pub(super) fn of(schema: &Schema, value: &dyn Instance, caller_asks: bool) -> Self {
        let mut all = Self::default();
        let asks_properties = schema.unevaluated_properties.is_some() || caller_asks;
        let asks_items = schema.unevaluated_items.is_some() || caller_asks;
        if !asks_properties && !asks_items {
            return all;
        }
        match value.shape() {
            Shape::Object(length) if asks_properties && !schema.all_properties_evaluated => {
                all.properties = vec![true; length];
            }
            Shape::Array(length)
                if asks_items && !schema.all_items_evaluated && schema.items_evaluated < length =>
            {
                all.items = vec![true; length];
                let evaluated = all.items.iter_mut().take(schema.items_evaluated);
                evaluated.for_each(|flag| *flag = false);
            }
            _ => {}
        }
        all
    }

    pub(super) fn is_empty(&self) -> bool {
        !self.properties.contains(&true) && !self.items.contains(&true)
    }

    pub(super) fn evaluate_property(&mut self, position: usize) {
        if let Some(flag) = self.properties.get_mut(position) {
            *flag = false;
        }
    }

    pub(super) fn evaluate_item(&mut self, position: usize) {
        if let Some(flag) = self.items.get_mut(position) {
            *flag = false;
        }
    }

    /// Leaves only what is unevaluated in `other` as well.
    pub(super) fn keep_common(&mut self, other: &Self) {
        for (position, flag) in self.properties.iter_mut().enumerate() {
            *flag &= other.properties.get(position).copied().unwrap_or_default();
        }
        for (position, flag) in self.items.iter_mut().enumerate() {
            *flag &= other.items.get(position).copied().unwrap_or_default();
        }
    }
}
