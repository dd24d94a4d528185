//! Flags that hold lists: `-f a,b` (pflag's `StringSlice`).

use gostd::csv;
use std::str::FromStr;

/// One argument of such a flag: the first line of it is read as CSV, and an empty one holds nothing.
#[derive(Clone, Debug)]
pub(super) struct StringSlice(Vec<String>);

impl FromStr for StringSlice {
    type Err = csv::Error;

    fn from_str(argument: &str) -> Result<StringSlice, csv::Error> {
        Ok(StringSlice(match argument {
            "" => Vec::new(),
            _ => csv::read_record(argument)?,
        }))
    }
}

impl StringSlice {
    /// The values of all arguments that were given, in order.
    pub(super) fn values(arguments: &[StringSlice]) -> impl Iterator<Item = &String> {
        arguments.iter().flat_map(|argument| &argument.0)
    }

    /// The same, each by itself.
    pub(super) fn to_vec(arguments: &[StringSlice]) -> Vec<String> {
        StringSlice::values(arguments).cloned().collect()
    }
}
