//! The strategy `legacy`: asks every two seconds.

use super::super::connection::{Cluster, Message};
use super::DEADLINE;
use super::watch::collection;
use http::Method;
use release::{ClusterError, Condition, LegacyChecks, Listing, Resource};
use serde_json::Value;
use std::time::Duration;
use tokio::time::{Instant, sleep_until, timeout_at};

/// The time between two rounds.
const ROUND: Duration = Duration::from_secs(2);
/// How often a resource may fail to be asked for in a row.
const RETRIES: u32 = 30;

impl Cluster {
    /// Asks until all are ready, or gone.
    pub(super) async fn poll(
        &self,
        resources: &[Resource],
        condition: Condition,
        end: Instant,
    ) -> Result<(), ClusterError> {
        let mut failures = vec![0; resources.len()];
        loop {
            let round = Instant::now() + ROUND;
            let asked = match condition {
                Condition::Deleted => timeout_at(end, self.are_gone(resources)).await,
                Condition::Ready { jobs } => {
                    let checks = LegacyChecks { jobs };
                    timeout_at(end, self.are_ready(resources, checks, &mut failures)).await
                }
                Condition::HookDone => return Ok(()),
            };
            match asked {
                Ok(Ok(false)) if round < end => sleep_until(round).await,
                Ok(Ok(false)) => {
                    sleep_until(end).await;
                    return Err(ClusterError::new(DEADLINE));
                }
                Ok(result) => return result.map(|_| ()),
                Err(_) => return Err(ClusterError::new(DEADLINE)),
            }
        }
    }

    async fn are_gone(&self, resources: &[Resource]) -> Result<bool, ClusterError> {
        for resource in resources {
            match self.live(resource).await {
                Ok(_) => return Ok(false),
                Err(error) if error.is_not_found() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    async fn are_ready(
        &self,
        resources: &[Resource],
        checks: LegacyChecks,
        failures: &mut [u32],
    ) -> Result<bool, ClusterError> {
        for (resource, failures) in resources.iter().zip(failures) {
            match self.is_ready(resource, checks).await {
                Ok(true) => *failures = 0,
                Ok(false) => {
                    *failures = 0;
                    return Ok(false);
                }
                Err(error) => {
                    let may_pass = matches!(error.status, 0 | 429 | 500 | 502..);
                    *failures += 1;
                    return match may_pass && *failures <= RETRIES {
                        true => Ok(false),
                        false => Err(error),
                    };
                }
            }
        }
        Ok(true)
    }

    async fn is_ready(
        &self,
        resource: &Resource,
        checks: LegacyChecks,
    ) -> Result<bool, ClusterError> {
        if !checks.checks(resource) {
            return Ok(true);
        }
        let live = self.live(resource).await?;
        // A check asks for one list at most.
        let mut asked = None;
        let first = checks.is_ready(&live, &mut |listing| {
            asked = Some(listing.clone());
            Ok(Vec::new())
        });
        let Some(listing) = asked else {
            return first;
        };
        let objects = self.listed(&listing).await;
        checks.is_ready(&live, &mut |_| objects.clone())
    }

    async fn listed(&self, listing: &Listing) -> Result<Vec<Value>, ClusterError> {
        let (root, resource) = match listing.plural {
            "replicasets" => ("/apis/apps/v1", "replicasets.apps"),
            plural => ("/api/v1", plural),
        };
        let Listing {
            plural, namespace, ..
        } = listing;
        let path = format!("{root}/namespaces/{namespace}/{plural}");
        let query = [("labelSelector", &*listing.selector)];
        Ok(self.list(&path, &query, resource).await?.items)
    }

    pub(super) async fn live(&self, resource: &Resource) -> Result<Value, ClusterError> {
        let path = format!("{}/{}", collection(resource), resource.name);
        let subject = match &*resource.group {
            "" => resource.plural.clone(),
            group => format!("{}.{group}", resource.plural),
        };
        let message = Message::new(Method::GET, &path, &[], (&subject, &resource.name));
        let answer = self.request(&message).await?;
        serde_json::from_slice(&answer)
            .map_err(|error| ClusterError::new(format!("unable to decode an object: {error}")))
    }
}
