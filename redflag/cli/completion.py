"""`redflag completion`: a script that completes commands, options and their words in a shell."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from redflag.cli.arguments import Commands

HOW = {
    "bash": "redflag completion bash > ~/.local/share/bash-completion/completions/redflag",
    "zsh": "redflag completion zsh > DIR/_redflag, with DIR in your $fpath before compinit",
    "fish": "redflag completion fish > ~/.config/fish/completions/redflag.fish",
}
"""Where each shell looks for it."""


@dataclass(frozen=True)
class Level:
    """What may follow a command.

    Attributes:
        path: the command and the deed so far, parted by a space; empty at the top.
        commands: words that lead on, each with what it is for.
        options: options, each with what it is for.
        takes: the words that may follow an option; empty where it takes any, absent where it takes none.
        words: the words that may stand as an argument.
    """

    path: str
    commands: Mapping[str, str]
    options: Mapping[str, str]
    takes: Mapping[str, tuple[str, ...]]
    words: tuple[str, ...]


def add_to(commands: Commands, parser: argparse.ArgumentParser) -> None:
    """Add the subcommand, which completes what `parser` takes."""
    completion = commands.add_parser(
        "completion", help="print a script that completes words in a shell", allow_abbrev=False,
        description="; ".join(f"{shell}: {how}" for shell, how in HOW.items()),
    )  # fmt: skip
    completion.add_argument("shell", choices=tuple(HOW))
    completion.set_defaults(run=lambda arguments: _run(arguments, parser))


def _run(arguments: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    script = _SCRIPTS[arguments.shell]
    print(script(tuple(levels(parser))), end="")
    return 0


def levels(parser: argparse.ArgumentParser, path: str = "") -> Iterator[Level]:
    """Every level of a parser, the top first."""
    commands: dict[str, str] = {}
    options: dict[str, str] = {}
    takes: dict[str, tuple[str, ...]] = {}
    words: tuple[str, ...] = ()
    below: dict[str, argparse.ArgumentParser] = {}
    for action in parser._actions:  # argparse has no public way to look at a parser
        if isinstance(action, argparse._SubParsersAction):
            helps = {one.dest: one.help or "" for one in action._choices_actions}
            commands.update((name, helps.get(name, "")) for name in action.choices)
            below.update(action.choices)
        elif action.option_strings:
            for option in action.option_strings:
                options[option] = action.help or ""
                if action.nargs != 0:
                    takes[option] = tuple(map(str, action.choices or ()))
        elif action.choices:
            words = tuple(map(str, action.choices))
    yield Level(path, commands, options, takes, words)
    for name, inner in below.items():
        yield from levels(inner, f"{path} {name}".strip())


def _bash(found: tuple[Level, ...]) -> str:
    return f"""\
# bash completion of redflag
_redflag() {{
  local at="" i current="${{COMP_WORDS[COMP_CWORD]}}" last="${{COMP_WORDS[COMP_CWORD-1]}}" words=""
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$at|${{COMP_WORDS[i]}}" in
{_ways(found, 6)}
    esac
  done
  case "$at|$last" in
{_words_of_options(found, "words={}", "return", 4)}
  esac
  if [[ -z "$words" ]]; then
    if [[ "$current" == -* ]]; then
      case "$at" in
{_by_level(found, "words={}", lambda level: tuple(level.options), 8)}
      esac
    else
      case "$at" in
{_by_level(found, "words={}", lambda level: (*level.commands, *level.words), 8)}
      esac
    fi
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}}
complete -o default -F _redflag redflag
"""


def _zsh(found: tuple[Level, ...]) -> str:
    return f"""\
#compdef redflag
_redflag() {{
  local at="" i current="${{words[CURRENT]}}" last="${{words[CURRENT-1]}}" known=""
  for ((i = 2; i < CURRENT; i++)); do
    case "$at|${{words[i]}}" in
{_ways(found, 6)}
    esac
  done
  case "$at|$last" in
{_words_of_options(found, "known={}", "_files; return", 4)}
  esac
  if [[ -z "$known" ]]; then
    if [[ "$current" == -* ]]; then
      case "$at" in
{_by_level(found, "known={}", lambda level: tuple(level.options), 8)}
      esac
    else
      case "$at" in
{_by_level(found, "known={}", lambda level: (*level.commands, *level.words), 8)}
      esac
    fi
  fi
  if [[ -n "$known" ]]; then compadd -- ${{=known}}; else _files; fi
}}
if [[ "${{zsh_eval_context[-1]}}" == loadautofunc ]]; then _redflag "$@"; else compdef _redflag redflag; fi
"""


def _fish(found: tuple[Level, ...]) -> str:
    ways = "\n".join(
        f"      case {shlex.quote(f'{level.path}|{name}')}\n"
        f"        set at {shlex.quote(f'{level.path} {name}'.strip())}"
        for level in found
        for name in level.commands
    )
    lines = []
    for level in found:
        here = f"-n {shlex.quote(f'__redflag_at {shlex.quote(level.path)}')}"
        for name, what in level.commands.items():
            lines.append(f"complete -c redflag {here} -f -a {shlex.quote(name)} -d {_said(what)}")
        if level.words:
            lines.append(f"complete -c redflag {here} -f -a {shlex.quote(' '.join(level.words))}")
        for option, what in level.options.items():
            kind = f"-l {option[2:]}" if option.startswith("--") else f"-s {option[1:]}"
            takes = level.takes.get(option)
            if takes is not None:
                kind += f" -x -a {shlex.quote(' '.join(takes))}" if takes else " -r"
            lines.append(f"complete -c redflag {here} {kind} -d {_said(what)}")
    told = "\n".join(lines)
    return f"""\
# fish completion of redflag
function __redflag_at
  set -l at ""
  for word in (commandline -opc)[2..-1]
    switch "$at|$word"
{ways}
    end
  end
  test "$at" = "$argv[1]"
end
{told}
"""


def _said(what: str) -> str:
    """A description on one line, quoted."""
    return shlex.quote(" ".join(what.replace("%%", "%").split()))


def _ways(found: tuple[Level, ...], indent: int) -> str:
    """The words that lead from one level to the next."""
    return "\n".join(
        f'{" " * indent}"{level.path}|{name}") at="{f"{level.path} {name}".strip()}" ;;'
        for level in found
        for name in level.commands
    )


def _words_of_options(found: tuple[Level, ...], form: str, otherwise: str, indent: int) -> str:
    """What follows an option that takes something: one of its words, or else whatever `otherwise` does."""
    lines = []
    for level in found:
        for option, words in level.takes.items():
            then = form.format(shlex.quote(" ".join(words))) if words else otherwise
            lines.append(f'{" " * indent}"{level.path}|{option}") {then} ;;')
    return "\n".join(lines)


def _by_level(
    found: tuple[Level, ...], form: str, words: Callable[[Level], tuple[str, ...]], indent: int
) -> str:
    return "\n".join(
        f'{" " * indent}"{level.path}") {form.format(shlex.quote(" ".join(words(level))))} ;;'
        for level in found
    )


_SCRIPTS: Mapping[str, Callable[[tuple[Level, ...]], str]] = {"bash": _bash, "zsh": _zsh, "fish": _fish}
