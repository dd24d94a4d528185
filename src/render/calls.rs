//! Which templates called which: what the call numbers of line origins mean.

use gostd::text::LineOrigin;
use gotemplate::Site;
use rustc_hash::FxHashMap;

/// A template that another one executed, by `include`, `template` or `tpl`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Call {
    /// Its name; none for the text that was given to `tpl`.
    pub name: Option<Box<[u8]>>,
    /// Where it was called.
    pub site: Site,
}

/// All calls of a render, each way to a template once.
#[derive(Debug, Default)]
pub struct Calls {
    calls: Vec<Call>,
    numbers: FxHashMap<Call, u32>,
}

impl Calls {
    /// The number of a call; 0 where there are too many.
    pub(crate) fn number(&mut self, name: &[u8], site: Site) -> u32 {
        let name = (name != super::include::ROOT.as_bytes()).then(|| name.into());
        let call = Call { name, site };
        if let Some(number) = self.numbers.get(&call) {
            return *number;
        }
        self.calls.push(call.clone());
        let number = u32::try_from(self.calls.len()).unwrap_or(0);
        self.numbers.insert(call, number);
        number
    }

    /// The call of a number; none for what was not called but executed as a file.
    pub fn get(&self, number: u32) -> Option<&Call> {
        let at = usize::try_from(number).ok()?.checked_sub(1)?;
        self.calls.get(at)
    }

    /// The calls that led to a line, the last one first.
    pub fn stack(&self, origin: LineOrigin) -> impl Iterator<Item = &Call> {
        let mut next = origin.call;
        std::iter::from_fn(move || {
            let call = self.get(next)?;
            next = call.site.at.call;
            Some(call)
        })
    }

    /// The line of a template that is a file: of a text that was given to `tpl`, the line that gave it.
    pub fn in_file(&self, origin: LineOrigin) -> LineOrigin {
        match origin.template {
            0 => self
                .stack(origin)
                .map(|call| call.site.printed())
                .find(|site| site.template != 0)
                .unwrap_or(origin),
            _ => origin,
        }
    }
}
