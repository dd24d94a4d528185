//! The versions of a chart that a registry has, with what each says of itself. No Helm lists them.

use super::pull::CONFIG;
use super::reference::{ChartReference, Reference, SCHEME};
use super::{Registry, failure};
use crate::{Error, parallel};
use chart::{Decoder, Metadata};
use gosemver::{Constraints, Version};

impl Registry<'_> {
    /// The metadata of the versions in a range of the chart at an address, `oci://…`, the newest first: of all, or of the newest
    /// alone. Archives are not fetched.
    ///
    /// # Errors
    /// The registry does not tell, or what it sends is not what it says.
    pub fn list(
        &self,
        address: &str,
        range: &Constraints,
        is_whole: bool,
    ) -> Result<Vec<Metadata>, Error> {
        let repository = address.strip_prefix(SCHEME).unwrap_or(address);
        let mut versions = self.versions(repository)?;
        versions
            .retain(|version| Version::parse(version).is_ok_and(|version| range.check(&version)));
        versions.truncate(if is_whole { usize::MAX } else { 1 });
        let read = |version: &String| self.metadata(&format!("{repository}:{version}"));
        let found = parallel::map(&versions, read);
        let broken = || Err(Error::Fetch("fetching ended too early".into()));
        found
            .into_iter()
            .map(|one| one.unwrap_or_else(broken))
            .collect()
    }

    /// The metadata of a chart, without its archive.
    fn metadata(&self, tagged: &str) -> Result<Metadata, Error> {
        let reference = ChartReference::parse(tagged)?.to_string();
        let reference = self.mirrored(&Reference::parse(&reference)?)?;
        let config = self.blob_of_kind(&reference, CONFIG)?;
        let mut metadata = Metadata::default();
        let decoder = Decoder::new("chart").of_json();
        let read = decoder.metadata(&config, &mut metadata);
        read.map_err(|cause| failure::in_step("Fetch", "source", cause.to_string()))?;
        Ok(metadata)
    }
}
