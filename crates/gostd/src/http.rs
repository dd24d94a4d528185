//! The content type of a file's start, as Go's `net/http.DetectContentType` names it: Helm prints
//! it where a chart is no archive.

/// Bytes with a mask; a pattern of the same length.
struct Masked(&'static [u8], &'static [u8], &'static str);

const HTML: &[&str] = &[
    "<!DOCTYPE HTML",
    "<HTML",
    "<HEAD",
    "<SCRIPT",
    "<IFRAME",
    "<H1",
    "<DIV",
    "<FONT",
    "<TABLE",
    "<A",
    "<STYLE",
    "<TITLE",
    "<B",
    "<BODY",
    "<BR",
    "<P",
    "<!--",
];

const EMBEDDED_OPENTYPE: &str = "application/vnd.ms-fontobject";

/// The part before the check for MP4, in Go's order.
const BEFORE_MP4: &[Masked] = &[
    Masked(b"%PDF-", b"\xFF\xFF\xFF\xFF\xFF", "application/pdf"),
    Masked(b"%!PS-Adobe-", &[0xFF; 11], "application/postscript"),
    Masked(
        b"\xFE\xFF\0\0",
        b"\xFF\xFF\0\0",
        "text/plain; charset=utf-16be",
    ),
    Masked(
        b"\xFF\xFE\0\0",
        b"\xFF\xFF\0\0",
        "text/plain; charset=utf-16le",
    ),
    Masked(
        b"\xEF\xBB\xBF\0",
        b"\xFF\xFF\xFF\0",
        "text/plain; charset=utf-8",
    ),
    Masked(b"\0\0\x01\0", &[0xFF; 4], "image/x-icon"),
    Masked(b"\0\0\x02\0", &[0xFF; 4], "image/x-icon"),
    Masked(b"BM", &[0xFF; 2], "image/bmp"),
    Masked(b"GIF87a", &[0xFF; 6], "image/gif"),
    Masked(b"GIF89a", &[0xFF; 6], "image/gif"),
    Masked(
        b"RIFF\0\0\0\0WEBPVP",
        b"\xFF\xFF\xFF\xFF\0\0\0\0\xFF\xFF\xFF\xFF\xFF\xFF",
        "image/webp",
    ),
    Masked(b"\x89PNG\r\n\x1A\n", &[0xFF; 8], "image/png"),
    Masked(b"\xFF\xD8\xFF", &[0xFF; 3], "image/jpeg"),
    Masked(
        b"FORM\0\0\0\0AIFF",
        b"\xFF\xFF\xFF\xFF\0\0\0\0\xFF\xFF\xFF\xFF",
        "audio/aiff",
    ),
    Masked(b"ID3", &[0xFF; 3], "audio/mpeg"),
    Masked(b"OggS\0", &[0xFF; 5], "application/ogg"),
    Masked(b"MThd\0\0\0\x06", &[0xFF; 8], "audio/midi"),
    Masked(
        b"RIFF\0\0\0\0AVI ",
        b"\xFF\xFF\xFF\xFF\0\0\0\0\xFF\xFF\xFF\xFF",
        "video/avi",
    ),
    Masked(
        b"RIFF\0\0\0\0WAVE",
        b"\xFF\xFF\xFF\xFF\0\0\0\0\xFF\xFF\xFF\xFF",
        "audio/wave",
    ),
];

/// The part after it and after the fonts that start with 34 unknown bytes.
const AFTER_FONTOBJECT: &[Masked] = &[
    Masked(b"\0\x01\0\0", &[0xFF; 4], "font/ttf"),
    Masked(b"OTTO", &[0xFF; 4], "font/otf"),
    Masked(b"ttcf", &[0xFF; 4], "font/collection"),
    Masked(b"wOFF", &[0xFF; 4], "font/woff"),
    Masked(b"wOF2", &[0xFF; 4], "font/woff2"),
    Masked(b"\x1F\x8B\x08", &[0xFF; 3], "application/x-gzip"),
    Masked(b"PK\x03\x04", &[0xFF; 4], "application/zip"),
    Masked(
        b"Rar!\x1A\x07\0",
        &[0xFF; 7],
        "application/x-rar-compressed",
    ),
    Masked(
        b"Rar!\x1A\x07\x01\0",
        &[0xFF; 8],
        "application/x-rar-compressed",
    ),
    Masked(b"\0asm", &[0xFF; 4], "application/wasm"),
];

/// The content type of `data`, the first 512 bytes of a file.
pub fn detect_content_type(data: &[u8]) -> &'static str {
    let blank = |byte: &u8| matches!(byte, b'\t' | b'\n' | 0x0c | b'\r' | b' ');
    let start = data.iter().position(|b| !blank(b)).unwrap_or(data.len());
    let text = data.get(start..).unwrap_or(&[]);
    if HTML.iter().any(|tag| is_tag(text, tag.as_bytes())) {
        return "text/html; charset=utf-8";
    }
    if text.starts_with(b"<?xml") {
        return "text/xml; charset=utf-8";
    }
    if let Some(name) = first_match(BEFORE_MP4, data) {
        return name;
    }
    if is_mp4(data) {
        return "video/mp4";
    }
    if data.starts_with(b"\x1A\x45\xDF\xA3") {
        return "video/webm";
    }
    if data.get(34..36) == Some(b"LP") {
        return EMBEDDED_OPENTYPE;
    }
    if let Some(name) = first_match(AFTER_FONTOBJECT, data) {
        return name;
    }
    let binary = |b: &u8| matches!(b, 0..=0x08 | 0x0B | 0x0E..=0x1A | 0x1C..=0x1F);
    if text.iter().any(binary) {
        return "application/octet-stream";
    }
    "text/plain; charset=utf-8"
}

fn first_match(table: &[Masked], data: &[u8]) -> Option<&'static str> {
    let fits = |Masked(pattern, mask, _): &&Masked| {
        let bytes = pattern.iter().zip(mask.iter()).zip(data);
        data.len() >= pattern.len() && bytes.into_iter().all(|((p, m), d)| d & m == *p)
    };
    table.iter().find(fits).map(|Masked(_, _, name)| *name)
}

fn is_tag(text: &[u8], tag: &[u8]) -> bool {
    let same = |(pattern, byte): (&u8, &u8)| {
        *pattern
            == if pattern.is_ascii_uppercase() {
                byte & 0xDF
            } else {
                *byte
            }
    };
    tag.iter().zip(text).all(same) && matches!(text.get(tag.len()), Some(b' ' | b'>'))
}

fn is_mp4(data: &[u8]) -> bool {
    let [a, b, c, d, b'f', b't', b'y', b'p', ..] = data else {
        return false;
    };
    let size = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
    if data.len() < 12 || data.len() < size || !size.is_multiple_of(4) {
        return false;
    }
    // The four bytes at 12 are the version of the main brand.
    (8..size)
        .step_by(4)
        .any(|at| at != 12 && data.get(at..at + 3) == Some(b"mp4"))
}
