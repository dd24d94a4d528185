//! Waiting: until resources are ready or gone, and hooks have done their work, as each Helm does it.

mod hooks;
mod legacy;
mod report;
mod target;
mod watch;
mod watcher;

pub(crate) use report::Report;

use super::connection::Cluster;
use futures_util::future::{Either, select};
use release::{ClusterError, Condition, Resource, WaitStrategy};
use std::time::Duration;
use target::Targets;
use tokio::time::Instant;

/// Helm 4 waits as long where the timeout is zero.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);
/// The longest time that is waited: about thirty years.
const FOREVER: Duration = Duration::from_secs(1 << 30);
/// Go's text on a time that is over.
const DEADLINE: &str = "context deadline exceeded";
/// How often the flag of [`Cluster::with_cancel`] is looked at.
const TICK: Duration = Duration::from_millis(100);

impl Cluster {
    /// Waits for resources. Helm 3 has the strategy `legacy` alone.
    ///
    /// # Errors
    /// Helm's text on the resources that did not come so far in time, or that never will.
    pub fn wait(
        &self,
        resources: &[Resource],
        condition: Condition,
        strategy: WaitStrategy,
        timeout: Duration,
    ) -> Result<(), ClusterError> {
        let strategy = match (strategy, condition) {
            (WaitStrategy::HookOnly, Condition::Ready { .. } | Condition::Deleted) => return Ok(()),
            (WaitStrategy::HookOnly, Condition::HookDone) if !self.is_helm_3 => {
                WaitStrategy::Watcher
            }
            (WaitStrategy::Watcher, _) if !self.is_helm_3 => WaitStrategy::Watcher,
            _ => WaitStrategy::Legacy,
        };
        let waiting = async {
            match (strategy, condition) {
                (WaitStrategy::Watcher, condition) => {
                    let end = end(timeout, DEFAULT_TIMEOUT);
                    let targets = Targets::new(resources, condition);
                    self.watch_targets(targets, condition, end).await
                }
                (_, Condition::HookDone) => {
                    self.wait_for_hooks(resources, end(timeout, FOREVER)).await
                }
                (_, condition) => {
                    let zero = match self.is_helm_3 {
                        true => Duration::ZERO,
                        false => FOREVER,
                    };
                    self.poll(resources, condition, end(timeout, zero)).await
                }
            }
        };
        let waiting = self.unless_cancelled(waiting);
        let Some(report) = &self.report else {
            return self.block_on(waiting);
        };
        self.block_on(async {
            let waiting = std::pin::pin!(waiting);
            let reporting = std::pin::pin!(self.report(report, resources, condition));
            match select(waiting, reporting).await {
                Either::Left((Err(error), _)) if !error.is_cancelled() => {
                    self.report_last(report, resources, condition).await;
                    Err(error)
                }
                Either::Left((result, _)) => result,
                Either::Right((never, _)) => match never {},
            }
        })
    }

    /// Ends early when the user wants no more.
    async fn unless_cancelled(
        &self,
        waiting: impl Future<Output = Result<(), ClusterError>>,
    ) -> Result<(), ClusterError> {
        let mut waiting = std::pin::pin!(waiting);
        loop {
            if self.is_cancelled() {
                return Err(self.cancelled());
            }
            if let Ok(result) = tokio::time::timeout(TICK, waiting.as_mut()).await {
                return result;
            }
        }
    }
}

/// When a timeout is over.
fn end(timeout: Duration, zero: Duration) -> Instant {
    let timeout = match timeout {
        Duration::ZERO => zero,
        timeout => timeout.min(FOREVER),
    };
    Instant::now() + timeout
}

/// Seconds since 1970.
fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
    })
}
