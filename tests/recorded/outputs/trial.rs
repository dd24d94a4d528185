//! One command with one thing in its file's place: made, run, looked at.

use super::commands::{Kind, OUTPUTS, Output, make_inputs};
use super::places::{Expected, FOR_ALL, FOR_ROOT, Place};
use libtest_mimic::{Failed, Trial};
use std::collections::BTreeMap;
use std::fmt::{Debug, Formatter};
use std::fs::{self, Permissions};
use std::io::{Read, Result, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::os::unix::net::UnixListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output as Ended, Stdio};
use std::sync::OnceLock;
use tempfile::TempDir;

/// A user and a group without rights, and those of files that root has not made.
const USER: u32 = 65534;
const OWNER: u32 = 1234;

/// Set where `/dev` is this process's own and mounts end with it.
const PRIVATE: &str = "RHELM_OUTPUTS_PRIVATE_DEV";

#[allow(clippy::print_stderr)] // Who runs it has to know what was not tried.
pub(crate) fn trials() -> Vec<Trial> {
    let is_root = fs::metadata("/proc/self").is_ok_and(|metadata| metadata.uid() == 0);
    let mut places = FOR_ALL.to_vec();
    if std::env::var_os(PRIVATE).is_some() {
        let has_immutable = has_immutable_files();
        if !has_immutable {
            eprintln!("not tried: immutable files, which this file system does not have");
        }
        places.extend(
            FOR_ROOT
                .iter()
                .filter(|place| has_immutable || !place.is_immutable()),
        );
    }
    let pairs = OUTPUTS
        .iter()
        .flat_map(|output| places.iter().map(move |place| (output, *place)));
    let trials = pairs.filter_map(|(output, place)| {
        let expected = place.expected(output, is_root)?;
        let name = format!("outputs/{}/{place:?}", output.name);
        Some(Trial::test(name, move || {
            check(output, place, expected).map_err(|error| Failed::from(format!("{error:#}")))
        }))
    });
    trials.collect()
}

type Checked = std::result::Result<(), anyhow::Error>;

macro_rules! ensure {
    ($condition:expr, $($message:tt)*) => {
        if !$condition {
            anyhow::bail!($($message)*);
        }
    };
}

fn check(output: &Output, place: Place, expected: Expected) -> Checked {
    let reference = Scratch::new(output, Place::Nothing)?;
    let ended = reference.run()?;
    ensure!(ended.status.success(), "{ended:?}");
    let new = reference.path(output.file);
    let mode = new.metadata()?.mode() & 0o7777;
    ensure!(mode == output.mode, "a new file has the mode {mode:o}");
    let text = output.comparable(&fs::read(&new)?);

    let scratch = Scratch::new(output, place)?;
    let mut reader = scratch.reader()?;
    let before = tree(&scratch.path(""))?;
    let ended = scratch.run()?;
    let after = tree(&scratch.path(""))?;
    let is_written = match expected {
        Expected::Written | Expected::Through => true,
        Expected::Refused => false,
        Expected::WrittenOrRefused => ended.status.success(),
    };
    let code = ended.status.code();
    let messages = String::from_utf8_lossy(&ended.stderr);
    if !is_written {
        ensure!(code == Some(1), "{ended:?}");
        ensure!(messages.contains("Error: "), "{messages}");
        return same(&before, &after);
    }
    ensure!(code == Some(0), "{ended:?}");
    if expected == Expected::Through {
        let got = reader.finish(&ended)?;
        let after = tree(&scratch.path(""))?;
        ensure!(
            output.comparable(&got) == text,
            "got {}",
            String::from_utf8_lossy(&got)
        );
        return match output.kind {
            Kind::Named => same(&before, &after),
            _ => scratch.check_names(&reference),
        };
    }
    scratch.check_names(&reference)?;
    scratch.check_others(&reference)?;
    let file = scratch.file();
    let got = output.comparable(&fs::read(&file)?);
    ensure!(got == text, "got {}", String::from_utf8_lossy(&got));
    scratch.check_kept(&before, &after)
}

