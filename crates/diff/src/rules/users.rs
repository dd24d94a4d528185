//! Who names what: an index of the resources of both sides, made once where a rule asks for it.

use super::super::node::{at, entries};
use super::super::resource::{Document, Key, Resource};
use super::references::{Reference, may_matter, references};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::OnceCell;

/// A resource that names others.
pub(crate) struct User {
    pub(super) key: Key,
    pub(super) api_version: String,
    pub(super) references: Vec<Reference>,
    /// True if a controller restarts its pods when what they read changes.
    pub(super) is_reloaded: bool,
    /// True if both sides have it, word for word.
    pub(super) is_equal: bool,
}

/// Kind, name and namespace, as references have them.
type Identity = (Box<str>, Box<str>, Box<str>);

/// The resources of a side that name others, and all that it has.
pub(crate) struct Users<'d> {
    users: Vec<User>,
    /// The users of a kind and name.
    by_name: FxHashMap<(&'static str, Box<str>), Vec<usize>>,
    rest: &'d [Resource],
    equal: &'d [Document],
    /// The release's namespace.
    release: &'d str,
    present: OnceCell<FxHashSet<Identity>>,
}

impl<'d> Users<'d> {
    /// Those of a side: of what differs, and of the documents that both sides have.
    pub(super) fn new(rest: &'d [Resource], equal: &'d [Document], release: &'d str) -> Users<'d> {
        let mut users = Users {
            users: Vec::new(),
            by_name: FxHashMap::default(),
            rest,
            equal,
            release,
            present: OnceCell::new(),
        };
        for resource in rest {
            users.add(resource, false);
        }
        for document in equal.iter().filter(|document| may_matter(&document.text)) {
            for resource in document.resources(release) {
                users.add(&resource, true);
            }
        }
        users
    }

    fn add(&mut self, resource: &Resource, is_equal: bool) {
        let references = references(resource);
        if references.is_empty() {
            return;
        }
        let at = self.users.len();
        for one in &references {
            let users = self
                .by_name
                .entry((one.kind, one.name.clone()))
                .or_default();
            if users.last() != Some(&at) {
                users.push(at);
            }
        }
        self.users.push(User {
            key: resource.key.clone(),
            api_version: resource.api_version.clone(),
            references,
            is_reloaded: is_reloaded(resource),
            is_equal,
        });
    }

    /// All users, in the order of their documents.
    pub(super) fn iter(&self) -> impl Iterator<Item = &User> {
        self.users.iter()
    }

    /// The users of a resource, each with the ways in which it names it.
    pub(super) fn of<'u>(
        &'u self,
        key: &'u Key,
    ) -> impl Iterator<Item = (&'u User, Vec<&'u Reference>)> {
        let kind = super::references::static_kind(&key.kind);
        let places = kind.and_then(|kind| self.by_name.get(&(kind, key.name.as_str().into())));
        let users = places
            .into_iter()
            .flatten()
            .filter_map(|at| self.users.get(*at));
        users.filter_map(move |user| {
            let names = user.references.iter().filter(|one| {
                one.kind == key.kind && *one.name == *key.name && self.is_in_reach(user, one, key)
            });
            let names: Vec<&Reference> = names.collect();
            (!names.is_empty()).then_some((user, names))
        })
    }

    fn is_in_reach(&self, user: &User, one: &Reference, key: &Key) -> bool {
        key.is_cluster_scoped || self.place(user, one) == key.namespace
    }

    /// The namespace of what is named, as keys have it.
    fn place<'u>(&self, user: &'u User, one: &'u Reference) -> &'u str {
        match one.namespace.as_deref() {
            Some(own) if own == self.release => "",
            Some(own) => own,
            None => &user.key.namespace,
        }
    }

    /// Returns true if this side has what a user names.
    pub(super) fn has(&self, user: &User, one: &Reference) -> bool {
        let present = self.present.get_or_init(|| {
            let rest = self.rest.iter().map(|resource| identity(&resource.key));
            let equal = self
                .equal
                .iter()
                .flat_map(|document| document.keys(self.release));
            rest.chain(equal.map(|key| identity(&key))).collect()
        });
        let (kind, name) = (Box::from(one.kind), one.name.clone());
        let is_there = |namespace: &str| {
            present.contains(&(Box::clone(&kind), Box::clone(&name), namespace.into()))
        };
        is_there(self.place(user, one)) || one.kind == "ClusterRole" && is_there("")
    }
}

fn identity(key: &Key) -> Identity {
    (
        key.kind.as_str().into(),
        key.name.as_str().into(),
        key.namespace.as_str().into(),
    )
}

fn is_reloaded(workload: &Resource) -> bool {
    let annotations = at(&workload.node, &["metadata", "annotations"]);
    let annotations = annotations.map(entries).unwrap_or_default();
    annotations
        .iter()
        .any(|entry| entry.key.contains("reloader"))
}
