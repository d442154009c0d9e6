"""Zsh, by ``_arguments``: descriptions are shown beside the words."""

from __future__ import annotations

from pacewright.cli.completions import CLUSTER_FILE, CLUSTER_FOLDER, CLUSTERS
from pacewright.cli.outline import Argument, Command

_SCRIPT = """\
#compdef pacewright
# zsh completion for pacewright: save it as _pacewright in a folder of $fpath, or source it after compinit

_pacewright_clusters() {{
    if compset -P {folder}; then _files -/
    elif compset -P {file}; then _files
    else compadd -- {clusters}; compadd -S '' -- {folder} {file}
    fi
}}

{functions}
if [[ $funcstack[1] == _pacewright ]]; then _pacewright "$@"; else compdef _pacewright pacewright; fi
"""


def script(outline: Command) -> str:
    return _SCRIPT.format(
        folder=CLUSTER_FOLDER, file=CLUSTER_FILE, clusters=" ".join(CLUSTERS),
        functions="\n".join(_function(command) for command in outline.walk()),
    )  # fmt: skip


def _function(command: Command) -> str:
    rows = [_option(option, name) for option in command.options for name in option.names]
    rows += [_positional(argument) for argument in command.positionals]
    name = _name(command)
    if not command.commands:
        return f"{name}() {{\n    _arguments {_joined(rows)}\n}}\n"
    about = " ".join(f"{c.words[-1]}\\:{_quoted(_escaped(c.summary))}" for c in command.commands)
    rows += [_quoted_row(f"1: :(({about}))"), "'*:: :->rest'"]
    branches = "\n".join(f"        {c.words[-1]}) {_name(c)} ;;" for c in command.commands)
    return (
        f"{name}() {{\n    local state line\n    _arguments -C {_joined(rows)}\n"
        f"    [[ $state != rest ]] || case $line[1] in\n{branches}\n    esac\n}}\n"
    )


def _name(command: Command) -> str:
    return "_".join(("_pacewright", *command.words))


def _joined(rows: list[str]) -> str:
    return " \\\n        ".join(rows)


def _option(option: Argument, name: str) -> str:
    value = "" if option.takes == "nothing" else f":{_escaped(option.metavar)}:{_action(option)}"
    return _quoted_row(f"{name}[{_escaped(option.help)}]{value}")


def _positional(argument: Argument) -> str:
    prefix = "*" if argument.several else "" if argument.required else ":"
    return _quoted_row(f"{prefix}:{_escaped(argument.metavar)}:{_action(argument)}")


def _action(argument: Argument) -> str:
    actions = {"file": "_files", "folder": "_files -/", "cluster": "_pacewright_clusters"}
    if argument.takes == "list":
        return f"_values -s , {argument.metavar} {' '.join(argument.choices)}"
    return f"({' '.join(argument.choices)})" if argument.choices else actions.get(argument.takes, " ")


def _escaped(text: str) -> str:
    """Text inside an _arguments specification."""
    for special in "\\[]:":
        text = text.replace(special, "\\" + special)
    return text


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _quoted_row(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