/// The entry behind a name: kind, mode, owner, contents.
type Tree = BTreeMap<PathBuf, Entry>;

#[derive(Clone, PartialEq, Eq)]
struct Entry {
    kind: String,
    mode: u32,
    owner: (u32, u32),
    contents: Vec<u8>,
}

impl Debug for Entry {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let (kind, mode, owner) = (&self.kind, self.mode, self.owner);
        let text = String::from_utf8_lossy(&self.contents);
        let start: String = text.chars().take(100).collect();
        write!(f, "{kind} {mode:o} {owner:?} {start:?}")
    }
}

fn tree(directory: &Path) -> Result<Tree> {
    let mut tree = Tree::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        let metadata = path.symlink_metadata()?;
        let (kind, contents) = if metadata.is_symlink() {
            let target = fs::read_link(&path)?;
            (format!("link to {}", target.display()), Vec::new())
        } else if metadata.is_dir() {
            tree.extend(self::tree(&path)?);
            ("directory".into(), Vec::new())
        } else if metadata.is_file() {
            (
                format!("file with {} names", metadata.nlink()),
                fs::read(&path)?,
            )
        } else {
            (
                format!("{:?} {:x}", metadata.file_type(), metadata.rdev()),
                Vec::new(),
            )
        };
        let (mode, owner) = (metadata.mode(), (metadata.uid(), metadata.gid()));
        tree.insert(
            path,
            Entry {
                kind,
                mode,
                owner,
                contents,
            },
        );
    }
    Ok(tree)
}

fn same(before: &Tree, after: &Tree) -> Checked {
    for path in before.keys().chain(after.keys()) {
        let (before, after) = (before.get(path), after.get(path));
        ensure!(
            before == after,
            "{}: {before:?} is now {after:?}",
            path.display()
        );
    }
    Ok(())
}

/// A directory in which a command runs.
struct Scratch<'o> {
    directory: TempDir,
    output: &'o Output,
    place: Place,
}

