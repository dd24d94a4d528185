#!/usr/bin/env bash
# rhelm with its own allocator and with others': instructions, processor time, peak memory.
#
# usage: scripts/compare-allocators.sh [CHART…]
#
# Builds one program for each allocator in a copy of the last commit, as `cargo build --release` does, linked statically
# with musl and with glibc, and prints a table in Markdown for the bundled istio-remote, a chart of `helm create`, the
# given charts, and a diff of the first two given ones, if there are as many. A dependency that is not in a chart's
# `charts/` is left out. Needs the target x86_64-unknown-linux-musl, musl-gcc, valgrind, perf, GNU time and taskset; RUNS (25)
# is how often each is run on one processor. Instructions and memory hardly change on a busy machine; times do, and
# are medians of runs in turns.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
runs=${RUNS:-25}
work=${CARGO_TARGET_DIR:-$root/target}/allocators
mkdir -p "$work"
charts=("$root/charts/istio-remote" "$root/tests/golden/create-demo-4/chart")
for chart in "$@"; do charts+=("$(realpath "$chart")"); done

tree=$work/tree
rm -rf "$tree"
mkdir -p "$tree"
git -C "$root" archive HEAD | tar -x -C "$tree"
package=$tree/tools/allocators
mkdir -p "$package/src/bin"
cat >"$package/Cargo.toml" <<'TOML'
[package]
name = "allocators"
edition = "2024"

[dependencies]
heap.workspace = true
mimalloc = { version = "0.1", default-features = false }
rhelm = { path = "../.." }
tikv-jemallocator = "0.6"
TOML
program() {
    printf '%s\nfn main() -> std::process::ExitCode { rhelm::cli::run(std::env::args_os()) }\n' "$2" >"$package/src/bin/$1.rs"
}
allocator() { echo "#[global_allocator] static A: $1 = $1;"; }
program own "$(allocator heap::Heap)"
program libc ''
program mimalloc "$(allocator mimalloc::MiMalloc)"
program jemalloc "$(allocator tikv_jemallocator::Jemalloc)"

build() { (cd "$tree" && cargo build --quiet --release --package allocators --bins --target "$1"); }
export CARGO_TARGET_DIR=$work/target CARGO_PROFILE_RELEASE_STRIP=false
build x86_64-unknown-linux-musl
RUSTFLAGS='-C target-feature=+crt-static' build x86_64-unknown-linux-gnu

# What is run: a directory to run in, then the arguments.
prepared=()
prepare() {
    local to=$work/charts/$1
    rm -rf "$to"
    mkdir -p "$work/charts"
    cp -RL "$2" "$to"
    # Without what is missing the chart renders.
    if [ ! -d "$to/charts" ]; then
        rm -f "$to/Chart.lock" "$to/requirements.yaml"
        sed -i '/^dependencies:/,/^[^ #-]/{/^dependencies:/d;/^[ #-]/d}' "$to/Chart.yaml"
    fi
    prepared+=("$1")
}
for chart in "${charts[@]}"; do
    name=$(basename "$chart")
    [ "$name" = chart ] && name=$(basename "$(dirname "$chart")")
    prepare "$name" "$chart"
done
commands=()
for name in "${prepared[@]}"; do
    commands+=("template demo $work/charts/$name --set global.pilotEndpoint=10.1.2.3")
done
titles=("${prepared[@]}")
if [ $# -ge 2 ]; then
    commands+=("diff $work/charts/${prepared[2]} $work/charts/${prepared[3]}")
    titles+=("diff of ${prepared[2]} and ${prepared[3]}")
fi

contenders=("musl own" "musl libc" "musl mimalloc" "musl jemalloc"
    "gnu own" "gnu libc" "gnu mimalloc" "gnu jemalloc")
path() { read -r libc name <<<"$1" && echo "$work/target/x86_64-unknown-linux-$libc/release/$name"; }

# Millions of instructions of all threads.
instructions() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 >/dev/null |
        sed -n 's/.*Collected : \([0-9]*\).*/\1/p' | awk '{ printf "%.1f", $1 / 1e6 }'
}
# Processor time of one run, all its threads, in microseconds.
spent() { perf stat -x, -e task-clock "$@" 2>&1 >/dev/null | awk -F, '/task-clock/ { printf "%d", $1 * 1000 }'; }
median() { sort -n | awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'; }

for index in "${!commands[@]}"; do
    read -ra command <<<"${commands[index]}"
    "$(path "${contenders[0]}")" "${command[@]}" >/dev/null || { echo "rhelm ${command[*]} fails" >&2; exit 1; }
    echo
    echo "| ${titles[index]} | instructions, million | ms on one processor | ms on two | peak memory, MiB |"
    echo "|---|---|---|---|---|"
    rm -f "$work"/times.*
    for _ in $(seq "$runs"); do
        for number in "${!contenders[@]}"; do
            program=$(path "${contenders[number]}")
            spent taskset -c 0 "$program" "${command[@]}" >>"$work/times.one.$number"
            echo >>"$work/times.one.$number"
            spent taskset -c 0,1 "$program" "${command[@]}" >>"$work/times.two.$number"
            echo >>"$work/times.two.$number"
        done
    done
    for number in "${!contenders[@]}"; do
        program=$(path "${contenders[number]}")
        memory=$(/usr/bin/time -o "$work/memory" -f '%M' "$program" "${command[@]}" >/dev/null 2>&1 || true; tail -n 1 "$work/memory")
        echo "| ${contenders[number]} | $(instructions "$program" "${command[@]}") |" \
            "$(median <"$work/times.one.$number" | awk '{ printf "%.1f", $1 / 1000 }') |" \
            "$(median <"$work/times.two.$number" | awk '{ printf "%.1f", $1 / 1000 }') |" \
            "$(awk -v kib="$memory" 'BEGIN { printf "%.1f", kib / 1024 }') |"
    done
done
