//! The tree of template calls: the meaning of the call numbers in line origins.

use gostd::text::LineOrigin;
use gotemplate::Site;
use rustc_hash::FxHashMap;

/// The number of calls that are told apart. What is called beyond counts as done by the caller.
const MOST_CALLS: usize = 1 << 20;

/// The number of calls of a stack that are told of: the last ones.
const MOST_FRAMES: usize = 128;

/// A template that another one executed, by `include`, `template` or `tpl`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Call {
    /// Its name; none for the text that was given to `tpl`.
    pub name: Option<Box<[u8]>>,
    /// The place of the call.
    pub site: Site,
}

/// All calls of a render, each way to a template once.
#[derive(Debug, Default)]
pub struct Calls {
    calls: Vec<Call>,
    numbers: FxHashMap<Call, u32>,
}

impl Calls {
    /// The number of a call; that of the caller where there are too many.
    pub fn number(&mut self, name: &[u8], site: Site) -> u32 {
        let name = (name != super::helm_functions::ROOT.as_bytes()).then(|| name.into());
        let call = Call { name, site };
        if let Some(number) = self.numbers.get(&call) {
            return *number;
        }
        if self.calls.len() == MOST_CALLS {
            return site.at.call;
        }
        self.calls.push(call.clone());
        let number = u32::try_from(self.calls.len()).unwrap_or(site.at.call);
        self.numbers.insert(call, number);
        number
    }

    /// The call of a number; none for what was not called but executed as a file.
    pub fn get(&self, number: u32) -> Option<&Call> {
        let at = usize::try_from(number).ok()?.checked_sub(1)?;
        self.calls.get(at)
    }

    /// The calls that led to a line, the last one first; of very many the last.
    pub fn stack(&self, origin: LineOrigin) -> impl Iterator<Item = &Call> {
        let mut next = origin.call;
        let calls = std::iter::from_fn(move || {
            let call = self.get(next)?;
            next = call.site.at.call;
            Some(call)
        });
        calls.take(MOST_FRAMES)
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