impl<'o> Scratch<'o> {
    fn new(output: &'o Output, place: Place) -> Result<Self> {
        let directory = tempfile::tempdir()?;
        fs::set_permissions(directory.path(), Permissions::from_mode(0o755))?;
        make_inputs(directory.path())?;
        fs::create_dir(directory.path().join("elsewhere"))?;
        let scratch = Scratch {
            directory,
            output,
            place,
        };
        if matches!(place, Place::FullDisk | Place::FullDiskHardLink) {
            fs::create_dir(scratch.path("out"))?;
            run(
                "mount",
                &["-t", "tmpfs", "-o", "size=1m", "tmpfs"],
                &scratch.path("out"),
            )?;
        }
        output.make_output(scratch.directory.path())?;
        if place != Place::Nothing {
            scratch.make_earlier_output()?;
            scratch.make_place()?;
        }
        Ok(scratch)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// A file that the command wrote another time, changed since: it is replaced.
    fn make_earlier_output(&self) -> Result<()> {
        if matches!(self.output.kind, Kind::Named | Kind::Chart) {
            return Ok(());
        }
        // Not as another user, who could not.
        let earlier = self.command(self.output.file, false).output()?;
        if !earlier.status.success() {
            return Err(std::io::Error::other(format!("{earlier:?}")));
        }
        for (path, entry) in tree(&self.path("out"))? {
            if entry.kind.starts_with("file") {
                fs::OpenOptions::new()
                    .append(true)
                    .open(&path)?
                    .write_all(b"# before\n")?;
                fs::set_permissions(&path, Permissions::from_mode(0o640))?;
            }
        }
        Ok(())
    }

    /// The file itself, with a text of its own.
    fn make_file(&self, file: &Path) -> Result<()> {
        let text = match self.output.kind {
            Kind::Chart => "dependencies: []\ndigest: none\n",
            _ => "before\n",
        };
        fs::write(file, text)?;
        fs::set_permissions(file, Permissions::from_mode(0o640))?;
        // Root alone may give files away.
        let _ = chown(file, Some(OWNER), Some(OWNER));
        Ok(())
    }

    fn make_place(&self) -> Result<()> {
        let file = self.file();
        let directory = file.parent().unwrap_or(Path::new("/")).to_owned();
        fs::create_dir_all(&directory)?;
        let _ = fs::remove_file(&file);
        let other = self.other();
        let set_mode = |path: &Path, mode| fs::set_permissions(path, Permissions::from_mode(mode));
        match self.place {
            Place::Nothing | Place::Stdout | Place::DescriptorOfStdout => {}
            Place::File | Place::LongName => self.make_file(&file)?,
            Place::ReadOnlyFile => {
                self.make_file(&file)?;
                set_mode(&file, 0o440)?;
            }
            Place::Link => {
                self.make_file(&other)?;
                symlink(&other, &file)?;
            }
            Place::DanglingLink => symlink(&other, &file)?,
            Place::LinkToItself => symlink(&file, &file)?,
            Place::HardLink | Place::FullDiskHardLink => {
                self.make_file(&other)?;
                fs::hard_link(&other, &file)?;
            }
            Place::Directory => fs::create_dir(&file)?,
            Place::Pipe => run("mkfifo", &[], &file)?,
            // The reader makes it.
            Place::Socket => {}
            Place::LinkToStdout => symlink("/dev/stdout", &file)?,
            Place::DescriptorOfFile => fs::write(&other, "a line before\n")?,
            Place::Null => run_with("mknod", &file, &["c", "1", "3"])?,
            Place::FullDevice => run_with("mknod", &file, &["c", "1", "7"])?,
            Place::LinkToNull => symlink("/dev/null", &file)?,
            Place::MountedFile => {
                self.make_file(&other)?;
                fs::write(&file, "")?;
                let source = other.to_string_lossy();
                run("mount", &["--bind", &source], &file)?;
            }
            Place::ImmutableFile => {
                self.make_file(&file)?;
                run("chattr", &["+i"], &file)?;
            }
            Place::ImmutableDirectory => {
                self.make_file(&file)?;
                run("chattr", &["+i"], &directory)?;
            }
            Place::FullDisk => self.make_file(&file)?,
            Place::UserReadOnlyFile | Place::UserClosedDirectory | Place::UserStickyDirectory => {
                self.make_file(&file)?;
                self.give_to_user(&directory)?;
            }
        }
        if matches!(self.place, Place::FullDisk | Place::FullDiskHardLink) {
            let mut filler = fs::File::create(self.path("out/filler"))?;
            while filler.write_all(&[b'x'; 1 << 10]).is_ok() {}
        }
        Ok(())
    }

    fn give_to_user(&self, directory: &Path) -> Result<()> {
        let out = self.path("out");
        for path in tree(&out)?.into_keys().chain([out]) {
            let is_closed = path.is_dir() && self.place == Place::UserClosedDirectory;
            if !is_closed {
                chown(&path, Some(USER), Some(USER))?;
            }
        }
        let file = self.file();
        match self.place {
            Place::UserReadOnlyFile => {
                fs::set_permissions(&file, Permissions::from_mode(0o440))?;
            }
            Place::UserStickyDirectory => {
                chown(directory, Some(0), Some(0))?;
                fs::set_permissions(directory, Permissions::from_mode(0o1777))?;
                chown(&file, Some(0), Some(0))?;
                fs::set_permissions(&file, Permissions::from_mode(0o666))?;
            }
            _ => {}
        }
        Ok(())
    }

    /// The file as the command is told of it.
    fn file(&self) -> PathBuf {
        match self.place {
            Place::LongName => self.path("out").join("x".repeat(255)),
            _ => self.path(self.output.file),
        }
    }

    /// The target of a link, another name of the file, or what is mounted on it.
    fn other(&self) -> PathBuf {
        match (self.place, self.output.kind) {
            (Place::FullDiskHardLink, _) | (Place::Link, Kind::OutputDir) => {
                self.path("out/zz-other")
            }
            _ => self.path("elsewhere/other"),
        }
    }

    fn command(&self, file: &str, as_user: bool) -> Command {
        let arguments = self.output.arguments.iter();
        let arguments = arguments.map(|argument| match *argument {
            "FILE" => file,
            other => other,
        });
        let mut command = Command::new("sh");
        let redirected = match self.place {
            Place::DescriptorOfFile => "umask 022; exec \"$@\" 3>>elsewhere/other",
            _ => "umask 022; exec \"$@\"",
        };
        command.args(["-c", redirected, "sh"]);
        match as_user {
            true => command.arg(for_users()).uid(USER).gid(USER),
            false => command.arg(env!("CARGO_BIN_EXE_rhelm")),
        };
        command.args(arguments).current_dir(&self.directory);
        command.env_remove("KUBECONFIG").env("HOME", "/nonexistent");
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn run(&self) -> Result<Ended> {
        let long = format!("out/{}", "x".repeat(255));
        let file = match self.place {
            Place::Stdout => "-",
            Place::DescriptorOfStdout => "/dev/fd/1",
            Place::DescriptorOfFile => "/dev/fd/3",
            Place::LongName => &long,
            _ => self.output.file,
        };
        self.command(file, self.place.is_users()).output()
    }

    fn reader(&self) -> Result<Reader> {
        Ok(match self.place {
            Place::Pipe => {
                let cat = Command::new("cat")
                    .arg(self.file())
                    .stdout(Stdio::piped())
                    .spawn()?;
                Reader::Pipe(cat)
            }
            Place::Socket => {
                let listener = UnixListener::bind(self.file())?;
                listener.set_nonblocking(true)?;
                Reader::Socket(listener)
            }
            Place::DescriptorOfFile => Reader::File(self.other()),
            Place::Null | Place::LinkToNull => {
                let expected = Scratch::new(self.output, Place::Nothing)?;
                expected.run()?;
                Reader::Nobody(fs::read(expected.file())?)
            }
            _ => Reader::Stdout,
        })
    }

    /// Nothing is left but what the command writes and what was there.
    fn check_names(&self, expected: &Scratch<'_>) -> Checked {
        let names = |scratch: &Scratch<'_>| -> Result<Vec<PathBuf>> {
            let top = scratch.path("out");
            let paths = tree(&top)?.into_keys();
            let below = paths.filter_map(|path| path.strip_prefix(&top).map(Path::to_owned).ok());
            let own = ["filler", "zz-other"].map(Path::new);
            let long = "x".repeat(255);
            Ok(below
                .filter(|path| !own.contains(&path.as_path()))
                .map(|path| {
                    if path == Path::new(&long) {
                        "file".into()
                    } else {
                        path
                    }
                })
                .collect())
        };
        let (got, expected) = (names(self)?, names(expected)?);
        ensure!(got == expected, "there are {got:?}, not {expected:?}");
        Ok(())
    }

    /// All other files that the command writes are whole, too.
    fn check_others(&self, expected: &Scratch<'_>) -> Checked {
        let top = expected.path("out");
        for (path, entry) in tree(&top)? {
            let own = self.path("out").join(path.strip_prefix(&top)?);
            if !own.is_file() || !entry.kind.starts_with("file") {
                continue;
            }
            let (got, text) = (fs::read(&own)?, entry.contents);
            let is_same = self.output.comparable(&got) == self.output.comparable(&text);
            ensure!(
                is_same || got.starts_with(b"\x1F\x8B"),
                "{} is not whole",
                own.display()
            );
        }
        Ok(())
    }

    /// Checks that the file's place is as it was: its kind, mode, owner and other names.
    fn check_kept(&self, before: &Tree, after: &Tree) -> Checked {
        let file = self.file();
        for path in [file.clone(), self.other()] {
            let Some(before) = before.get(&path) else {
                continue;
            };
            let Some(after) = after.get(&path) else {
                anyhow::bail!("{} is gone", path.display());
            };
            ensure!(
                (&before.kind, before.mode, before.owner) == (&after.kind, after.mode, after.owner),
                "{}: {before:?} is now {after:?}",
                path.display()
            );
        }
        if self.other().exists() {
            ensure!(
                fs::read(self.other())? == fs::read(&file)?,
                "the other name has other contents"
            );
        }
        Ok(())
    }
}

impl Drop for Scratch<'_> {
    fn drop(&mut self) {
        let file = self.file();
        let directory = file.parent().unwrap_or(&file);
        let _ = match self.place {
            Place::ImmutableFile => run("chattr", &["-i"], &file),
            Place::ImmutableDirectory => run("chattr", &["-i"], directory),
            Place::MountedFile => run("umount", &[], &file),
            Place::FullDisk | Place::FullDiskHardLink => run("umount", &[], &self.path("out")),
            _ => Ok(()),
        };
    }
}

