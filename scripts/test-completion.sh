#!/usr/bin/env zsh
# Completes in real shells: types a line and a tab into bash and zsh on a terminal of their own, and asks fish, with
# the scripts that `rhelm completion` prints. The shells must be there (scripts/install-shells.sh).
#
# usage: scripts/test-completion.sh PATH/TO/rhelm
set -eu
zmodload zsh/zpty
rhelm=${1:A}
work=$(mktemp -d)
trap 'rm -rf $work' EXIT
mkdir -p $work/bin $work/here/web/templates $work/here/plain $work/home
ln -s $rhelm $work/bin/rhelm
print "apiVersion: v2\nname: web\nversion: 1.0.0" > $work/here/web/Chart.yaml
touch $work/here/old-1.0.0.tgz $work/here/prod.yaml $work/here/other.txt
for shell in bash zsh fish; do $rhelm completion $shell > $work/$shell; done
cd $work/here
export PATH=$work/bin:$PATH HOME=$work/home TERM=dumb RHELM_HELM_VERSION=

# What is typed, and what a tab makes of it.
cases=(
    'rhelm templ'                             'rhelm template'
    'rhelm template istio-rem'                'rhelm template istio-remote'
    'rhelm template x we'                     'rhelm template x web'
    'rhelm template x ./ol'                   'rhelm template x ./old-1.0.0.tgz'
    'rhelm template x pla'                    'rhelm template x plain/'
    'rhelm template web --include-c'          'rhelm template web --include-crds'
    'rhelm template web --kube-tok'           'rhelm template web --kube-token'
    'rhelm template web -f pro'               'rhelm template web -f prod.yaml'
    'rhelm -n prod show val'                  'rhelm -n prod show values'
    'rhelm validate web --select invalid-fl'  'rhelm validate web --select invalid-flag'
    'rhelm validate web --ignore duplicate-key,invalid-fl' 'rhelm validate web --ignore duplicate-key,invalid-flag'
    'rhelm validate web --fail-on warn'       'rhelm validate web --fail-on warning'
    'rhelm validate web -o sar'               'rhelm validate web -o sarif'
    'rhelm validate web --output=jun'         'rhelm validate web --output=junit'
    'rhelm validate web --color=nev'          'rhelm validate web --color=never'
    'rhelm diff web web --ignore-preset chart-v' 'rhelm diff web web --ignore-preset chart-version'
    'rhelm diff web web --fail-on rbac'       'rhelm diff web web --fail-on rbac-widened'
    'rhelm diff web web --output mark'        'rhelm diff web web --output markdown'
    'rhelm lint web --helm-version 3.'        'rhelm lint web --helm-version 3.21.4'
    'rhelm charts export istio-rea'           'rhelm charts export istio-reader'
    'rhelm completion fi'                     'rhelm completion fish'
)

# Types each line and a tab into one shell; prints what the lines are then.
#
# usage: on_terminal COMMAND PREPARATION
on_terminal() {
    local text typed expected
    zpty shell "$1"
    zpty -w shell "$2; echo rea''dy"
    zpty -r -m shell text '*ready*' || return
    for typed expected in $cases; do
        # To the start of the line and to its end: it is printed, not run.
        zpty -n -w shell "$typed"$'\t\001echo "[[\005]]" \n'
        # The line itself has a quote behind the brackets.
        zpty -r -m shell text $'*\n\\[\\[*\\]\\]*' || return
        text=${text##*$'\n[['}
        print -r -- "${${text%%']]'*}% }"
    done
    zpty -d shell
}

# What a line becomes where each candidate is the last word's only one.
in_fish() {
    local -a words
    words=("${(@f)$(fish --no-config -c "source $work/fish; complete -C '$1'" | cut -f1)}")
    print -r -- "${1% *} ${words[*]}"
}

compare() {
    local shell=$1 index=0 typed expected became
    shift
    for typed expected in $cases; do
        became=${argv[++index]:-}
        if [[ $became != $expected ]]; then
            print -u2 -r -- "$shell: $typed becomes '$became', wanted: '$expected'"
            failed=1
        fi
    done
    print "$shell: $index lines completed"
}

failed=0
became=()
for typed expected in $cases; do became+=("$(in_fish $typed)"); done
compare fish "${became[@]}"
compare bash "${(@f)$(on_terminal 'bash --norc --noprofile -i' "PS1=; bind 'set enable-bracketed-paste off'; source $work/bash")}"
compare zsh "${(@f)$(on_terminal 'zsh -f -i' "PROMPT= ; unsetopt prompt_cr prompt_sp zle_bracketed_paste; autoload -U compinit; compinit -u; bindkey -e; source $work/zsh")}"
exit $failed
