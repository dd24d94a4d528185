# Completion of {program} in fish. Every word is asked of the program itself.
function __complete_{function}
    set -l words (commandline -opc)
    set -l last (commandline -ct)
    set -l answer ($words[1] __complete $words[2..-1] "$last" 2>/dev/null)
    set -q answer[1]; or return
    set -l directive (string replace -r '^:' '' -- $answer[-1])
    set -e answer[-1]
    # fish wants the whole word, with the flag before its value.
    set -l before (string match -r -- '^-[^=]*=' "$last")
    if set -q answer[1]
        printf "%s\n" "$before"$answer
    else if test (math "floor($directive / 16) % 2") -eq 1
        for directory in (__fish_complete_directories (string replace -r -- '^-[^=]*=' '' "$last"))
            printf "%s\n" "$before"$directory
        end
    else if test (math "floor($directive / 4) % 2") -eq 0
        for file in (__fish_complete_path (string replace -r -- '^-[^=]*=' '' "$last"))
            printf "%s\n" "$before"$file
        end
    end
end
complete -c {program} -e
complete -c {program} -k -f -a '(__complete_{function})'
