//! One entry of a tar stream: its header as bytes, which changes may break, and its contents.

use fastrand::Rng;

const BLOCK: usize = 512;

/// The ranges of the fields of a header.
const NAME: (usize, usize) = (0, 100);
const SIZE: (usize, usize) = (124, 12);
const CHECKSUM: (usize, usize) = (148, 8);
const KIND: usize = 156;
const LINK: (usize, usize) = (157, 100);
const MAGIC: (usize, usize) = (257, 8);
const PREFIX: (usize, usize) = (345, 155);
/// Of GNU's old form of files with holes: offset and length of the first part.
const SPARSE: usize = 386;
const REAL_SIZE: (usize, usize) = (483, 12);

const KINDS: &[u8] = b"\x000123456789gxSLKVDMNAZ";
const NUMBERS: &[&[u8]] = &[
    b"",
    b"0",
    b"5",
    b"00000000005",
    b"            ",
    b"77777777777",
    b"-1",
    b"9",
    b"5 \x001",
    b"\x80\0\0\0\0\0\0\0\0\0\0\x05",
    b"\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff",
    b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe",
    b"\x80\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
];
const NAMES: &[&[u8]] = &[
    b"",
    b"/",
    b"demo",
    b"demo/",
    b"demo/.",
    b"demo//a",
    b"demo/../a",
    b"demo/a/../../b",
    b"../demo/a",
    b"/demo/Chart.yaml",
    b"demo\\Chart.yaml",
    b"demo/c:/a",
    b"Chart.yaml",
    b"demo/Chart.yaml",
    b"demo/templates/\xc3\xa9.yaml",
    b"demo/templates/a\0b",
    b"demo/templates/",
    b"demo/charts/sub/Chart.yaml",
    b"demo/charts/_sub/Chart.yaml",
    b"demo/charts/sub.tgz",
    b"demo/charts/README.md",
    b"demo/values.schema.json",
    b"demo/Chart.lock",
    b"demo/crds/a.yaml",
    b"\xd0\xba/\xd1\x85",
];
const KEYS: &[&str] = &[
    "path",
    "linkpath",
    "size",
    "mtime",
    "atime",
    "uid",
    "gid",
    "uname",
    "comment",
    "GNU.sparse.major",
    "GNU.sparse.minor",
    "GNU.sparse.realsize",
    "GNU.sparse.size",
    "GNU.sparse.map",
    "GNU.sparse.numblocks",
    "GNU.sparse.offset",
    "GNU.sparse.numbytes",
    "GNU.sparse.name",
    "SCHILY.xattr.user.a",
    "hdrcharset",
];
const VALUES: &[&str] = &[
    "",
    "0",
    "1",
    "5",
    "-1",
    "512",
    "1.5",
    "-1.000000001",
    "1e3",
    "99999999999999999999",
    "demo/templates/b.yaml",
    "demo/Chart.yaml",
    "../a",
    "a\0b",
    "0,5",
    "0,5,512,1",
    "5,0",
    "x",
];

/// A header and what follows it.
#[derive(Clone)]
pub(super) struct Entry {
    header: [u8; BLOCK],
    contents: Vec<u8>,
    /// True if the checksum is that of the header.
    is_summed: bool,
}

fn pick<'l, T: ?Sized>(rng: &mut Rng, list: &[&'l T]) -> &'l T {
    list[rng.usize(0..list.len())]
}

impl Entry {
    fn new(name: &[u8], kind: u8, contents: impl Into<Vec<u8>>) -> Entry {
        let contents = contents.into();
        let mut entry = Entry {
            header: [0; BLOCK],
            contents,
            is_summed: true,
        };
        entry.set(NAME, name);
        entry.set((100, 8), b"0000644\0");
        entry.set((108, 8), b"0000000\0");
        entry.set((116, 8), b"0000000\0");
        entry.set(SIZE, format!("{:011o}", entry.contents.len()).as_bytes());
        entry.set((136, 12), b"14000000000");
        entry.header[KIND] = kind;
        entry.set(MAGIC, b"ustar\x0000");
        entry
    }

    /// The entries of a small chart.
    pub(super) fn chart() -> Vec<Entry> {
        let file =
            |name: &str, text: &str| Entry::new(format!("demo/{name}").as_bytes(), b'0', text);
        vec![
            file("Chart.yaml", "apiVersion: v2\nname: demo\nversion: 0.1.0\n"),
            file("values.yaml", "a: 1\n"),
            file(
                "templates/a.yaml",
                "a: {{ .Values.a }}\nfiles: {{ .Files }}\n",
            ),
            file(
                "charts/sub/Chart.yaml",
                "apiVersion: v2\nname: sub\nversion: 0.1.0\n",
            ),
            file("charts/sub/templates/b.yaml", "b: {{ .Chart.Name }}\n"),
            file("README.md", "# Demo\n"),
        ]
    }

