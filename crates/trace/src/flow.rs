//! The reads behind the values of variables and behind the arguments of template calls.

use crate::usage::{Holder, Object, Path, UsageRecorder, Use};
use gotemplate::Site;
use rustc_hash::{FxHashMap, FxHashSet};

/// Something that templates read and that somebody may have set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Read<'r> {
    /// A value, by its path.
    Value(&'r Path),
    /// Something of `.Release` or `.Capabilities`.
    Object(&'r Object),
}

/// An action: the template, the byte in it, the call.
type Statement = (u32, u32, u32);

fn statement(site: Site) -> Statement {
    (site.at.template, site.statement, site.at.call)
}

/// The reads, and the uses of values that were read elsewhere.
pub(super) type ReadsAndUses<'r> = (Vec<Read<'r>>, Vec<&'r Use>);

/// The reads made while an action was evaluated.
#[derive(Debug, Default)]
struct Assignment<'r> {
    /// By the action itself.
    own: FxHashSet<Read<'r>>,
    own_uses: FxHashSet<&'r Use>,
    /// In the templates that it called.
    called: FxHashSet<Read<'r>>,
    called_uses: FxHashSet<&'r Use>,
}

/// The actions that give variables and called templates what they hold.
#[derive(Debug, Default)]
pub(super) struct Flow<'r> {
    assignments: FxHashMap<Statement, Assignment<'r>>,
}

impl<'r> Flow<'r> {
    /// All of a render; no reads yet.
    pub(super) fn new(reads: &'r UsageRecorder) -> Flow<'r> {
        let mut flow = Flow::default();
        for used in reads.uses() {
            if used.holder != Holder::Dot {
                flow.assignments.entry(statement(used.source)).or_default();
            }
        }
        flow
    }

    /// Notes what was read at a place, or in what was called there.
    pub(super) fn note(&mut self, site: Site, read: Read<'r>, is_called: bool) {
        if let Some(assignment) = self.assignments.get_mut(&statement(site)) {
            match is_called {
                false => assignment.own.insert(read),
                true => assignment.called.insert(read),
            };
        }
    }

    /// Notes what was used at a place, or in what was called there.
    pub(super) fn note_use(&mut self, site: Site, used: &'r Use, is_called: bool) {
        if let Some(assignment) = self.assignments.get_mut(&statement(site)) {
            match is_called {
                false => assignment.own_uses.insert(used),
                true => assignment.called_uses.insert(used),
            };
        }
    }

    /// The reads behind a value that is used, with the way there: what is nearest is told first. `around` gives
    /// what the `with` and `range` around a use have read and used.
    pub(super) fn behind(
        &self,
        uses: impl IntoIterator<Item = &'r Use>,
        around: &dyn Fn(&Use) -> ReadsAndUses<'r>,
    ) -> Vec<(Read<'r>, Vec<&'r Use>)> {
        let mut result = Vec::new();
        let mut visited = FxHashSet::default();
        let mut waiting: Vec<Vec<&Use>> = uses.into_iter().map(|used| vec![used]).collect();
        let mut next = 0;
        while let Some(way) = waiting.get(next).cloned() {
            next += 1;
            let Some(used) = way.last() else { continue };
            if !visited.insert((statement(used.source), &used.holder)) {
                continue;
            }
            if used.holder == Holder::Dot {
                let (reads, uses) = around(used);
                let way = way.get(..way.len() - 1).unwrap_or_default();
                result.extend(reads.into_iter().map(|read| (read, way.to_vec())));
                waiting.extend(uses.into_iter().map(|used| [way, &[used]].concat()));
                continue;
            }
            let Some(assignment) = self.assignments.get(&statement(used.source)) else {
                continue;
            };
            // What a template was called with, it did not make itself.
            let is_variable = used.holder != Holder::Argument;
            let reads = assignment
                .own
                .iter()
                .chain(assignment.called.iter().filter(|_| is_variable));
            result.extend(reads.map(|read| (*read, way.clone())));
            let uses = assignment
                .own_uses
                .iter()
                .chain(assignment.called_uses.iter().filter(|_| is_variable));
            let mut uses: Vec<&Use> = uses.copied().collect();
            uses.sort_unstable();
            waiting.extend(uses.into_iter().map(|used| {
                let mut way = way.clone();
                way.push(used);
                way
            }));
        }
        result
    }
}
