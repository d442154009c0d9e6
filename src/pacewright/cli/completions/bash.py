"""Bash. Needs no bash-completion package."""

from __future__ import annotations

from collections.abc import Iterable

from pacewright.cli.completions import CLUSTER_FILE, CLUSTER_FOLDER, CLUSTERS
from pacewright.cli.outline import Argument, Command

_SCRIPT = """\
# bash completion for pacewright: source it, or save it in /etc/bash_completion.d/
_pacewright() {{
    local line=${{COMP_LINE:0:COMP_POINT}} command='' skip='' word takes='' options='' choices=''
    local current=${{line##*[[:space:]]}} IFS=$' \\t\\n'
    local -a before
    read -ra before <<<"${{line%"$current"}}"
    for word in "${{before[@]:1}}"; do
        if [[ $skip ]]; then skip=''; continue; fi
        case "$command $word" in
{descend}
        esac
        case "$command $word" in
{valued}
        esac
    done
    if [[ $skip ]]; then
        case "$command ${{before[-1]}}" in
{values}
        esac
    else
        case $command in
{arguments}
        esac
        [[ $current != -* ]] || {{ takes=choice; choices=$options; }}
    fi
    _pacewright_reply "$takes" "$choices" "$current"
}}

_pacewright_reply() {{ # file, folder, cluster, choice, list or word; the choices; the word so far
    local IFS=$'\\n' prefix=''
    COMPREPLY=()
    case "$1:$3" in
        cluster:{folder}*) prefix={folder}; COMPREPLY=($(compgen -d -- "${{3#*:}}")) ;;
        cluster:{file}*) prefix={file}; COMPREPLY=($(compgen -f -- "${{3#*:}}")) ;;
        cluster:*) COMPREPLY=($(compgen -W $'{clusters}' -- "$3")) ;;
        list:*) COMPREPLY=($(compgen -P "${{3%"${{3##*,}}"}}" -W "${{2// /$'\n'}}" -- "${{3##*,}}")) ;;
        choice:*) COMPREPLY=($(compgen -W "${{2// /$'\\n'}}" -- "$3")) ;;
        folder:*) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- "$3")) ;;
        file:*) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$3")) ;;
    esac
    # A colon starts a new word unless COMP_WORDBREAKS was changed: then the answer needs what stands before it.
    [[ $COMP_WORDBREAKS == *:* || -z $prefix ]] || COMPREPLY=("${{COMPREPLY[@]/#/$prefix}}")
    [[ ${{#COMPREPLY[@]}} -ne 1 || ${{COMPREPLY[0]}} != *: ]] || compopt -o nospace 2>/dev/null
}}
complete -F _pacewright pacewright
"""


def script(outline: Command) -> str:
    commands = list(outline.walk())
    return _SCRIPT.format(
        descend=_cases((_path(c.words[:-1]), c.words[-1], f"command={_path(c.words)}") for c in commands if c.words),
        valued=_cases((_path(c.words), n, "skip=1") for c in commands for o in _valued(c) for n in o.names),
        values=_cases((_path(c.words), n, _reply(o)) for c in commands for o in _valued(c) for n in o.names),
        arguments="\n".join(f"            '{_path(c.words)}') {_next(c)} ;;" for c in commands),
        folder=CLUSTER_FOLDER,
        file=CLUSTER_FILE,
        clusters="\\n".join((*CLUSTERS, CLUSTER_FOLDER, CLUSTER_FILE)),
    )


def _path(words: tuple[str, ...]) -> str:
    return "/".join(words)


def _cases(rows: Iterable[tuple[str, str, str]]) -> str:
    """Branches of a case on "COMMAND WORD"."""
    return "\n".join(f"            '{command} {word}') {does} ;;" for command, word, does in rows)


def _valued(command: Command) -> list[Argument]:
    return [option for option in command.options if option.takes != "nothing"]


def _next(command: Command) -> str:
    """What may stand next: the options, and the commands or the positional argument."""
    options = " ".join(name for option in command.options for name in option.names)
    names = " ".join(sub.words[-1] for sub in command.commands)
    reply = f"takes=choice choices='{names}'" if names else _reply(*command.positionals[-1:])
    return f"options='{options}' {reply}"


def _reply(argument: Argument | None = None) -> str:
    if argument is None:
        return "takes=word"
    return f"takes={argument.takes} choices='{' '.join(argument.choices)}'"
