//! Rendered files → ordered resources: splitting into documents, kinds, hooks, show-only
//! (`pkg/release/v1/util`).

pub mod fields;
mod head;
mod kinds;
mod namespaces;
mod scopes;
pub mod selectors;
mod show_only;
mod sort;
mod split;

pub use head::Head;
pub use kinds::{install_rank, uninstall_rank};
pub use namespaces::{Filled, IsNamespaced, fill as fill_namespace, fill_all as fill_namespaces};
pub use scopes::Scopes;
pub use show_only::{ShowOnlyError, show_only};
pub use sort::{Checked, Document, Error, Hook, HookEvent, Sorted, check, sort};
pub use split::split;
