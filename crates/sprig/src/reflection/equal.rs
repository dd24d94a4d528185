//! Go's `reflect.DeepEqual`.

use gostd::limits::{Budget, Exceeded, LIMITS};
use gostd::{List, Map, Value};
use gotemplate::Error;
use std::collections::HashSet;
use std::rc::Rc;

/// So many containers are compared before any is remembered: most values are small.
const UNREMEMBERED: usize = 1_000;

/// Same types all the way down, 1 is not 1.0, NaN is not NaN. Containers that were compared with each other
/// once are not compared again, so that shared ones take no longer than others, and what contains itself comes
/// to an end.
///
/// # Errors
/// [`gostd::limits::Exceeded`], and more pairs of containers than rhelm remembers.
pub(crate) fn deep_equal(a: &Value, b: &Value, budget: &Budget) -> Result<bool, Error> {
    let mut comparison = Comparison::default();
    if !comparison.meet(a, b) {
        return Ok(false);
    }
    while let Some((a, b)) = comparison.open.pop() {
        if !comparison.is_new(&a, &b, budget)? {
            continue;
        }
        if !comparison.contents(&a, &b, budget)? {
            return Ok(false);
        }
    }
    Ok(true)
}

#[derive(Default)]
struct Comparison {
    /// Containers whose contents are still to be compared.
    open: Vec<(Value, Value)>,
    compared: usize,
    /// Both containers and their length, if that many are to be compared.
    remembered: Option<HashSet<(usize, usize, usize)>>,
}

impl Comparison {
    /// Compares two values but for the contents of containers, which come later.
    fn meet(&mut self, a: &Value, b: &Value) -> bool {
        match (a, b) {
            (Value::Nil, Value::Nil) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Int(a_type, a), Value::Int(b_type, b)) => a_type == b_type && a == b,
            (Value::Float64(a), Value::Float64(b)) => a == b,
            (Value::Complex128(a), Value::Complex128(b)) => a == b,
            (Value::Str(a), Value::Str(b)) => a == b,
            (Value::Bytes(a), Value::Bytes(b)) => a == b && a.is_nil() == b.is_nil(),
            (Value::Map(x), Value::Map(y)) => self.maps(x, y, a, b),
            (Value::List(x), Value::List(y)) => self.lists(x, y, a, b),
            (Value::Named(a), Value::Named(b)) => {
                a.named_type.name == b.named_type.name && self.meet(&a.value, &b.value)
            }
            (Value::Ptr(a), Value::Ptr(b)) if Rc::ptr_eq(a, b) => true,
            (Value::Struct(x), Value::Struct(y)) | (Value::Ptr(x), Value::Ptr(y)) => {
                let same_type = x.struct_type.name == y.struct_type.name;
                self.open.push((a.clone(), b.clone()));
                same_type
            }
            _ => false,
        }
    }

    fn maps(&mut self, x: &Map, y: &Map, a: &Value, b: &Value) -> bool {
        if x.element() != y.element() || x.is_nil() != y.is_nil() || x.len() != y.len() {
            return false;
        }
        if !x.same(y) && !x.is_empty() {
            self.open.push((a.clone(), b.clone()));
        }
        true
    }

    fn lists(&mut self, x: &List, y: &List, a: &Value, b: &Value) -> bool {
        if x.element() != y.element() || x.is_nil() != y.is_nil() || x.len() != y.len() {
            return false;
        }
        if !x.same(y) && !x.is_empty() {
            self.open.push((a.clone(), b.clone()));
        }
        true
    }

    /// Returns true if two containers have not been compared yet.
    fn is_new(&mut self, a: &Value, b: &Value, budget: &Budget) -> Result<bool, Error> {
        budget.steps(1)?;
        self.compared += 1;
        if self.compared <= UNREMEMBERED {
            return Ok(true);
        }
        let identity = match (a, b) {
            (Value::Map(a), Value::Map(b)) => (a.identity(), b.identity(), 0),
            (Value::List(a), Value::List(b)) => {
                let first = |list: &List| list.borrow().as_ptr() as usize;
                (first(a), first(b), a.len())
            }
            _ => return Ok(true),
        };
        let remembered = self.remembered.get_or_insert_default();
        if remembered.len() >= LIMITS.compared_pairs {
            return Err(Error::new("the values are too large to be compared"));
        }
        Ok(remembered.insert(identity))
    }

    fn contents(&mut self, a: &Value, b: &Value, budget: &Budget) -> Result<bool, Exceeded> {
        Ok(match (a, b) {
            (Value::Map(a), Value::Map(b)) => {
                let (a, b) = (a.borrow(), b.borrow());
                budget.steps(a.len() as u64 / 4)?;
                a.iter()
                    .zip(b.iter())
                    .all(|((a_key, a), (b_key, b))| a_key == b_key && self.meet(&a.value, &b.value))
            }
            (Value::List(a), Value::List(b)) => {
                let (a, b) = (a.borrow(), b.borrow());
                budget.steps(a.len() as u64 / 4)?;
                a.iter().zip(b.iter()).all(|(a, b)| self.meet(a, b))
            }
            (Value::Struct(a), Value::Struct(b)) | (Value::Ptr(a), Value::Ptr(b)) => {
                let mut fields = a.fields.iter().zip(&b.fields);
                fields.all(|(a, b)| self.meet(a, b))
            }
            _ => true,
        })
    }
}
