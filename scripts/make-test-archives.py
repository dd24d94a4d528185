#!/usr/bin/env python3
"""Makes the archives of tests/golden/archive-format: valid and broken ones, of every format of tar and gzip.

usage: scripts/make-test-archives.py DIRECTORY
"""
import gzip, os, struct, sys, zlib

CHART = b"apiVersion: v2\nname: demo\nversion: 0.1.0\n"
CONFIG = b"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: demo\ndata:\n  files: {{ range $name, $_ := .Files }}{{ $name }}={{ len $_ }} {{ end }}\n"


def octal(number, width):
    return b"%0*o\0" % (width - 1, number)


def header(name, size=0, kind=b"0", mode=0o644, magic=b"ustar\x0000", prefix=b"", link=b"", mtime=None, fields=None,
           checksum=None, signed=False):
    block = bytearray(512)

    def put(at, text):
        block[at:at + len(text)] = text

    put(0, name[:100])
    put(100, octal(mode, 8) if isinstance(mode, int) else mode)
    put(108, octal(0, 8))
    put(116, octal(0, 8))
    put(124, octal(size, 12) if isinstance(size, int) else size)
    put(136, octal(0, 12) if mtime is None else mtime)
    put(156, kind)
    put(157, link[:100])
    put(257, magic)
    if magic.startswith(b"ustar"):
        put(329, octal(0, 8))
        put(337, octal(0, 8))
    put(345, prefix)
    for at, text in (fields or {}).items():
        put(at, text)
    block[148:156] = b" " * 8
    total = sum(b - 256 if signed and b > 127 else b for b in block)
    put(148, b"%06o\0 " % total if checksum is None else checksum)
    return bytes(block)


def padded(data):
    return data + b"\0" * (-len(data) % 512)


def entry(name, data=b"", **more):
    more.setdefault("size", len(data))
    return header(name, **more) + padded(data)


def record(key, value):
    rest = b" " + key + b"=" + value + b"\n"
    size = len(rest)
    while len(b"%d" % size) + len(rest) != size:
        size = len(b"%d" % size) + len(rest)
    return b"%d" % size + rest


def pax(*records, kind=b"x"):
    data = b"".join(records)
    return entry(b"PaxHeaders/x", data, kind=kind)


GNU = b"ustar  \0"
START = entry(b"demo/Chart.yaml", CHART) + entry(b"demo/templates/config.yaml", CONFIG)
END = b"\0" * 1024
big = lambda number, width: b"\x80" + number.to_bytes(width - 1, "big")
negative = lambda number, width: (number % (1 << 8 * width)).to_bytes(width, "big")
sparse_map = lambda *pairs: b"".join(b"%011o\0%011o\0" % pair for pair in pairs)
NAME = b"demo/file"


