"""Fish: one ``complete`` line for each word."""

from __future__ import annotations

from collections.abc import Iterator

from pacewright.cli.completions import CLUSTER_FILE, CLUSTER_FOLDER, CLUSTERS
from pacewright.cli.outline import Argument, Command

_SCRIPT = """\
# fish completion for pacewright: save it as ~/.config/fish/completions/pacewright.fish

function __pacewright_words # the words so far without options and their values
    set -l skip no
    for word in (commandline -opc)[2..]
        if test $skip = yes
            set skip no
        else if contains -- $word {valued}
            set skip yes
        else if not string match -q -- '-*' $word
            echo $word
        end
    end
end

function __pacewright_at # the command: __pacewright_at embedded fail
    set -l words (__pacewright_words)
    set -l depth (count $argv)
    test (count $words) -ge $depth; and test "$words[1..$depth]" = "$argv"
end

function __pacewright_before_command # nothing but these words was given
    test "$(__pacewright_words)" = "$argv"
end

complete -c pacewright -f
{lines}
"""


def script(outline: Command) -> str:
    valued = sorted({n for c in outline.walk() for o in c.options if o.takes != "nothing" for n in o.names})
    lines = [line for command in outline.walk() for line in _lines(command)]
    return _SCRIPT.format(valued=" ".join(valued), lines="\n".join(lines))


def _lines(command: Command) -> Iterator[str]:
    here = " ".join(command.words)
    at = f"-n {_quoted(f'__pacewright_at {here}')}" if here else "-n __pacewright_before_command"
    for sub in command.commands:
        when = _quoted(f"__pacewright_before_command {here}".rstrip())
        yield f"complete -c pacewright -n {when} -a {sub.words[-1]} -d {_quoted(sub.summary)}"
    for option in command.options:
        names = " ".join(f"-l {n[2:]}" if n.startswith("--") else f"-s {n[1:]}" for n in option.names)
        yield f"complete -c pacewright {at} {names}{_value(option)} -d {_quoted(option.help)}"
    for argument in command.positionals:
        if value := _words(argument):
            yield f"complete -c pacewright {at} {value}"


def _value(option: Argument) -> str:
    if option.takes == "nothing":
        return ""
    exclusive = "-r" if option.takes == "file" else "-x"
    return f" {exclusive} {_words(option)}".rstrip()


def _words(argument: Argument) -> str:
    if argument.takes == "cluster":
        return "-a " + _quoted(" ".join((*CLUSTERS, CLUSTER_FOLDER, CLUSTER_FILE)))
    if argument.takes == "list":
        return f"-a '(__fish_append , {' '.join(argument.choices)})'"
    if argument.takes == "folder":
        return "-a '(__fish_complete_directories)'"
    if argument.takes == "file":
        return "-F"
    return "-a " + _quoted(" ".join(argument.choices)) if argument.choices else ""


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
