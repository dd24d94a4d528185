#!/usr/bin/env python3
"""Packs two made-up charts with real Helm 4 into crates/goarchive/testdata, for the tests of its writers.

usage: scripts/record-packages.py HELM

`names` has names and times that need extended headers; `blocks` has contents that are compressed in every way:
repetitions over several windows, text, zeros, noise. Both are the same whenever they are made.
"""

import os
import random
import subprocess
import sys
import tempfile

TESTDATA = os.path.join(os.path.dirname(__file__), "..", "crates", "goarchive", "testdata")
NANOSECONDS = 1_000_000_000

NAMES = {
    "ünïcode.txt": 1_700_000_000,
    "a" * 99 + ".x": 1_700_000_000,
    "dir/" + "b" * 96: 1_700_000_000,
    "x" * 60 + "/" + "y" * 60 + "/z.txt": 1_700_000_000,
    "d" * 90 + "/" + "e" * 120: 1_700_000_000,
    "p" * 150 + "/q/q/q/r": 1_700_000_000,
    "名前/" + "n" * 110: 1_700_000_000,
    "k" * 95 + "/lmmmm": 1_700_000_000,
    "before-1970": -1_000,
    "half-a-second": 1_700_000_000.5,
    "half-a-second-before-1970": -1_000.5,
    "after-2242": 10_000_000_000,
}


def blocks():
    """Names and contents."""
    random.seed(5)
    words = [bytes(random.choices(b"abcdefghij", k=random.randint(2, 6))) for _ in range(40)]
    return {
        "repetitions": b"".join(random.choice(words) * random.randint(1, 400) for _ in range(400)),
        "words": b" ".join(random.choice(words) for _ in range(9000)),
        "zeros": bytes(70_000),
        "noise": random.randbytes(6_000),
        "empty": b"",
    }


def write(directory, name, contents, time=1_700_000_000):
    path = os.path.join(directory, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(contents)
    nanoseconds = int(time * NANOSECONDS)
    os.utime(path, ns=(nanoseconds, nanoseconds))


def pack(helm, scratch, chart, files):
    directory = os.path.join(scratch, chart)
    write(directory, "Chart.yaml", f"apiVersion: v2\nname: {chart}\nversion: 0.1.0\n".encode())
    for name, (contents, time) in files.items():
        write(directory, name, contents, time)
    subprocess.run([helm, "package", directory, "-d", scratch], check=True, stdout=subprocess.DEVNULL)
    os.replace(os.path.join(scratch, f"{chart}-0.1.0.tgz"), os.path.join(TESTDATA, f"{chart}.tgz"))


def main():
    (helm,) = sys.argv[1:]
    os.makedirs(TESTDATA, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        pack(helm, scratch, "names", {name: (name.encode(), time) for name, time in NAMES.items()})
        pack(helm, scratch, "blocks", {name: (contents, 1_700_000_000) for name, contents in blocks().items()})


if __name__ == "__main__":
    main()
