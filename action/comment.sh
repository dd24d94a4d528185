#!/usr/bin/env bash
# Writes the comparison into a comment of the pull request: the one that is there is changed, so that there is one for
# each chart. Where nothing changes and nothing was said, nothing is said.
#
# Reads RHELM_CHART, RHELM_BODY (a file), RHELM_CHANGED, PULL_REQUEST, GITHUB_TOKEN, GITHUB_API_URL and
# GITHUB_REPOSITORY. Needs curl and jq. Without a right to write (pull requests of forks) it warns.
set -euo pipefail

if [[ -z ${PULL_REQUEST:-} ]]; then
    echo "no pull request, no comment"
    exit
fi
mark="<!-- rhelm diff $RHELM_CHART -->"
issues=$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/issues
answer=$(mktemp)
trap 'rm -f "$answer"' EXIT

# call METHOD ADDRESS [curl's arguments]: the answer's status on stdout, its text in the file. The token is not in
# the arguments, which other processes can see.
call() {
    curl --silent --show-error --retry 3 --request "$1" --output "$answer" --write-out '%{http_code}' \
        --config <(printf 'header = "Authorization: Bearer %s"\n' "$GITHUB_TOKEN") \
        --header 'Accept: application/vnd.github+json' "${@:3}" "$2"
}

comment=
page=1
while [[ -z $comment ]]; do
    status=$(call GET "$issues/$PULL_REQUEST/comments?per_page=100&page=$page")
    [[ $status == 200 ]] || { echo "::warning::the comments cannot be read: status $status"; exit; }
    comment=$(jq --arg mark "$mark" 'map(select(.body | startswith($mark)))[0].id // empty' "$answer")
    [[ $(jq length "$answer") -eq 100 ]] || break
    page=$((page + 1))
done

if [[ -z $comment && $RHELM_CHANGED != true ]]; then
    echo "nothing changes, no comment"
    exit
fi
write=(POST "$issues/$PULL_REQUEST/comments")
[[ -z $comment ]] || write=(PATCH "$issues/comments/$comment")
status=$(jq --raw-input --slurp --arg mark "$mark" '{body: ($mark + "\n" + .)}' "$RHELM_BODY" |
    call "${write[@]}" --data-binary @-)
[[ $status == 20? ]] || echo "::warning::the comment cannot be written: status $status; the summary has it"