    /// An extended header with records, right and wrong.
    pub(super) fn records(rng: &mut Rng) -> Entry {
        let mut text = Vec::new();
        for _ in 0..rng.usize(1..=3) {
            let (key, value) = (pick(rng, KEYS), pick(rng, VALUES));
            let mut record = record(key, value);
            match rng.u8(0..12) {
                0 => record.truncate(rng.usize(0..record.len())),
                1 => record[0] = *b"09 x-+".get(rng.usize(0..6)).unwrap_or(&b'0'),
                2 => record.iter_mut().for_each(|byte| {
                    if *byte == b'=' {
                        *byte = b'-';
                    }
                }),
                _ => {}
            }
            text.append(&mut record);
        }
        let kind = if rng.u8(0..6) == 0 { b'g' } else { b'x' };
        Entry::new(b"pax", kind, text)
    }

    /// GNU's entry for a name or a link's target that is too long for a header.
    pub(super) fn long_name(rng: &mut Rng) -> Entry {
        let mut name = match rng.u8(0..8) {
            0 => vec![b'a'; 2 << 20],
            1 => [&b"demo/"[..], &[b'a'; 300]].concat(),
            _ => pick(rng, NAMES).to_vec(),
        };
        if rng.bool() {
            name.push(0);
        }
        let kind = if rng.bool() { b'L' } else { b'K' };
        Entry::new(b"././@LongLink", kind, name)
    }

    /// A link, a device or a directory, mostly with a name of the chart.
    pub(super) fn link(rng: &mut Rng) -> Entry {
        let kind = b"1234567"[rng.usize(0..7)];
        let mut entry = Entry::new(b"demo/templates/link.yaml", kind, "");
        entry.set(LINK, pick(rng, NAMES));
        if rng.bool() {
            entry.set(NAME, pick(rng, NAMES));
        }
        if rng.u8(0..3) == 0 {
            entry.set(SIZE, pick(rng, NUMBERS));
        }
        entry
    }

    /// A file with holes in GNU's old form.
    pub(super) fn sparse(of: &Entry, rng: &mut Rng) -> Entry {
        let mut entry = of.clone();
        entry.header[KIND] = b'S';
        entry.set(MAGIC, b"ustar  \0");
        let size = entry.contents.len();
        for (index, number) in [0, size].into_iter().enumerate() {
            let at = SPARSE + 12 * index;
            entry.set((at, 12), format!("{number:011o}").as_bytes());
        }
        entry.set(
            REAL_SIZE,
            format!("{:011o}", size + rng.usize(0..1000)).as_bytes(),
        );
        for _ in 0..rng.usize(0..=2) {
            let at = SPARSE + 12 * rng.usize(0..9);
            entry.set((at.min(REAL_SIZE.0), 12), pick(rng, NUMBERS));
        }
        entry
    }

    /// Changes something.
    pub(super) fn change(&mut self, rng: &mut Rng) {
        match rng.u8(0..10) {
            0 => self.header[KIND] = KINDS[rng.usize(0..KINDS.len())],
            1 => self.set(SIZE, pick(rng, NUMBERS)),
            2 => self.set(NAME, pick(rng, NAMES)),
            3 => self.set(PREFIX, pick(rng, NAMES)),
            4 => self.set(
                MAGIC,
                pick(
                    rng,
                    &[
                        &b"ustar  \0"[..],
                        b"ustar\x0000",
                        b"",
                        b"ustar\0\0\0",
                        b"USTAR\x0000",
                    ],
                ),
            ),
            5 => self.header[rng.usize(0..BLOCK)] = rng.u8(..),
            6 => {
                self.is_summed = false;
                self.header[rng.usize(0..BLOCK)] ^= 1 << rng.u8(0..8);
            }
            7 => {
                let field = [100, 108, 116, 136, 329, 337][rng.usize(0..6)];
                let length = if field == 136 { 12 } else { 8 };
                self.set((field, length), pick(rng, NUMBERS));
            }
            8 => {
                let length = rng.usize(0..=self.contents.len());
                self.contents.truncate(length);
            }
            _ => {
                let most = [600, 5 << 20, (5 << 20) + 1][rng.usize(0..3)];
                self.contents.resize(most, b'\n');
                self.set(SIZE, format!("{most:011o}").as_bytes());
            }
        }
    }

    /// The entry as it stands in the stream.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut entry = self.clone();
        if entry.is_summed {
            entry.set(CHECKSUM, b"        ");
            let sum: u32 = entry.header.iter().map(|byte| u32::from(*byte)).sum();
            entry.set(CHECKSUM, format!("{sum:06o}\0 ").as_bytes());
        }
        let mut bytes = entry.header.to_vec();
        bytes.append(&mut entry.contents);
        bytes.resize(bytes.len().next_multiple_of(BLOCK), 0);
        bytes
    }

    fn set(&mut self, (at, length): (usize, usize), text: &[u8]) {
        let field = &mut self.header[at..at + length];
        field.fill(0);
        for (slot, byte) in field.iter_mut().zip(text) {
            *slot = *byte;
        }
    }
}

/// A record with its length before it.
fn record(key: &str, value: &str) -> Vec<u8> {
    let rest = format!(" {key}={value}\n");
    let mut length = rest.len() + 1;
    while length != rest.len() + length.to_string().len() {
        length = rest.len() + length.to_string().len();
    }
    format!("{length}{rest}").into_bytes()
}