/// The reader at the other end of a file's place.
enum Reader {
    Pipe(Child),
    Socket(UnixListener),
    File(PathBuf),
    Stdout,
    /// The bytes are lost: they are taken for what they should be.
    Nobody(Vec<u8>),
}

impl Reader {
    fn finish(&mut self, ended: &Ended) -> Result<Vec<u8>> {
        let mut got = Vec::new();
        match self {
            Reader::Pipe(cat) => {
                if let Some(mut pipe) = cat.stdout.take() {
                    pipe.read_to_end(&mut got)?;
                }
            }
            Reader::Socket(listener) => {
                let (mut stream, _) = listener.accept()?;
                stream.set_nonblocking(false)?;
                stream.read_to_end(&mut got)?;
            }
            Reader::File(file) => {
                let all = fs::read(&file)?;
                got = all
                    .strip_prefix(b"a line before\n")
                    .unwrap_or_default()
                    .to_vec();
                // Only what was there before is compared with what was there before.
                fs::write(file, "a line before\n")?;
            }
            Reader::Stdout => {
                // A source map comes before the manifests.
                let cut = b"---\n# Source: ";
                let end = ended
                    .stdout
                    .windows(cut.len())
                    .position(|window| window == cut);
                let text = ended.stdout.get(..end.unwrap_or(ended.stdout.len()));
                got = text.unwrap_or_default().to_vec();
            }
            Reader::Nobody(text) => got.append(text),
        }
        Ok(got)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        if let Reader::Pipe(cat) = self {
            let _ = cat.kill();
            let _ = cat.wait();
        }
    }
}

