//! Helm reads its global flags twice: first among flags that it does not know yet, then with those of the command.
//! What the first reading finds counts where the second finds nothing. They differ where a letter has its value
//! in the same argument: `-fenv.yaml` also is `-n v.yaml` to the first, since it goes on behind the unknown `f`.

use super::{CompatFlags, Flag, Global};
use std::ffi::OsString;

/// The global flags that the first reading finds, as `--name=value`.
pub(in crate::cli) fn first_pass(arguments: &[OsString]) -> Vec<OsString> {
    let texts: Option<Vec<&str>> = arguments.iter().map(|argument| argument.to_str()).collect();
    let mut pass = Pass {
        rest: texts.unwrap_or_default(),
        flags: Vec::new(),
    };
    pass.rest.reverse();
    // An error ends it, and nobody is told.
    while pass.argument().is_some() {}
    pass.flags
}

struct Pass<'a> {
    /// The last one first.
    rest: Vec<&'a str>,
    flags: Vec<OsString>,
}

impl Pass<'_> {
    /// Reads an argument; nothing where it is the last or wrong.
    fn argument(&mut self) -> Option<()> {
        let text = self.rest.pop()?;
        match text.strip_prefix("--") {
            Some("") => None,
            Some(flag) => self.long(flag),
            None if text.len() > 1 && text.starts_with('-') => self.letters(text.get(1..)?),
            None => Some(()),
        }
    }

    fn long(&mut self, flag: &str) -> Option<()> {
        let (name, value) = match flag.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (flag, None),
        };
        let is_wrong = name.is_empty() || name.starts_with('-') || name == "help";
        match CompatFlags::<Global>::flags().find(|flag| flag.name == name) {
            _ if is_wrong => None,
            Some(flag) => {
                let value = value.or_else(|| flag.kind.without_value());
                let value = value.or_else(|| self.rest.pop())?;
                self.set(flag, value)
            }
            None if value.is_some() => Some(()),
            None => {
                self.pass_over_value();
                Some(())
            }
        }
    }

    fn letters(&mut self, mut letters: &str) -> Option<()> {
        while let Some(letter) = letters.chars().next() {
            let rest = letters.get(letter.len_utf8()..)?;
            let with_sign = rest.strip_prefix('=').filter(|value| !value.is_empty());
            match (
                CompatFlags::<Global>::flags().find(|flag| flag.short == Some(letter)),
                with_sign,
            ) {
                (None, _) if letter == 'h' => return None,
                (None, Some(_)) => return Some(()),
                (None, None) => self.pass_over_value(),
                (Some(flag), Some(value)) => return self.set(flag, value),
                (Some(flag), None) if !rest.is_empty() => return self.set(flag, rest),
                (Some(flag), None) => {
                    let value = self.rest.pop()?;
                    return self.set(flag, value);
                }
            }
            letters = rest;
        }
        Some(())
    }

    /// The argument after an unknown flag is taken for its value, unless it looks like a flag.
    fn pass_over_value(&mut self) {
        if self.rest.last().is_some_and(|next| !next.starts_with('-')) {
            self.rest.pop();
        }
    }

    fn set(&mut self, flag: &Flag, value: &str) -> Option<()> {
        flag.kind.check(value).ok()?;
        self.flags.push(format!("--{}={value}", flag.name).into());
        Some(())
    }
}
