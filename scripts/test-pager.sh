#!/usr/bin/env bash
# Runs `rhelm diff` on a terminal of its own (`script` of util-linux) with pagers that read all, stop early or do not exist,
# and where there must be none.
#
# usage: scripts/test-pager.sh PATH/TO/rhelm
set -euo pipefail
rhelm=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
unset CI PAGER RHELM_PAGER LESS NO_COLOR
export TERM=xterm HOME=$work SHELL=/bin/sh
# A change that is longer than a pipe holds.
for side in old new; do
    printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata:\n'
    seq -f "  key%.0f: \"$side\"" 20000
done > both
head -n 20004 both > old.yaml
tail -n 20004 both > new.yaml

failed=0
# Runs a command on a terminal and compares its exit status, and a word of what is printed.
#
# usage: expect STATUS WORD COMMAND
expect() {
    local status=0 output
    output=$(timeout 60 script -qec "$3" /dev/null </dev/null) || status=$?
    if [ $status -ne "$1" ] || [[ $output != *"$2"* ]]; then
        echo "$3: status $status and ${output:0:200}, wanted $1 and $2" >&2
        failed=1
    fi
}

diff="$rhelm diff old.yaml new.yaml --detailed-exitcode"
expect 2 "paged" "RHELM_PAGER='cat >/dev/null; echo paged' $diff"
expect 2 "paged" "PAGER='cat >/dev/null; echo paged' $diff"
expect 2 "own" "PAGER='echo others' RHELM_PAGER='echo own' $diff"
# Closed early: no word about it, and the status is the comparison's.
expect 2 "first" "RHELM_PAGER='head -n 1 >/dev/null; echo first' $diff"
expect 2 "closed" "RHELM_PAGER='exec <&-; echo closed' $diff"
# No such program: printed all the same.
expect 2 "Plan:" "RHELM_PAGER=/no/such/pager $diff"
# None at all.
for none in "CI=true PAGER='echo paged'" "TERM=dumb PAGER='echo paged'" "RHELM_PAGER= PAGER='echo paged'" "PAGER=cat"; do
    expect 2 "Plan:" "$none $diff"
done
expect 2 "Plan:" "PAGER='echo paged' $diff --no-pager"
expect 2 "Plan:" "PAGER='echo paged' $diff </dev/null"
expect 0 "Plan:" "PAGER='echo paged' $diff | cat"
expect 2 "resources" "PAGER='echo paged' $diff -o json"
[ $failed -eq 0 ] && echo "pagers: 14 runs on a terminal"
exit $failed
