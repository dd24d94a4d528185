//! The front door: a chart and values in, resources out, in four lines.
//!
//! It hides the profile that goes everywhere, function tables, the large stack that deep templates need, values
//! that live on one thread. [`background::CALLER_STACK`] bytes of the caller's stack are enough.

mod chart;
mod error;
mod helm;
mod limits;
mod release;
mod values;

pub use chart::Chart;
pub use error::{Error, Place};
pub use gostd::limits::Cancel;
pub use helm::{Helm, ReleaseOptions};
pub use limits::Limits;
pub use release::{Hook, Release, Resource};
pub use values::Values;

/// Does `work` where its stack is large enough for charts and values of any depth that limits allow.
fn with_stack<T: Send>(work: impl FnOnce() -> Result<T, Error> + Send) -> Result<T, Error> {
    background::with_large_stack(work).map_err(Error::Thread)?
}
