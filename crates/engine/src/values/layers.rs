//! The values a user supplies: Helm's `values.Options`, files first, then the flags by kind.

use super::error::{Error, ReadError};
use super::json;
use super::origin::{Flag, Origins, Source};
use super::{set, table};
use chart::read_values_file;
use compat::profile::Profile;
use gostd::{Map, Value};

/// The files and flags that set values, each kind in the order of the command line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layers {
    /// `-f`: names of files, `-` for standard input.
    pub files: Vec<String>,
    /// `--set-json`.
    pub set_json: Vec<String>,
    /// `--set`.
    pub set: Vec<String>,
    /// `--set-string`.
    pub set_string: Vec<String>,
    /// `--set-file`.
    pub set_file: Vec<String>,
    /// `--set-literal`.
    pub set_literal: Vec<String>,
}

/// The flags in the order in which Helm applies them, after the files.
const FLAGS: [Flag; 5] = [
    Flag::SetJson,
    Flag::Set,
    Flag::SetString,
    Flag::SetFile,
    Flag::SetLiteral,
];

impl Layers {
    /// Each file and flag as layers of its own, in Helm's order.
    pub fn split(&self) -> Vec<(Layers, Source)> {
        let mut split = Vec::new();
        for name in &self.files {
            let files = vec![name.clone()];
            let single = Layers {
                files,
                ..Layers::default()
            };
            split.push((single, Source::File { name: name.clone() }));
        }
        let mut rest = self.clone();
        for flag in FLAGS {
            for argument in std::mem::take(rest.arguments(flag)) {
                let mut single = Layers::default();
                single.arguments(flag).push(argument.clone());
                split.push((single, Source::Flag { flag, argument }));
            }
        }
        split
    }

    /// Adds others, which count more.
    pub fn append(&mut self, mut others: Layers) {
        self.files.append(&mut others.files);
        for flag in FLAGS {
            self.arguments(flag).append(others.arguments(flag));
        }
    }

    fn arguments(&mut self, flag: Flag) -> &mut Vec<String> {
        match flag {
            Flag::SetJson => &mut self.set_json,
            Flag::Set => &mut self.set,
            Flag::SetString => &mut self.set_string,
            Flag::SetFile => &mut self.set_file,
            Flag::SetLiteral => &mut self.set_literal,
        }
    }
}

/// A user's values, merged. One such value serves any number of renders on its thread.
#[derive(Clone, Debug, Default)]
pub struct UserValues {
    /// The values: what Helm calls the release's config.
    pub values: Map,
    /// The origin of each entry.
    pub origins: Origins,
}

/// Reads files that a user names: `-f` and `--set-file` go through it.
pub trait ReadFile {
    /// The contents of a file.
    fn read(&mut self, name: &str) -> Result<Vec<u8>, ReadError>;
}

impl Layers {
    /// Reads and merges all layers in Helm's order: files, `--set-json`, `--set`,
    /// `--set-string`, `--set-file`, `--set-literal`.
    pub fn read(&self, files: &mut dyn ReadFile, profile: &Profile) -> Result<UserValues, Error> {
        let mut supplied = UserValues::default();
        self.read_onto(&mut supplied, files, profile)?;
        Ok(supplied)
    }

    /// The same on top of what is there, which these layers win over.
    pub fn read_onto(
        &self,
        supplied: &mut UserValues,
        files: &mut dyn ReadFile,
        profile: &Profile,
    ) -> Result<(), Error> {
        for name in &self.files {
            supplied.add_file(name, files, profile)?;
        }
        for argument in &self.set_json {
            supplied.add_json(argument, files, profile)?;
        }
        for (flag, arguments) in [
            (Flag::Set, &self.set),
            (Flag::SetString, &self.set_string),
            (Flag::SetFile, &self.set_file),
            (Flag::SetLiteral, &self.set_literal),
        ] {
            for argument in arguments {
                supplied
                    .add_pairs(flag, argument, files, profile)
                    .map_err(|cause| Error::Set { flag, cause })?;
            }
        }
        Ok(())
    }
}

impl UserValues {
    fn add_file(
        &mut self,
        name: &str,
        files: &mut dyn ReadFile,
        profile: &Profile,
    ) -> Result<(), Error> {
        let text = files.read(name)?;
        let node = read_values_file(&text, profile).map_err(|cause| Error::Parse {
            name: name.into(),
            cause,
        })?;
        let source = self.origins.source(Source::File { name: name.into() });
        let map = table::from_node(&node, source, &mut self.origins);
        table::merge_maps(&self.values, &map);
        Ok(())
    }

    fn add_json(
        &mut self,
        argument: &str,
        files: &mut dyn ReadFile,
        profile: &Profile,
    ) -> Result<(), Error> {
        let trimmed = argument.trim_matches(gostd::unicode::is_space);
        if profile.set_json_takes_object && trimmed.starts_with('{') {
            let origin = self.flag_origin(Flag::SetJson, argument);
            let value = json::decode_whole(trimmed.as_bytes(), origin);
            let Ok(Value::Map(map)) = value else {
                return Err(Error::SetJsonObject(argument.into()));
            };
            table::merge_maps(&self.values, &map);
            return Ok(());
        }
        self.add_pairs(Flag::SetJson, argument, files, profile)
            .map_err(|_| Error::SetJson(argument.into()))
    }

    fn add_pairs(
        &mut self,
        flag: Flag,
        argument: &str,
        files: &mut dyn ReadFile,
        profile: &Profile,
    ) -> Result<(), String> {
        let origin = self.flag_origin(flag, argument);
        let mut read = |name: &str| files.read(name);
        set::parse_into(&self.values, argument, flag, origin, &mut read, profile)
    }

    fn flag_origin(&mut self, flag: Flag, argument: &str) -> gostd::Origin {
        let source = self.origins.source(Source::Flag {
            flag,
            argument: argument.into(),
        });
        self.origins.at(source, goyaml::Mark::default())
    }
}
