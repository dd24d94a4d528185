#!/usr/bin/env bash
# Checks a chart: findings become annotations, a part of the job's summary, and a file for code scanning.
#
# Reads RHELM_CHART, RHELM_VALUES, RHELM_ARGUMENTS, RHELM_FAIL_ON (one entry a line), RHELM_SARIF, GITHUB_OUTPUT and
# GITHUB_STEP_SUMMARY. Ends with the status of `rhelm validate`.
set -euo pipefail
. "${BASH_SOURCE[0]%/*}/arguments.sh"

lines RHELM_VALUES --values=
lines RHELM_ARGUMENTS ''
validate() { rhelm validate "$RHELM_CHART" "${arguments[@]}" "$@"; }

if [[ -n ${RHELM_SARIF:-} ]]; then
    # What fails here fails below, too, where it is told.
    validate --output sarif > "$RHELM_SARIF" 2> /dev/null || true
    if [[ -s $RHELM_SARIF ]]; then
        echo "sarif=$RHELM_SARIF" >> "$GITHUB_OUTPUT"
    fi
fi
text=$(validate --color never 2>&1) || true
{
    echo "### rhelm validate $RHELM_CHART"
    echo
    printf '~~~~~text\n%s\n~~~~~\n' "$text"
} >> "$GITHUB_STEP_SUMMARY"

lines RHELM_FAIL_ON --fail-on=
if [[ -z ${RHELM_FAIL_ON//[[:space:]]/} ]]; then
    # Nothing that is found makes the job fail, only what keeps rhelm from looking.
    validate --output github || [[ $? -eq 1 ]]
else
    validate --output github
fi
