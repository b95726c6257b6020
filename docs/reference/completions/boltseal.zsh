#compdef boltseal

autoload -U is-at-least

_boltseal() {
    typeset -A opt_args
    typeset -a _arguments_options
    local ret=1

    if is-at-least 5.2; then
        _arguments_options=(-s -S -C)
    else
        _arguments_options=(-s -C)
    fi

    local context curcontext="$curcontext" state line
    _arguments "${_arguments_options[@]}" : \
'-h[Print help]' \
'--help[Print help]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_boltseal_commands" \
"*::: :->boltseal" \
&& ret=0
    case $state in
    (boltseal)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:boltseal-command-$line[1]:"
        case $line[1] in
            (scan)
_arguments "${_arguments_options[@]}" : \
'--format=[How to write the report]:FORMAT:((cyclonedx\:"CycloneDX 1.6 as JSON\: components and their vulnerabilities"
json\:"every fact, for programs; its schema is docs/reference/report.v1.schema.json"
sarif\:"SARIF 2.1.0, for code scanning services and editors"
table\:"for people\: findings by origin, with the command that mends them"))' \
'-o+[Write the report to a file instead of standard output]:FILE:_files' \
'--output=[Write the report to a file instead of standard output]:FILE:_files' \
'--fail-on=[Exit with 1 when a finding is this severe or worse\: critical, high, medium, low or unknown]:SEVERITY:_default' \
'(--format -o --output)--explain=[Say for every package why this vulnerability does or does not affect it, instead of a report]:ID:_default' \
'--platform=[Which image to take where a target holds several]:OS/ARCH:_default' \
'--db=[The advisory database to use; without it, the one that \`db build\` wrote, otherwise the embedded snapshot]:PATH:_files' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
':target -- What to look at:_default' \
&& ret=0
;;
(db)
_arguments "${_arguments_options[@]}" : \
'-h[Print help]' \
'--help[Print help]' \
":: :_boltseal__subcmd__db_commands" \
"*::: :->db" \
&& ret=0

    case $state in
    (db)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:boltseal-db-command-$line[1]:"
        case $line[1] in
            (build)
_arguments "${_arguments_options[@]}" : \
'*--from=[Files and folders with advisories]:PATH:_files' \
'--db=[Where to write it; without it, where \`scan\` looks for it]:PATH:_files' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(status)
_arguments "${_arguments_options[@]}" : \
'--db=[The database; without it, the one that \`scan\` would use]:PATH:_files' \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
        esac
    ;;
esac
;;
(completions)
_arguments "${_arguments_options[@]}" : \
'-h[Print help]' \
'--help[Print help]' \
':shell -- The shell:(bash elvish fish powershell zsh)' \
&& ret=0
;;
(man)
_arguments "${_arguments_options[@]}" : \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
(schema)
_arguments "${_arguments_options[@]}" : \
'-h[Print help]' \
'--help[Print help]' \
&& ret=0
;;
        esac
    ;;
esac
}

(( $+functions[_boltseal_commands] )) ||
_boltseal_commands() {
    local commands; commands=(
'scan:Find the known vulnerabilities of an image or a folder' \
'db:Look after the advisory database' \
'completions:Write a completion script for a shell to standard output' \
'man:Write the manual page to standard output' \
'schema:Write the JSON schema of the report to standard output' \
    )
    _describe -t commands 'boltseal commands' commands "$@"
}
(( $+functions[_boltseal__subcmd__completions_commands] )) ||
_boltseal__subcmd__completions_commands() {
    local commands; commands=()
    _describe -t commands 'boltseal completions commands' commands "$@"
}
(( $+functions[_boltseal__subcmd__db_commands] )) ||
_boltseal__subcmd__db_commands() {
    local commands; commands=(
'build:Make a database from advisory sources' \
'status:Say which advisories the database holds, and check that it is whole' \
    )
    _describe -t commands 'boltseal db commands' commands "$@"
}
(( $+functions[_boltseal__subcmd__db__subcmd__build_commands] )) ||
_boltseal__subcmd__db__subcmd__build_commands() {
    local commands; commands=()
    _describe -t commands 'boltseal db build commands' commands "$@"
}
(( $+functions[_boltseal__subcmd__db__subcmd__status_commands] )) ||
_boltseal__subcmd__db__subcmd__status_commands() {
    local commands; commands=()
    _describe -t commands 'boltseal db status commands' commands "$@"
}
(( $+functions[_boltseal__subcmd__man_commands] )) ||
_boltseal__subcmd__man_commands() {
    local commands; commands=()
    _describe -t commands 'boltseal man commands' commands "$@"
}
(( $+functions[_boltseal__subcmd__scan_commands] )) ||
_boltseal__subcmd__scan_commands() {
    local commands; commands=()
    _describe -t commands 'boltseal scan commands' commands "$@"
}
(( $+functions[_boltseal__subcmd__schema_commands] )) ||
_boltseal__subcmd__schema_commands() {
    local commands; commands=()
    _describe -t commands 'boltseal schema commands' commands "$@"
}

if [ "$funcstack[1]" = "_boltseal" ]; then
    _boltseal "$@"
else
    compdef _boltseal boltseal
fi
