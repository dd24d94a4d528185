#!/usr/bin/env bash
# Compares a chart with that of another revision: the job's summary and a file for the comment say what changes.
#
# Reads RHELM_CHART, RHELM_VALUES, RHELM_ARGUMENTS, RHELM_FAIL_ON (one entry a line), RHELM_BASE, RUNNER_TEMP,
# GITHUB_OUTPUT and GITHUB_STEP_SUMMARY. Values files of the base are those of the base.
set -euo pipefail
. "${BASH_SOURCE[0]%/*}/arguments.sh"

chart=${RHELM_CHART#./}
chart=${chart%/}
# A checkout has mostly one commit.
git cat-file -e "$RHELM_BASE^{commit}" 2> /dev/null || git fetch --quiet --depth=1 origin "$RHELM_BASE"
revision=$(git rev-parse "$RHELM_BASE^{commit}")

body=$RUNNER_TEMP/rhelm-diff-${chart//[^A-Za-z0-9]/-}.md
echo "body=$body" >> "$GITHUB_OUTPUT"
heading="### rhelm diff $chart"
if ! git cat-file -e "$revision:./$chart/Chart.yaml" 2> /dev/null; then
    printf '%s\n\nThe chart is new.\n' "$heading" | tee "$body" >> "$GITHUB_STEP_SUMMARY"
    echo "changed=true" >> "$GITHUB_OUTPUT"
    exit
fi

lines RHELM_VALUES --new-values=
while IFS= read -r file; do
    file=${file%$'\r'}
    file=${file#./}
    # A file that is new adds nothing to the base.
    if [[ -n $file ]] && git cat-file -e "$revision:./$file" 2> /dev/null; then
        arguments+=("--old-values=git:$revision:$file")
    fi
done <<< "$RHELM_VALUES"
lines RHELM_ARGUMENTS ''
lines RHELM_FAIL_ON --fail-on=

status=0
text=$(rhelm diff "git:$revision:$chart" "$chart" "${arguments[@]}" --output markdown --detailed-exitcode) || status=$?
# 1 means findings where there is a comparison, and an error where there is none.
if [[ $status -ne 0 && -z $text ]]; then
    echo "::error::rhelm diff cannot compare $chart with $RHELM_BASE"
    exit 1
fi
changed=true
[[ $status -ne 0 ]] || changed=false
printf '%s\n\n%s\n' "$heading" "${text:-Nothing changes.}" | tee "$body" >> "$GITHUB_STEP_SUMMARY"
echo "changed=$changed" >> "$GITHUB_OUTPUT"
if [[ $status -eq 1 ]]; then
    echo "::error::$chart: the comparison has findings; the summary tells them"
    exit 1
fi
