//! Writing files: each one whole or not at all.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use anyhow::Context as _;

use super::failure::Failure;

/// Held while a file is written, so that an impatient interrupt leaves no temporary file behind.
pub(super) static WRITING: Mutex<()> = Mutex::new(());

/// What to do about a file that is already there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Existing {
    /// Put the new one in its place.
    Replace,
    /// Leave it alone and say so.
    Keep,
}

/// A file to be written, as rendered.
#[derive(Debug)]
pub(super) struct Rendered {
    /// Its name inside the folder, with `/` between parts.
    pub(super) name: String,
    /// All of it.
    pub(super) bytes: Vec<u8>,
}

/// Writes `files` into `folder`, which is made if it does not exist, one after the other.
///
/// # Errors
///
/// If the folder cannot be made or a file cannot be written; the files before that one are there.
pub(super) fn write_all(folder: &Path, files: &[Rendered]) -> anyhow::Result<()> {
    make_folder(folder)?;
    for file in files {
        let path = folder.join(&file.name);
        if let Some(parent) = path.parent() {
            make_folder(parent)?;
        }
        write(&path, &file.bytes, Existing::Replace)?;
    }
    Ok(())
}

/// Writes one file: under another name first, then renamed, so that nobody ever sees half of it.
///
/// # Errors
///
/// If it cannot be written, if it exists and is to be kept, or if something else than a file
/// has its name.
pub(super) fn write(path: &Path, bytes: &[u8], existing: Existing) -> anyhow::Result<()> {
    let _writing = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    put(path, bytes, existing).with_context(|| format!("cannot write {}", path.display()))
}

/// Writes one file piece by piece, under another name until it is complete; one that is there is
/// replaced. What cannot be replaced, such as a device, is written to as it is.
///
/// # Errors
///
/// If it cannot be written, or what `write` says; then there is no such file, or the old one.
pub(super) fn stream(
    path: &Path,
    write: impl FnOnce(&mut dyn io::Write) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let _writing = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    let context = || format!("cannot write {}", path.display());
    let told = |failure: Failure| match failure {
        Failure::World(error) => Failure::World(error.context(context())),
        other => other,
    };
    let path = match fs::symlink_metadata(path) {
        Ok(there) if there.is_symlink() => &fs::canonicalize(path).with_context(context)?,
        _ => path,
    };
    if fs::metadata(path).is_ok_and(|it| !it.is_file() && !it.is_dir()) {
        let mut device = fs::OpenOptions::new().write(true).open(path).with_context(context)?;
        return write(&mut device).map_err(told);
    }
    let mut file = temporary().tempfile_in(folder_of(path)).with_context(context)?;
    write(file.as_file_mut()).map_err(told)?;
    file.as_file().sync_data().with_context(context)?;
    file.persist(path).map_err(|fault| fault.error).with_context(context)?;
    Ok(())
}

fn put(path: &Path, bytes: &[u8], existing: Existing) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(_) if existing == Existing::Keep => return Err(is_there()),
        // Renaming over a device or a link would replace it rather than write to it.
        Ok(there) if there.is_symlink() => return put(&fs::canonicalize(path)?, bytes, existing),
        Ok(there) if !there.is_file() => {
            return Err(io::Error::other("there is something of that name that is not a file"));
        }
        _ => {}
    }
    let mut file = temporary().tempfile_in(folder_of(path))?;
    file.write_all(bytes)?;
    // Disks in a network tell only now that they are full.
    file.as_file().sync_data()?;
    match existing {
        Existing::Replace => file.persist(path),
        Existing::Keep => file.persist_noclobber(path),
    }
    .map_err(|fault| match fault.error.kind() {
        io::ErrorKind::AlreadyExists => is_there(),
        _ => fault.error,
    })?;
    Ok(())
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

fn is_there() -> io::Error {
    io::Error::new(io::ErrorKind::AlreadyExists, "the file is already there")
}

fn temporary() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".forksight-");
    // Temporary files are private by default; these become ordinary ones, subject to the umask.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder
}

fn make_folder(folder: &Path) -> anyhow::Result<()> {
    let made = match fs::metadata(folder) {
        Ok(there) if there.is_dir() => Ok(()),
        Ok(_) => Err(io::Error::other("there is a file of that name")),
        Err(_) => fs::create_dir_all(folder),
    };
    made.with_context(|| format!("cannot make the folder {}", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .expect("the folder is readable")
            .map(|it| {
                it.expect("the entry is readable")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        names.sort();
        names
    }

    fn rendered(name: &str) -> Rendered {
        Rendered {
            name: name.to_owned(),
            bytes: b"new".to_vec(),
        }
    }

    #[test]
    fn files_are_replaced_and_nothing_else_is_touched() {
        let folder = tempfile::tempdir().expect("there is room");
        fs::write(folder.path().join("a.csv"), "old").expect("there is room");
        fs::write(folder.path().join("mine.csv"), "mine").expect("there is room");
        write_all(folder.path(), &[rendered("a.csv"), rendered("charts/b.svg")]).expect("it can be written");
        assert_eq!(names(folder.path()), ["a.csv", "charts", "mine.csv"]);
        assert_eq!(names(&folder.path().join("charts")), ["b.svg"]);
        assert_eq!(fs::read(folder.path().join("a.csv")).expect("it is there"), b"new");
        assert_eq!(fs::read(folder.path().join("mine.csv")).expect("it is there"), b"mine");
    }

    #[test]
    fn a_failed_write_leaves_no_temporary_file() {
        let folder = tempfile::tempdir().expect("there is room");
        fs::create_dir(folder.path().join("a.csv")).expect("there is room");
        let error = write_all(folder.path(), &[rendered("a.csv")]).expect_err("a folder is in the way");
        assert!(error.to_string().ends_with("a.csv"), "{error}");
        assert_eq!(names(folder.path()), ["a.csv"]);
    }

    #[test]
    fn a_file_that_is_there_is_kept_on_request() {
        let folder = tempfile::tempdir().expect("there is room");
        let path = folder.path().join("shop.toml");
        fs::write(&path, "old").expect("there is room");
        assert!(write(&path, b"new", Existing::Keep).is_err());
        assert_eq!(fs::read(&path).expect("it is there"), b"old");
        write(&path, b"new", Existing::Replace).expect("it can be replaced");
        assert_eq!(fs::read(&path).expect("it is there"), b"new");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link() {
        let folder = tempfile::tempdir().expect("there is room");
        let (path, link) = (folder.path().join("real.csv"), folder.path().join("a.csv"));
        fs::write(&path, "old").expect("there is room");
        std::os::unix::fs::symlink(&path, &link).expect("links are allowed");
        write(&link, b"new", Existing::Replace).expect("it can be written");
        assert!(fs::symlink_metadata(&link).expect("it is there").is_symlink());
        assert_eq!(fs::read(&path).expect("it is there"), b"new");
    }

    #[cfg(unix)]
    #[test]
    fn written_files_can_be_read_by_others() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("there is room");
        let (path, plain) = (folder.path().join("a.csv"), folder.path().join("plain"));
        write(&path, b"new", Existing::Replace).expect("it can be written");
        fs::write(&plain, "").expect("there is room");
        let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode();
        assert_eq!(mode(&path), mode(&plain));
    }
}