def tars():
    file = entry(NAME, b"x" * 600)
    yield "plain", START + file + END
    # Ends.
    yield "no-end", START + file
    yield "one-zero-block", START + file + END[:512]
    yield "one-and-a-half-zero-blocks", START + file + END[:700]
    yield "zero-block-then-header", START + END[:512] + file + END
    yield "half-header", START + file[:300]
    yield "half-data", START + file[:900]
    yield "half-padding", START + file[:1120]
    yield "garbage-behind-end", START + END + b"garbage" * 100
    yield "entries-behind-end", START + END + file + END
    yield "empty", b""
    yield "only-end", END
    # Headers.
    yield "bad-checksum", START + entry(NAME, b"x", checksum=b"000000\0 ") + END
    yield "empty-checksum", START + entry(NAME, b"x", checksum=b"        ") + END
    yield "bad-checksum-digits", START + entry(NAME, b"x", checksum=b"00999\0 ") + END
    yield "signed-checksum", START + entry(b"demo/\xc3\xa9", b"x", signed=True) + END
    yield "v7", START + entry(NAME, b"x", magic=b"") + END
    yield "v7-directory", START + entry(b"demo/dir/", magic=b"", kind=b"\0") + file + END
    yield "v7-directory-with-size", START + entry(b"demo/dir/", b"x" * 20, magic=b"", kind=b"\0") + END
    yield "nul-kind", START + entry(NAME, b"x", kind=b"\0") + END
    yield "gnu", START + entry(NAME, b"x", magic=GNU) + END
    yield "gnu-with-prefix", START + entry(b"file", b"x", magic=GNU, prefix=b"demo/in") + END
    yield "gnu-with-times", START + entry(NAME, b"x", magic=GNU, fields={345: octal(1, 12), 357: octal(1, 12)}) + END
    yield "gnu-with-bad-version", START + entry(b"file", b"x", magic=b"ustar 00", prefix=b"demo/in") + END
    yield "ustar-prefix", START + entry(b"file", b"x", prefix=b"demo/in") + END
    yield "ustar-full-prefix", START + entry(b"f" * 100, b"x", prefix=b"demo/" + b"p" * 150) + END
    yield "star", START + entry(b"file", b"x", prefix=b"demo/in", fields={476: octal(1, 12), 488: octal(1, 12), 508: b"tar\0"}) + END
    yield "star-bad-time", START + entry(b"file", b"x", prefix=b"demo/in", fields={476: b"9" * 11, 508: b"tar\0"}) + END
    yield "name-of-100", START + entry(b"demo/" + b"n" * 95, b"x") + END
    yield "name-with-nul", START + entry(b"demo/a\0b", b"x") + END
    yield "no-name", START + entry(b"", b"x") + END
    yield "name-no-utf8", START + entry(b"demo/caf\xe9.txt", b"x") + entry(b"demo/caf\xea.txt", b"y") + END
    names = b"""names: "{{ range $name, $_ := .Files }}{{ b64enc $name }} {{ $.Files.Get $name }} {{ end }}"
globbed: {{ len (.Files.Glob "caf*") }}
config: {{ .Files.AsConfig | quote }}
"""
    yield "name-no-utf8-encoded", entry(b"demo/Chart.yaml", CHART) + entry(b"demo/templates/names.yaml", names) + entry(b"demo/caf\xe9.txt", b"x") + entry(b"demo/caf\xea.txt", b"y") + END
    yield "name-no-utf8-in-subchart", START + entry(b"demo/charts/sub/Chart.yaml", CHART.replace(b"demo", b"sub")) + entry(b"demo/charts/sub/\xff", b"x") + entry(b"demo/charts/sub/templates/c.yaml", CONFIG) + END
    yield "name-no-utf8-outside", START + entry(b"caf\xe9", b"x") + END
    yield "values-twice", START + entry(b"demo/values.yaml", b"a: 1\n") + entry(b"demo/values.yaml", b"b: 2\n") + END
    yield "subchart-no-gzip", START + entry(b"demo/charts/sub.tgz", b"x" * 600) + END
    yield "subchart-empty", START + entry(b"demo/charts/sub.tgz", b"") + END
    # Numbers.
    yield "size-base256", START + entry(NAME, b"x" * 5, size=big(5, 12)) + END
    yield "size-base256-negative", START + entry(NAME, b"", size=negative(-5, 12)) + END
    yield "size-base256-overflow", START + entry(NAME, b"", size=b"\x80" + b"\x7f" * 11) + END
    yield "size-huge", START + entry(NAME, b"", size=b"77777777777\0") + END
    yield "size-spaces", START + entry(NAME, b"xxxxx", size=b"          5 ") + END
    yield "size-empty", START + entry(NAME, b"", size=b"\0" * 12) + END
    yield "size-bad-digit", START + entry(NAME, b"", size=b"00000000008\0") + END
    yield "size-minus", START + entry(NAME, b"", size=b"-0000000001\0") + END
    yield "size-cut-by-nul", START + entry(NAME, b"x", size=b"1\x009999999999") + END
    yield "size-no-nul", START + entry(NAME, b"x" * 8, size=b"000000000010") + END
    yield "size-too-large", START + entry(NAME, b"", size=6 << 20) + END
    yield "size-too-large-at-all", START + entry(NAME, b"", size=101 << 20) + END
    yield "mode-bad", START + entry(NAME, b"x", mode=b"000x644\0") + END
    yield "mode-directory", START + entry(NAME, b"", mode=0o40755) + file + END
    yield "mode-directory-with-data", START + entry(NAME, b"x", mode=0o40755) + entry(b"demo/g", b"y") + END
    yield "mode-base256", START + entry(NAME, b"x", mode=big(0o644, 8)) + END
    yield "time-bad", START + entry(NAME, b"x", mtime=b"0000000000x\0") + END
    yield "time-base256-negative", START + entry(NAME, b"x", mtime=negative(-1, 12)) + END
    yield "device-number-bad", START + entry(NAME, b"x", fields={329: b"000000x\0"}) + END
    yield "device-number-bad-v7", START + entry(NAME, b"x", magic=b"", fields={329: b"000000x\0"}) + END
    # Kinds.
    for kind in b"1234567DgIKLMNSVXx9A":
        char = bytes([kind])
        if char not in b"xgLKS":
            yield f"kind-{char.decode()}-empty", START + entry(NAME, kind=char, link=b"target") + END
            yield f"kind-{char.decode()}-with-size", START + header(NAME, size=5, kind=char) + entry(b"demo/g", b"y") + END
            yield f"kind-{char.decode()}-with-data", START + entry(NAME, b"12345", kind=char) + entry(b"demo/g", b"y") + END
    yield "link-negative-size", START + header(NAME, size=negative(-5, 12), kind=b"2") + END
    # Extended headers.
    yield "pax-path", START + pax(record(b"path", b"demo/other")) + file + END
    yield "pax-path-empty", START + pax(record(b"path", b"")) + file + END
    yield "pax-path-nul", START + pax(record(b"path", b"demo/a\0b")) + file + END
    yield "pax-key-nul", START + pax(record(b"a\0b", b"c")) + file + END
    yield "pax-value-nul", START + pax(record(b"comment", b"a\0b")) + file + END
    yield "pax-no-key", START + pax(record(b"", b"c")) + file + END
    yield "pax-no-equals", START + pax(b"8 abcde\n") + file + END
    yield "pax-no-newline", START + pax(b"10 a=bcdefg") + file + END
    yield "pax-bad-length", START + pax(b"x a=b\n") + file + END
    yield "pax-plus-length", START + pax(b"+7 a=b\n") + file + END
    yield "pax-length-too-large", START + pax(b"99 a=b\n") + file + END
    yield "pax-length-too-small", START + pax(b"4 a=b\n") + file + END
    yield "pax-length-overflow", START + pax(b"99999999999999999999 a=b\n") + file + END
    yield "pax-trailing-nul", START + pax(record(b"a", b"b") + b"\0") + file + END
    yield "pax-empty", START + pax() + file + END
    yield "pax-size", START + pax(record(b"size", b"5")) + header(NAME, size=600) + padded(b"x" * 5) + END
    yield "pax-size-negative", START + pax(record(b"size", b"-5")) + header(NAME) + END
    yield "pax-size-bad", START + pax(record(b"size", b"5x")) + header(NAME) + END
    yield "pax-size-overflow", START + pax(record(b"size", b"9223372036854775808")) + header(NAME) + END
    yield "pax-size-too-large", START + pax(record(b"size", b"9223372036854775807")) + header(NAME) + END
    yield "pax-time", START + pax(record(b"mtime", b"-1.5"), record(b"atime", b"1."), record(b"ctime", b"+1.123456789123")) + file + END
    yield "pax-time-bad", START + pax(record(b"mtime", b"1.5x")) + file + END
    yield "pax-time-no-seconds", START + pax(record(b"mtime", b".5")) + file + END
    yield "pax-uid-bad", START + pax(record(b"uid", b"x")) + file + END
    yield "pax-xattr", START + pax(record(b"SCHILY.xattr.user.a", b"\xff")) + file + END
    yield "pax-twice", START + pax(record(b"path", b"demo/first")) + pax(record(b"size", b"600")) + file + END
    yield "pax-then-nothing", START + pax(record(b"path", b"demo/first")) + END
    yield "pax-then-no-end", START + pax(record(b"path", b"demo/first"))
    yield "pax-of-1-mib", START + pax(record(b"a", b"b" * ((1 << 20) - 11))) + file + END
    yield "pax-of-1-mib-and-1", START + pax(record(b"a", b"b" * ((1 << 20) - 10))) + file + END
    yield "pax-size-of-8-gib", START + header(b"x", size=b"77777777777\0", kind=b"x")
    yield "pax-for-global", START + pax(record(b"path", b"demo/first")) + pax(record(b"comment", b"x"), kind=b"g") + file + END
    yield "pax-directory", START + pax(record(b"path", b"demo/dir/")) + entry(NAME, b"x", kind=b"\0") + entry(b"demo/g", b"y") + END
    yield "global", pax(record(b"comment", b"abc"), record(b"path", b"demo/zzz"), kind=b"g") + START + END
    yield "global-bad", pax(b"x a=b\n", kind=b"g") + START + END
    yield "global-size-bad", pax(record(b"size", b"x"), kind=b"g") + START + END
    yield "global-only", pax(record(b"comment", b"abc"), kind=b"g") + END
    # GNU's long names.
    yield "long-name", START + entry(b"././@LongLink", b"demo/" + b"l" * 200 + b"\0", kind=b"L", magic=GNU) + file + END
    yield "long-name-no-nul", START + entry(b"././@LongLink", b"demo/" + b"l" * 200, kind=b"L", magic=GNU) + file + END
    yield "long-name-empty", START + entry(b"././@LongLink", b"", kind=b"L", magic=GNU) + file + END
    yield "long-name-twice", START + entry(b"L", b"demo/one", kind=b"L") + entry(b"L", b"demo/two", kind=b"L") + file + END
    yield "long-name-and-path", START + entry(b"L", b"demo/one", kind=b"L") + pax(record(b"path", b"demo/two")) + file + END
    yield "long-name-directory", START + entry(b"L", b"demo/one/", kind=b"L") + entry(NAME, b"x", kind=b"\0") + END
    yield "long-link", START + entry(b"K", b"demo/one", kind=b"K", magic=GNU) + file + END
    yield "long-name-of-2-mib", START + entry(b"L", b"n" * (2 << 20), kind=b"L", magic=GNU) + file + END
    yield "long-name-cut", START + header(b"L", size=600, kind=b"L", magic=GNU) + b"n" * 512
    # Files with holes.
    old = lambda data, pairs, real, extended=b"\0", **more: entry(NAME, data, kind=b"S", magic=GNU, fields={386: sparse_map(*pairs), 482: extended, 483: octal(real, 12)}, **more)
    yield "sparse-old", START + old(b"abcdef", [(2, 3), (10, 3)], 20) + END
    yield "sparse-old-no-holes", START + old(b"abcdef", [(0, 6)], 6) + END
    yield "sparse-old-empty", START + old(b"", [], 20) + END
    yield "sparse-old-too-much-data", START + old(b"abcdefg", [(2, 3), (10, 3)], 20) + END
    yield "sparse-old-too-little-data", START + old(b"abcde", [(2, 3), (10, 3)], 20) + END
    yield "sparse-old-cut", START + old(b"abcdef", [(2, 3), (10, 3)], 20)[:515]
    yield "sparse-old-overlap", START + old(b"abcdef", [(2, 3), (4, 3)], 20) + END
    yield "sparse-old-beyond", START + old(b"abcdef", [(2, 3), (18, 3)], 20) + END
    yield "sparse-old-extended", START + (old(b"", [(0, 1), (2, 1), (4, 1), (6, 1)], 20, b"\x01", size=6)
          + padded(sparse_map((8, 1), (10, 1))) + padded(b"abcdef")) + END
    yield "sparse-old-extended-cut", START + old(b"", [(0, 1)], 20, b"\x01", size=1)
    yield "sparse-old-bad-number", START + old(b"a", [(0, 1)], 20).replace(b"00000000001\0\0\0\0", b"00000000001\0\0\0\0") + END
    yield "sparse-old-ustar", START + entry(NAME, b"a", kind=b"S") + END
    yield "sparse-old-large", START + old(b"a", [(0, 1)], 6 << 20) + END
    yield "sparse-old-limit", START + old(b"a", [(0, 1)], 5 << 20) + END
    holes = [record(b"GNU.sparse.numblocks", b"2"), record(b"GNU.sparse.size", b"20"), record(b"GNU.sparse.name", b"demo/holes")]
    pair = lambda offset, size: record(b"GNU.sparse.offset", offset) + record(b"GNU.sparse.numbytes", size)
    dense = entry(b"demo/GNUSparseFile.1/file", b"abcdef")
    yield "sparse-0.0", START + pax(*holes, pair(b"2", b"3"), pair(b"10", b"3")) + dense + END
    yield "sparse-0.0-wrong-order", START + pax(*holes, record(b"GNU.sparse.numbytes", b"2")) + dense + END
    yield "sparse-0.0-comma", START + pax(*holes, pair(b"2,3", b"3")) + dense + END
    yield "sparse-0.1", START + pax(*holes, record(b"GNU.sparse.map", b"2,3,10,3")) + dense + END
    yield "sparse-0.1-versioned", START + pax(record(b"GNU.sparse.major", b"0"), record(b"GNU.sparse.minor", b"1"), *holes, record(b"GNU.sparse.map", b"2,3,10,3")) + dense + END
    yield "sparse-0.1-odd", START + pax(*holes, record(b"GNU.sparse.map", b"2,3,10")) + dense + END
    yield "sparse-0.1-no-count", START + pax(record(b"GNU.sparse.map", b"2,3")) + dense + END
    yield "sparse-0.1-bad-count", START + pax(record(b"GNU.sparse.numblocks", b"9223372036854775807"), record(b"GNU.sparse.map", b"2,3")) + dense + END
    yield "sparse-0.1-negative", START + pax(*holes, record(b"GNU.sparse.map", b"-2,3,10,3")) + dense + END
    yield "sparse-0.1-no-map", START + pax(record(b"GNU.sparse.major", b"0"), record(b"GNU.sparse.minor", b"1"), record(b"GNU.sparse.numblocks", b"0"), record(b"GNU.sparse.size", b"9")) + entry(NAME) + END
    version = [record(b"GNU.sparse.major", b"1"), record(b"GNU.sparse.minor", b"0"), record(b"GNU.sparse.name", b"demo/holes"), record(b"GNU.sparse.realsize", b"20")]
    one = lambda text, data=b"abcdef": entry(b"demo/GNUSparseFile.1/file", padded(text) + data)
    yield "sparse-1.0", START + pax(*version) + one(b"2\n2\n3\n10\n3\n") + END
    yield "sparse-1.0-empty", START + pax(*version) + one(b"0\n", b"") + END
    yield "sparse-1.0-bad-count", START + pax(*version) + one(b"x\n") + END
    yield "sparse-1.0-negative-count", START + pax(*version) + one(b"-1\n") + END
    yield "sparse-1.0-huge-count", START + pax(*version) + one(b"9223372036854775807\n") + END
    yield "sparse-1.0-too-many", START + pax(*version) + one(b"99999\n") + END
    yield "sparse-1.0-no-newline", START + pax(*version) + entry(b"demo/f", b"1" * 2048) + END
    yield "sparse-1.0-map-too-long", START + pax(*version) + entry(b"demo/f", b"0" * (1 << 20) + b"\n") + END
    yield "sparse-1.0-bad-size", START + pax(*version[:3], record(b"GNU.sparse.realsize", b"x")) + one(b"0\n") + END
    yield "sparse-2.0", START + pax(record(b"GNU.sparse.major", b"2"), record(b"GNU.sparse.minor", b"0")) + dense + END
    yield "sparse-link", START + pax(*holes, record(b"GNU.sparse.map", b"2,3,10,3")) + entry(NAME, kind=b"2") + END


