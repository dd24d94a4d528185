//! The sources of charts: repositories, their indexes and archives, a chart's dependencies, and the files that Helm
//! keeps about them.
//!
//! [`Home`] says where these files are, [`Repositories`] is the list of repositories, [`Index`] what one of them has.
//! [`Dependencies`] fills a chart's `charts/`. [`Client`] fetches; nothing else opens a connection, and it does
//! not before it is asked to.

mod archive_url;
mod client;
mod dependencies;
mod digests;
mod download;
mod error;
mod home;
mod index;
mod index_writer;
mod parallel;
pub mod provenance;
mod registry;
mod repositories;
mod repository;
mod settings;

pub use archive_url::resolve as resolve_url;
pub use client::{Access, Answer, Client, Downloader};
pub use dependencies::{
    Dependencies, Thrift, add_local_dependencies, local_directories, nested_charts,
};
pub use digests::Digests;
pub use download::{Downloads, Fetched, Reference};
pub use error::Error;
pub use home::{Flags, Home};
pub use index::{ChartVersion, Index, Wanted};
pub use registry::{Package, Parts, Place, Pulled, Registry, Tell, logout};
pub use repositories::{Repositories, Repository};
pub use repository::{
    cached_index, charts_file, etag_file, find_chart, index_file, unreachable, update, update_all,
};
pub use settings::Settings;
