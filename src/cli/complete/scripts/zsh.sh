#compdef {program}
# Completion of {program} in zsh. Every word is asked of the program itself.
_{program}() {
    local -a answer candidates options
    local line directive
    answer=("${(@f)$("${~words[1]}" __complete "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2> /dev/null)}")
    directive=${answer[-1]#:}
    [[ $directive == <-> ]] || return 1
    # The value of --flag=value is completed by itself.
    [[ $PREFIX == -*=* ]] && compset -P '*='
    for line in "${(@)answer[1,-2]}"; do
        line=${line//:/\\:}
        candidates+=("${line/$'\t'/:}")
    done
    ((directive & 2)) && options+=(-S '')
    if ((${#candidates})); then
        if ((directive & 32)); then
            _describe -V -t candidates candidate candidates "${options[@]}"
        else
            _describe -t candidates candidate candidates "${options[@]}"
        fi
    elif ((directive & 16)); then
        _files -/
    elif ! ((directive & 4)); then
        _files
    fi
}
if [[ $funcstack[1] == _{program} ]]; then
    _{program} "$@"
else
    compdef _{program} {program}
fi
