//! Tests of what is not recorded from real Helm: rhelm's own commands, files and processes, the library, limits.
//!
//! One program, so that rhelm is linked once. The tests share its process and run at the same time: nothing here
//! changes the working directory, the environment or limits, which belong to the programs that are started; what
//! measures the process itself runs in one of its own ([`process::alone`]).

mod api_versions;
mod book;
mod cmd;
mod configuration;
mod create;
mod diff;
mod diff_properties;
mod docs;
mod endings;
mod exit_status;
mod explain_layers;
mod flag_matrix;
mod git_revisions;
mod global_flags;
mod help_examples;
mod hostile_inputs;
mod http_server;
mod inputs;
mod library;
mod limits;
mod lines;
mod machine;
mod multicluster;
mod nesting;
mod packages;
mod planted;
mod process;
mod reads;
mod registries;
mod repositories;
mod signatures;
mod threads;
mod validate_formats;
mod validate_rules;
mod validate_values;
