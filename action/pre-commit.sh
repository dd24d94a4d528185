#!/usr/bin/env bash
# Checks the charts that files belong to: the hook of pre-commit.
#
# usage: action/pre-commit.sh [--OPTION=VALUE...] FILE...        (options are those of `rhelm validate`)
set -euo pipefail

command -v rhelm > /dev/null || { echo "rhelm is not in the PATH; see its README on how to install it" >&2; exit 1; }
options=()
charts=()
for argument in "$@"; do
    if [[ $argument == --* ]]; then
        options+=("$argument")
        continue
    fi
    # The topmost directory with a Chart.yaml: a dependency in charts/ is checked with the chart it belongs to.
    directory=$(dirname "$argument")
    chart=
    while :; do
        [[ ! -e $directory/Chart.yaml ]] || chart=$directory
        [[ $directory != . && $directory != / ]] || break
        directory=$(dirname "$directory")
    done
    [[ -z $chart || " ${charts[*]} " == *" $chart "* ]] || charts+=("$chart")
done
status=0
for chart in ${charts[@]+"${charts[@]}"}; do
    rhelm validate "$chart" ${options[@]+"${options[@]}"} || status=1
done
exit $status
