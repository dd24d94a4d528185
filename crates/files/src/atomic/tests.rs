#![allow(clippy::unwrap_used)]

use super::{AtomicFiles, FileMode};
use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

/// Lists the entries of a directory: names, kinds, modes and contents.
fn list(directory: &Path) -> Vec<String> {
    let mut lines = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let metadata = path.symlink_metadata().unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let mode = metadata.mode() & 0o777;
        lines.push(if metadata.is_symlink() {
            format!("{name} -> {}", fs::read_link(&path).unwrap().display())
        } else if metadata.is_dir() {
            format!("{name} {:?}", list(&path))
        } else {
            let text = fs::read_to_string(&path).unwrap();
            format!("{name} {mode:o} {} {text}", metadata.nlink())
        });
    }
    lines.sort();
    lines
}

/// A file with a mode of its own, one with two names, two links and one that is to be removed.
fn make_files(directory: &Path) {
    for name in ["file", "linked", "outdated"] {
        fs::write(directory.join(name), "before\n").unwrap();
        let mode = Permissions::from_mode(0o640);
        fs::set_permissions(directory.join(name), mode).unwrap();
    }
    fs::hard_link(directory.join("linked"), directory.join("other name")).unwrap();
    symlink("file", directory.join("link")).unwrap();
    symlink("nothing", directory.join("dangling")).unwrap();
}

fn add_all(files: &mut AtomicFiles<'_>, directory: &Path) {
    for name in ["link", "dangling", "new/directory/file", "linked"] {
        files.add(directory.join(name), &b"after, and longer\n"[..]);
    }
    files.remove(directory.join("outdated"));
}

#[test]
fn all_files_are_written() {
    let scratch = tempfile::tempdir().unwrap();
    make_files(scratch.path());
    let mut files = AtomicFiles::new(FileMode::Private);
    add_all(&mut files, scratch.path());
    files.commit().unwrap();
    assert_eq!(
        list(scratch.path()),
        [
            "dangling -> nothing",
            "file 640 1 after, and longer\n",
            "link -> file",
            "linked 640 2 after, and longer\n",
            r#"new ["directory [\"file 600 1 after, and longer\\n\"]"]"#,
            "nothing 600 1 after, and longer\n",
            "other name 640 2 after, and longer\n",
        ]
    );
}

#[test]
fn no_file_is_written_when_one_cannot_be() {
    // One of them fails before the first rename, and one after the last.
    let failures: [fn(&mut AtomicFiles<'_>, &Path); 2] = [
        |files, directory| files.add(directory.join("new"), &b"a directory by then"[..]),
        |files, directory| files.remove(directory.join("no such file")),
    ];
    for fail in failures {
        let scratch = tempfile::tempdir().unwrap();
        make_files(scratch.path());
        let before = list(scratch.path());
        let mut files = AtomicFiles::new(FileMode::Default);
        add_all(&mut files, scratch.path());
        fail(&mut files, scratch.path());
        files.commit().unwrap_err();
        assert_eq!(list(scratch.path()), before);
    }
}

#[test]
fn a_pipe_is_written_through() {
    let scratch = tempfile::tempdir().unwrap();
    let pipe = scratch.path().join("pipe");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || fs::read_to_string(pipe).unwrap()
    });
    let mut files = AtomicFiles::new(FileMode::Private);
    files.add(&pipe, &b"text"[..]);
    files.commit().unwrap();
    assert_eq!(reader.join().unwrap(), "text");
    assert!(!pipe.is_file() && pipe.exists());
}

#[test]
fn a_name_may_be_as_long_as_the_system_takes() {
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("x".repeat(255));
    for text in ["first", "second"] {
        let mut files = AtomicFiles::new(FileMode::Default);
        files.add(&file, text.as_bytes());
        files.commit().unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), text);
    }
}

#[test]
fn the_error_names_the_path_that_was_given() {
    let scratch = tempfile::tempdir().unwrap();
    let link = scratch.path().join("link");
    symlink("link", &link).unwrap();
    for (path, problem) in [
        (scratch.path().to_owned(), "is a directory"),
        (link.clone(), "too many levels of symbolic links"),
        (link.join("x"), "too many levels of symbolic links"),
    ] {
        let mut files = AtomicFiles::new(FileMode::Default);
        files.add(&path, &b""[..]);
        let error = files.commit().unwrap_err();
        assert!(path.starts_with(&error.path), "{error}");
        assert_eq!(error.reason, problem);
    }
}

#[test]
fn threads_that_write_into_one_directory_keep_apart() {
    let directory = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let directory = directory.path();
            scope.spawn(move || {
                for round in 0..50 {
                    let mut files = AtomicFiles::new(FileMode::Default);
                    for file in 0..3 {
                        let text = format!("{thread} {file} {round}");
                        files.add(
                            directory.join(format!("{thread}-{file}")),
                            text.into_bytes(),
                        );
                    }
                    files.commit().unwrap();
                }
            });
        }
    });
    let mut names = Vec::new();
    for entry in fs::read_dir(directory.path()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text, format!("{} 49", name.replace('-', " ")));
        names.push(name);
    }
    assert_eq!(names.len(), 12, "{names:?}");
}
