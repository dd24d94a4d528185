# Completion of {program} in bash. Every word is asked of the program itself.
__complete_{function}() {
    # What was typed up to the cursor. Bash splits words at = and : too, which are put together again.
    local -a words=()
    local line=${COMP_LINE:0:COMP_POINT} word index joined=
    for ((index = 0; index <= COMP_CWORD; index++)); do
        word=${COMP_WORDS[index]}
        ((index < COMP_CWORD)) || word=${word:0:${#line}}
        if [[ -n $joined && $line != [[:space:]]* ]]; then
            words[${#words[@]} - 1]+=$word
        else
            words+=("$word")
            joined=yes
        fi
        line=${line#"${line%%[![:space:]]*}"}
        line=${line#"$word"}
    done
    local last=${words[${#words[@]} - 1]} typed=${COMP_WORDS[COMP_CWORD]}
    [[ $typed == [=:] ]] && typed=
    local program=${words[0]/#\~/$HOME}
    local -a answer=()
    while IFS= read -r line; do
        answer+=("$line")
    done < <("$program" __completeNoDesc "${words[@]:1}" 2> /dev/null)
    ((${#answer[@]})) || return
    local directive=${answer[${#answer[@]} - 1]#:}
    unset "answer[${#answer[@]}-1]"
    # What bash has put aside of the word is no part of a candidate.
    [[ $last == -*=* ]] && last=${last#*=}
    local aside=${last%"$typed"} candidate
    COMPREPLY=()
    for candidate in "${answer[@]}"; do
        candidate=${candidate#"$aside"}
        [[ $candidate == *[!A-Za-z0-9_./,:=+@%~-]* ]] && printf -v candidate %q "$candidate"
        COMPREPLY+=("$candidate")
    done
    ((directive & 4)) && compopt +o default 2> /dev/null
    ((directive & 2)) && compopt -o nospace 2> /dev/null
    ((directive & 32)) && compopt -o nosort 2> /dev/null
    if ((directive & 16)); then
        compopt -o filenames 2> /dev/null
        while IFS= read -r candidate; do
            COMPREPLY+=("$candidate")
        done < <(compgen -d -- "$typed")
    fi
}
complete -o default -F __complete_{function} {program}
