//! Files of credentials: read once, up to a limit, as text; never quoted in an error.

use std::io::Read;
use std::path::Path;

use zeroize::Zeroizing;

/// No real file of credentials comes near this.
const MAX: u64 = 1 << 20;

/// Why a file could not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileError {
    /// There is no such file.
    Missing,
    /// It is a directory, a device or a pipe.
    NotAFile,
    /// It could not be read; the system's reason.
    Unreadable(String),
    /// It is larger than 1 MiB.
    TooLarge,
    /// It is not UTF-8 text.
    Encoding {
        /// The first line that is not.
        line: usize,
    },
    /// It does not say what such a file says.
    Malformed {
        /// The line.
        line: usize,
        /// The column, where it is known.
        column: Option<usize>,
    },
    /// It is empty.
    Empty,
}

/// The text of a file, without a byte order mark. Its memory is wiped on drop.
pub fn read_text(path: &Path) -> Result<Zeroizing<String>, FileError> {
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => FileError::Missing,
        _ => FileError::Unreadable(error.to_string()),
    };
    // Asked before opening: opening a pipe would wait for its other end.
    if !std::fs::metadata(path).map_err(failed)?.is_file() {
        return Err(FileError::NotAFile);
    }
    let mut bytes = Zeroizing::new(Vec::new());
    let file = std::fs::File::open(path).map_err(failed)?;
    file.take(MAX + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > MAX {
        return Err(FileError::TooLarge);
    }
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let text = std::str::from_utf8(text).map_err(|error| {
        let before = &text[..error.valid_up_to()];
        FileError::Encoding { line: before.split(|byte| *byte == b'\n').count() }
    })?;
    if text.trim().is_empty() { Err(FileError::Empty) } else { Ok(Zeroizing::new(text.to_owned())) }
}

/// Whether others than its owner may read the file.
#[cfg(unix)]
pub fn is_loose(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o044 != 0)
}

/// Not known on this system.
#[cfg(not(unix))]
pub fn is_loose(_: &Path) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unusable_file_is_told_apart() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        let with = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            read_text(&path).map(|text| text.to_string())
        };
        assert_eq!(with(b"\xef\xbb\xbfa\n"), Ok("a\n".to_owned()));
        assert_eq!(with(b" \n\t"), Err(FileError::Empty));
        assert_eq!(with(b"a\nb\n\xff\xfe"), Err(FileError::Encoding { line: 3 }));
        assert_eq!(with(&vec![b'a'; (1 << 20) + 1]), Err(FileError::TooLarge));
        assert_eq!(read_text(dir.path()).unwrap_err(), FileError::NotAFile);
        assert_eq!(read_text(&dir.path().join("none")).unwrap_err(), FileError::Missing);
        assert_eq!(read_text(Path::new("/dev/zero")).unwrap_err(), FileError::NotAFile);
    }
}