/// The program where every user may run it.
fn for_users() -> PathBuf {
    static COPY: OnceLock<Option<(TempDir, PathBuf)>> = OnceLock::new();
    let copy = COPY.get_or_init(|| {
        let directory = tempfile::tempdir().ok()?;
        fs::set_permissions(directory.path(), Permissions::from_mode(0o755)).ok()?;
        let copy = directory.path().join("rhelm");
        // Not copied by this process: programs that it starts at the same time would hold the file open for writing.
        run_with(
            "cp",
            Path::new(env!("CARGO_BIN_EXE_rhelm")),
            &[copy.to_str()?],
        )
        .ok()?;
        Some((directory, copy))
    });
    copy.as_ref()
        .map(|(_, copy)| copy.clone())
        .unwrap_or_default()
}

fn has_immutable_files() -> bool {
    let Ok(file) = tempfile::NamedTempFile::new() else {
        return false;
    };
    run("chattr", &["+i"], file.path()).is_ok() && run("chattr", &["-i"], file.path()).is_ok()
}

fn run(program: &str, arguments: &[&str], path: &Path) -> Result<()> {
    ended(program, Command::new(program).args(arguments).arg(path))
}

fn run_with(program: &str, path: &Path, arguments: &[&str]) -> Result<()> {
    ended(program, Command::new(program).arg(path).args(arguments))
}

fn ended(program: &str, command: &mut Command) -> Result<()> {
    let output = command.output()?;
    match output.status.success() {
        true => Ok(()),
        false => {
            let messages = String::from_utf8_lossy(&output.stderr).into_owned();
            Err(std::io::Error::other(format!("{program}: {messages}")))
        }
    }
}
