#!/usr/bin/env bash
# Runs the steps of action.yml, the hook of pre-commit and the Argo CD plugin in a made-up repository with a pull
# request, beside a stand-in for GitHub's API. What the services themselves do is not tried.
#
# usage: scripts/test-action.sh RHELM        (needs git, Node, curl and jq; actionlint, if it is in the PATH, lints)
set -euo pipefail
rhelm=$(realpath "$1")
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
scene=$(mktemp -d)
server=
trap '[[ -z $server ]] || kill "$server"; rm -rf "$scene"' EXIT
trap 'echo "FAILED: line $LINENO" >&2' ERR

export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null HOME=$scene/home
export PATH=$scene/bin:$PATH
unset CI GITHUB_ACTIONS
mkdir -p "$scene/bin" "$HOME"
ln -s "$rhelm" "$scene/bin/rhelm"

# fails COMMAND...: succeeds where the command fails.
fails() { if "$@"; then return 1; fi; }
contains() { grep --quiet --fixed-strings -- "$2" "$1" || { echo "no \"$2\" in:" >&2; cat "$1" >&2; return 1; }; }

if command -v actionlint > /dev/null; then
    echo "lint"
    # The first block of YAML in the page is a workflow.
    sed '1,/^```yaml$/d; /^```$/,$d' "$top/docs/ci.md" > "$scene/docs.yml"
    actionlint "$top"/.github/workflows/*.yml "$scene/docs.yml"
fi

# --- The repository: charts/web on main, and a pull request that changes the image's tag.
cp -r "$top/tests/docs/diff" "$scene/repository"
cd "$scene/repository"
rm setup.sh
printf 'image:\n  tag: "1"\n' > prod.yaml
commit() { git add -A && git -c user.name=a -c user.email=a@example.com commit --quiet --message "$1"; }
git init --quiet --initial-branch main
commit "Web"
base=$(git rev-parse HEAD)
git checkout --quiet -b pull-request
printf 'image:\n  tag: "2"\n' > prod.yaml
commit "Tag 2"

# --- The stand-in, with a hundred comments of others before ours.
jq --null-input '[range(100) | {id: ., body: "comment \(.)"}]' > "$scene/comments.json"
name=rhelm-0.1.0-$(uname -m)-unknown-linux-musl
mkdir -p "$scene/releases/v0.1.0" "$scene/pack/$name"
cp "$rhelm" "$scene/pack/$name/rhelm"
tar -C "$scene/pack" -czf "$scene/releases/v0.1.0/$name.tar.gz" "$name"
(cd "$scene/releases/v0.1.0" && sha256sum -- * > SHA256SUMS)
node "$top/tests/action/api.mjs" "$scene" &
server=$!
for _ in $(seq 100); do [[ ! -s $scene/port ]] || break; sleep 0.1; done
address=http://127.0.0.1:$(< "$scene/port")

# --- The action. `step SCRIPT` runs a step of action.yml as GitHub does.
export GITHUB_ACTION_PATH=$top GITHUB_API_URL=$address GITHUB_REPOSITORY=o/r GITHUB_TOKEN=write PULL_REQUEST=7
export RUNNER_TEMP=$scene/temp RHELM_RELEASES=$address/releases
export GITHUB_OUTPUT=$scene/output GITHUB_STEP_SUMMARY=$scene/summary GITHUB_PATH=$scene/path
export RHELM_CHART=charts/web RHELM_VALUES=$'prod.yaml\n' RHELM_ARGUMENTS=--namespace=prod RHELM_FAIL_ON=error
export RHELM_BASE=$base RHELM_SARIF=rhelm.sarif
mkdir "$RUNNER_TEMP"
step() {
    local run
    run=$(sed -n "s/^ *run: '\(.*\/$1\.sh.*\)'\$/\1/p" "$top/action.yml")
    [[ -n $run ]] || { echo "action.yml has no step $1" >&2; return 1; }
    : > "$GITHUB_OUTPUT"; : > "$GITHUB_STEP_SUMMARY"
    bash --noprofile --norc -eo pipefail -c "$run" > "$scene/log" 2>&1
}
output() { sed -n "s/^$1=//p" "$GITHUB_OUTPUT"; }
ours() { jq --raw-output 'map(select(.body | startswith("<!-- rhelm")))' "$scene/comments.json"; }
comment() {
    local body changed
    body=$(output body) changed=$(output changed)
    RHELM_BODY=$body RHELM_CHANGED=$changed step comment
}

echo "install"
RHELM_VERSION=none step install
RHELM_VERSION=0.1.0 step install
[[ $(< "$GITHUB_PATH") == "$RUNNER_TEMP/rhelm/$name" ]]
"$(< "$GITHUB_PATH")/rhelm" --version > /dev/null
fails env RHELM_VERSION=0.9.9 bash "$top/action/install.sh" 2> /dev/null
echo x >> "$scene/releases/v0.1.0/$name.tar.gz"
export RHELM_VERSION=0.1.0
fails step install

echo "validate"
step validate
contains "$GITHUB_STEP_SUMMARY" "nothing found"
[[ $(output sarif) == rhelm.sarif ]]
jq --exit-status '.version == "2.1.0" and .runs[0].results == []' rhelm.sarif > /dev/null
printf 'image:\n  tga: "2"\n' > prod.yaml
fails env RHELM_FAIL_ON=warning bash "$top/action/validate.sh" > "$scene/log"
contains "$scene/log" "file=prod.yaml,line=2"
contains "$GITHUB_STEP_SUMMARY" "image.tga"
jq --exit-status '.runs[0].results | length > 0' rhelm.sarif > /dev/null
RHELM_FAIL_ON='' step validate
export RHELM_CHART=nosuch
RHELM_FAIL_ON='' fails step validate
export RHELM_CHART=charts/web
git checkout --quiet prod.yaml
rm rhelm.sarif

echo "diff and comment"
step diff
[[ $(output changed) == true ]]
contains "$GITHUB_STEP_SUMMARY" "Deployment"
comment
[[ $(ours | jq length) -eq 1 ]]
first=$(ours)
printf 'image:\n  tag: "3"\n' > prod.yaml
commit "Tag 3"
step diff
comment
[[ $(ours | jq length) -eq 1 && $(ours) != "$first" ]]
ours | jq --raw-output '.[0].body' > "$scene/body"
contains "$scene/body" 'web:3'
step diff
GITHUB_TOKEN=read comment
contains "$scene/log" "::warning::"
fails env RHELM_FAIL_ON=image-changed bash "$top/action/diff.sh" > /dev/null
git checkout --quiet "$base" -- prod.yaml
commit "Back"
step diff
[[ $(output changed) == false ]]
comment
ours | jq --raw-output '.[0].body' > "$scene/body"
contains "$scene/body" "Nothing changes."
cp -r charts/web charts/other
export RHELM_CHART=charts/other
step diff
contains "$GITHUB_STEP_SUMMARY" "The chart is new."
comment
[[ $(ours | jq length) -eq 2 ]]
export RHELM_CHART=nosuch
fails step validate

echo "shallow checkout"
git clone --quiet --depth 1 --branch pull-request "file://$scene/repository" "$scene/shallow"
git config uploadpack.allowAnySHA1InWant true
cd "$scene/shallow"
export RHELM_CHART=./charts/web/
step diff
[[ $(output changed) == false ]]
cd "$scene/repository"

echo "pre-commit"
"$top/action/pre-commit.sh" charts/web/values.yaml charts/web/templates/deployment.yaml prod.yaml
printf '{{ .Values.nosuch.deep }}\n' > charts/web/templates/broken.yaml
fails "$top/action/pre-commit.sh" charts/web/templates/broken.yaml > "$scene/log"
contains "$scene/log" "render-error"
"$top/action/pre-commit.sh" --select=schema-violation charts/web/templates/broken.yaml
rm charts/web/templates/broken.yaml

echo "Argo CD"
cd charts/web
export ARGOCD_APP_NAME=demo ARGOCD_APP_NAMESPACE=prod KUBE_VERSION=1.31 KUBE_API_VERSIONS=v1,apps/v1
ARGOCD_APP_PARAMETERS='[{"name":"values-files","array":["../../prod.yaml"]},{"name":"values","map":{"image.tag":"it'\''s $HOME"}}]'
export ARGOCD_APP_PARAMETERS
"$top/integrations/argocd/rhelm-argocd" init
"$top/integrations/argocd/rhelm-argocd" generate > "$scene/argocd"
contains "$scene/argocd" "web:it's \$HOME"
rhelm template demo . -n prod --include-crds --kube-version 1.31 -f ../../prod.yaml --set "image.tag=it's \$HOME" |
    cmp - "$scene/argocd"
unset ARGOCD_APP_PARAMETERS
"$top/integrations/argocd/rhelm-argocd" generate > /dev/null
echo "all of it holds"
