# Read by the other scripts: `lines NAME PREFIX` adds each line of the variable NAME to the array `arguments`.

arguments=()
lines() {
    local line
    while IFS= read -r line; do
        line=${line%$'\r'}
        [[ -z ${line//[[:space:]]/} ]] || arguments+=("$2$line")
    done <<< "${!1:-}"
}