def member(data, flags=0, extra=b"", level=9):
    packer = zlib.compressobj(level, zlib.DEFLATED, -15)
    body = packer.compress(data) + packer.flush()
    return b"\x1f\x8b\x08" + bytes([flags]) + b"\0" * 6 + extra + body + struct.pack("<II", zlib.crc32(data), len(data) & 0xFFFFFFFF)


def far_back(tar, at, count, distance):
    """A member whose stream, in the fixed code, has a copy from before its start where `tar` has `count` zeros."""
    assert tar[at:at + count] == b"\0" * count and 11 <= count <= 12 and distance > at
    bits = []
    put = lambda number, width: bits.extend(number >> i & 1 for i in range(width))
    code = lambda number, width: bits.extend(number >> i & 1 for i in reversed(range(width)))
    literal = lambda byte: code(0x30 + byte, 8) if byte < 144 else code(0x190 + byte - 144, 9)
    put(1, 1)
    put(1, 2)
    for byte in tar[:at]:
        literal(byte)
    # Symbol 265 and a bit more: 11 or 12 bytes. Symbol 29: from 24577 bytes back on.
    code(265 - 256, 7)
    put(count - 11, 1)
    code(29, 5)
    put(distance - 24577, 13)
    for byte in tar[at + count:]:
        literal(byte)
    code(0, 7)
    bits.extend([0] * (-len(bits) % 8))
    body = bytes(sum(bit << i for i, bit in enumerate(bits[at:at + 8])) for at in range(0, len(bits), 8))
    trailer = struct.pack("<II", zlib.crc32(tar), len(tar))
    return b"\x1f\x8b\x08\0" + b"\0" * 6 + body + trailer


