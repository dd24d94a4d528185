//! The kinds of places where a command may have to write.

use super::commands::{Kind, Output};

/// The kind of place before the command runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Nothing,
    File,
    ReadOnlyFile,
    Link,
    DanglingLink,
    LinkToItself,
    HardLink,
    Directory,
    Pipe,
    Socket,
    /// The longest name that a file can have.
    LongName,
    Stdout,
    DescriptorOfStdout,
    LinkToStdout,
    /// A file that the shell has opened, and that has a line already.
    DescriptorOfFile,

    // From here on root alone can make them.
    Null,
    FullDevice,
    LinkToNull,
    MountedFile,
    ImmutableFile,
    /// A file that may be written in a directory that may not.
    ImmutableDirectory,
    FullDisk,
    FullDiskHardLink,
    /// As another user: a file that only its owner may make writable.
    UserReadOnlyFile,
    /// As another user: one's own file in root's directory.
    UserClosedDirectory,
    /// As another user: root's file, which everybody may write, in a directory like `/tmp`.
    UserStickyDirectory,
}

/// The expected behaviour of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// The file is whole.
    Written,
    /// The bytes go to what is there.
    Through,
    /// An error, and everything is as before.
    Refused,
    /// One or the other: on a full disk a few bytes fit where bytes were.
    WrittenOrRefused,
}

use Place::*;

pub(crate) const FOR_ALL: [Place; 15] = [
    Nothing,
    File,
    ReadOnlyFile,
    Link,
    DanglingLink,
    LinkToItself,
    HardLink,
    Directory,
    Pipe,
    Socket,
    LongName,
    Stdout,
    DescriptorOfStdout,
    LinkToStdout,
    DescriptorOfFile,
];

pub(crate) const FOR_ROOT: [Place; 11] = [
    Null,
    FullDevice,
    LinkToNull,
    MountedFile,
    ImmutableFile,
    ImmutableDirectory,
    FullDisk,
    FullDiskHardLink,
    UserReadOnlyFile,
    UserClosedDirectory,
    UserStickyDirectory,
];

impl Place {
    /// Returns true if another user than root runs the command.
    pub(crate) fn is_users(self) -> bool {
        matches!(
            self,
            UserReadOnlyFile | UserClosedDirectory | UserStickyDirectory
        )
    }

    pub(crate) fn is_immutable(self) -> bool {
        matches!(self, ImmutableFile | ImmutableDirectory)
    }

    /// The expectation for an output there; nothing if it cannot be there.
    pub(crate) fn expected(self, output: &Output, is_root: bool) -> Option<Expected> {
        use Expected::*;
        let kind = output.kind;
        let is_named = kind == Kind::Named;
        let takes_files_only = matches!(kind, Kind::Export | Kind::Chart);
        Some(match self {
            Nothing | File | HardLink | MountedFile => Written,
            // What else is written there is not there yet.
            ImmutableDirectory | UserClosedDirectory | UserStickyDirectory
                if kind == Kind::Chart =>
            {
                return None;
            }
            ImmutableDirectory | UserClosedDirectory | UserStickyDirectory => Written,
            ReadOnlyFile if is_root => Written,
            ReadOnlyFile | UserReadOnlyFile | ImmutableFile | Directory | LinkToItself => Refused,
            Link if takes_files_only => Refused,
            Link => Written,
            DanglingLink if is_named || kind == Kind::Pages => Written,
            DanglingLink => Refused,
            Pipe | Socket | Null if takes_files_only => Refused,
            Pipe | Socket | Null => Through,
            FullDevice => Refused,
            LinkToStdout | LinkToNull if takes_files_only || kind == Kind::OutputDir => Refused,
            LinkToNull => Through,
            LongName if is_named => Written,
            Stdout | DescriptorOfStdout | DescriptorOfFile if is_named => Through,
            LinkToStdout if is_named => Through,
            LongName | Stdout | DescriptorOfStdout | DescriptorOfFile | LinkToStdout => {
                return None;
            }
            // The lock file's chart would have to be on the disk, too.
            FullDisk | FullDiskHardLink if kind == Kind::Chart => return None,
            FullDisk => Refused,
            FullDiskHardLink => WrittenOrRefused,
        })
    }
}
