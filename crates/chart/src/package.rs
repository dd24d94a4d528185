//! A chart as an archive (Helm's `chartutil.Save`).

use super::{Chart, Error, File, Lock, go_struct, metadata_value};
use compat::profile::Profile;
use goarchive::Packer;

/// The comment in the gzip header of Helm's archives.
const COMMENT: &str = "Helm";

/// The name of a chart's archive: `name-1.2.3.tgz`.
pub fn package_name(chart: &Chart) -> String {
    format!("{}-{}.tgz", chart.name(), chart.metadata.version)
}

/// The bytes of a chart's archive, its dependencies in it. Chart.yaml and Chart.lock are written anew from what Helm
/// understands of them; all other files go in as they are.
///
/// `now` is the time, in seconds since 1970: Helm 3 gives it to every file, Helm 4 to those whose own it does not know.
///
/// # Errors
/// A file of the chart that cannot be read, and a schema that is not JSON.
pub fn package(chart: &Chart, profile: &Profile, now: i64) -> Result<Vec<u8>, Error> {
    let mut package = Package {
        packer: Packer::new(profile.archive_extra, COMMENT),
        profile,
        now,
    };
    package.add_chart(chart, "")?;
    Ok(package.packer.finish())
}

/// The files of a chart's directory, by their paths in it (Helm's `SaveDir`): Chart.yaml is written anew, without the lock
/// file, and the charts in `charts/` are archives. `now` is as in [`package`].
///
/// # Errors
/// Those of [`package`].
pub fn unpacked(
    chart: &Chart,
    profile: &Profile,
    now: i64,
) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let text = goyaml::to_yaml(&metadata_value(&chart.metadata)).unwrap_or_default();
    let mut files = vec![("Chart.yaml".to_owned(), text)];
    let values = chart.earlier_values.iter().chain(&chart.values_yaml);
    let shared = chart.templates.iter().chain(&chart.files);
    let shared = shared.map(AsRef::as_ref);
    for file in values.chain(&chart.schema).chain(shared) {
        files.push((file.name().to_owned(), file.bytes()?.to_vec()));
    }
    for dependency in &chart.dependencies {
        let path = format!("charts/{}", package_name(dependency));
        files.push((path, package(dependency, profile, now)?));
    }
    Ok(files)
}

struct Package<'p> {
    packer: Packer,
    profile: &'p Profile,
    now: i64,
}

impl Package<'_> {
    fn add_chart(&mut self, chart: &Chart, above: &str) -> Result<(), Error> {
        let base = format!("{above}{}", chart.name());
        let is_v1 = chart.metadata.api_version == "v1";
        let mut metadata = chart.metadata.clone();
        if is_v1 {
            // They are in requirements.yaml.
            metadata.dependencies = None;
        }
        let text = goyaml::to_yaml(&metadata_value(&metadata)).unwrap_or_default();
        self.add(&base, b"Chart.yaml", chart.chart_yaml.modified(), &text);
        if let Some(lock) = chart.lock.as_ref().filter(|_| !is_v1) {
            let text = goyaml::to_yaml(&go_struct::lock_value(lock)).unwrap_or_default();
            self.add(&base, b"Chart.lock", generated(lock), &text);
        }
        for values in chart.earlier_values.iter().chain(&chart.values_yaml) {
            self.add_file(&base, values)?;
        }
        if let Some(schema) = &chart.schema {
            if gostd::json::decode(schema.bytes()?).is_err() {
                return Err(Error::SchemaNotJson(match self.profile.lower_case_errors {
                    true => "invalid",
                    false => "Invalid",
                }));
            }
            self.add_file(&base, schema)?;
        }
        for file in chart.templates.iter().chain(&chart.files) {
            self.add_file(&base, file)?;
        }
        for dependency in &chart.dependencies {
            self.add_chart(dependency, &format!("{base}/charts/"))?;
        }
        Ok(())
    }

    fn add_file(&mut self, base: &str, file: &File) -> Result<(), Error> {
        self.add(base, file.name_bytes(), file.modified(), file.bytes()?);
        Ok(())
    }

    fn add(&mut self, base: &str, name: &[u8], modified: Option<i64>, contents: &[u8]) {
        let path = [base.as_bytes(), b"/", name].concat();
        let modified = modified.filter(|_| self.profile.archives_keep_times);
        self.packer
            .add(&path, modified.unwrap_or(self.now), contents);
    }
}

/// When a lock file was made, in seconds since 1970, rounded; none where it does not say.
fn generated(lock: &Lock) -> Option<i64> {
    const SECOND: gostd::time::Duration = gostd::time::Duration(1_000_000_000);
    let time = gostd::time::parse(
        b"2006-01-02T15:04:05.999999999Z07:00",
        lock.generated.as_bytes(),
    );
    let time = time.ok().filter(|time| !time.is_zero())?;
    Some(time.round(SECOND).unix())
}