def gzips():
    tar = START + END
    yield "gzip-two-members", member(tar[:700]) + member(tar[700:])
    yield "gzip-empty-member", member(b"") + member(tar)
    yield "gzip-many-members", b"".join(member(tar[at:at + 100]) for at in range(0, len(tar), 100))
    yield "gzip-stored", member(tar, level=0)
    yield "gzip-trailing-garbage", member(tar) + b"garbage that is no member"
    yield "gzip-trailing-zeros", member(tar) + b"\0" * 100
    yield "gzip-trailing-garbage-needed", member(START) + b"garbage that is no member"
    yield "gzip-trailing-zeros-needed", member(START) + b"\0" * 100
    yield "gzip-half-header-needed", member(START) + b"\x1f\x8b\x08"
    yield "gzip-name", member(tar, 8, b"demo.tar\0")
    yield "gzip-name-too-long", member(tar, 8, b"n" * 512 + b"\0")
    yield "gzip-name-of-512", member(tar, 8, b"n" * 511 + b"\0")
    yield "gzip-name-open", b"\x1f\x8b\x08\x08" + b"\0" * 6 + b"name"
    yield "gzip-comment", member(tar, 16, b"comment\0")
    yield "gzip-extra", member(tar, 4, b"\x05\0Helm!")
    yield "gzip-extra-cut", b"\x1f\x8b\x08\x04" + b"\0" * 6 + b"\xff\xffabc"
    start = b"\x1f\x8b\x08\x02" + b"\0" * 6
    yield "gzip-header-checksum", member(tar, 2, struct.pack("<H", zlib.crc32(start) & 0xFFFF))
    yield "gzip-header-bad-checksum", member(tar, 2, b"\0\0")
    yield "gzip-reserved-flags", member(tar, 0xE0)
    yield "gzip-bad-method", member(tar)[:2] + b"\x07" + member(tar)[3:]
    yield "gzip-header-only", member(tar)[:10]
    yield "gzip-cut-header", member(tar)[:7]
    yield "gzip-no-trailer", member(tar)[:-8]
    yield "gzip-no-trailer-needed", member(START)[:-8]
    yield "gzip-half-trailer-needed", member(START)[:-3]
    bad = lambda data, at: data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1:]
    yield "gzip-bad-checksum", bad(member(tar), -6)
    yield "gzip-bad-checksum-needed", bad(member(START), -6)
    yield "gzip-bad-size-needed", bad(member(START), -2)
    yield "gzip-bad-checksum-first-member", bad(member(tar[:700]), -6) + member(tar[700:])
    whole = member(tar)
    yield "gzip-half", whole[:len(whole) // 2]
    yield "gzip-far-back", far_back(tar, 20, 11, 30000)
    yield "gzip-reserved-block", b"\x1f\x8b\x08\0" + b"\0" * 6 + b"\x07" * 20
    yield "gzip-bad-stored", b"\x1f\x8b\x08\0" + b"\0" * 6 + b"\x01\x05\0\x05\0hello"
    for at in range(12, len(whole) - 8, max(1, len(whole) // 24)):
        yield f"gzip-flipped-{at:03}", bad(whole, at)


# Archives of which `show` says something else.
SHOWN = ["gzip-far-back", "name-no-utf8", "subchart-empty", "subchart-no-gzip", "values-twice"]


def main():
    target = sys.argv[1]
    os.makedirs(target, exist_ok=True)
    for name, data in tars():
        with open(os.path.join(target, name + ".tgz"), "wb") as file:
            file.write(member(data))
    for name, data in gzips():
        with open(os.path.join(target, name + ".tgz"), "wb") as file:
            file.write(data)
    with open(os.path.join(target, "case.toml"), "w") as case:
        case.write("# Archives as Go reads them, made by scripts/make-test-archives.py: formats, numbers, extended headers,\n"
                   "# holes, ends, gzip members and damage.\n")
        for name in sorted([n for n, _ in tars()] + [n for n, _ in gzips()]):
            case.write(f'\n["{name}"]\nargs = ["template", "{name}.tgz"]\n')
        for name in SHOWN:
            for what in ["chart", "all"]:
                case.write(f'\n["show-{what}-{name}"]\nargs = ["show", "{what}", "{name}.tgz"]\n')


main()
