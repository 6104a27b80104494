"""Python that is written from objects: functions, what they name, and the objects bound to the names.

Nothing that an object says becomes part of the text: it is bound to a name made up here (`k1`), and
so is each variable (`v2`) and function (`f3`). A function is given what it names, as arguments.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class Open:
    """A function that is being written: its own variables, and what it names from further out."""

    def __init__(self) -> None:
        self.own: set[str] = set()
        self.needs: dict[str, None] = {}


class Written:
    """Functions as they are written, one inside the making of another.

    Args:
        bound: what the functions may call by names of their own.
    """

    def __init__(self, bound: Mapping[str, object]) -> None:
        self.lines: list[str] = []
        self._bound = dict(bound)
        self._texts: dict[str, str] = {}
        self._made = 0
        self._open: list[Open] = []

    def variable(self, of: Open | None = None) -> str:
        """A new variable, of a function that is being written: of the innermost, if of none given."""
        self._made += 1
        name = f"v{self._made}"
        if of is not None:
            of.own.add(name)
        elif self._open:
            self._open[-1].own.add(name)
        return name

    def name(self, value: object) -> str:
        """The name under which an object is bound; equal texts share one."""
        if isinstance(value, str) and value in self._texts:
            return self._texts[value]
        self._made += 1
        name = f"k{self._made}"
        if isinstance(value, str):
            self._texts[value] = name
        self._bound[name] = value
        return name

    def use(self, name: str) -> str:
        """A variable from further out, which every function between has to be given."""
        for function in reversed(self._open):
            if name in function.own:
                break
            function.needs[name] = None
        return name

    def begin(self) -> Open:
        """Starts a function inside the one that is being written."""
        self._open.append(Open())
        return self._open[-1]

    def end(self, body: Sequence[str]) -> str:
        """Writes the function that was started last; gives the call of it, with what it needs."""
        needs = ", ".join(self._open.pop().needs)
        self._made += 1
        name = f"f{self._made}"
        self.define(name, needs, body)
        for need in needs.split(", ") if needs else ():
            self.use(need)
        return f"{name}({needs})"

    def define(self, name: str, parameters: str, body: Sequence[str]) -> None:
        """Writes a function of a given name."""
        self.lines.append(f"def {name}({parameters}):")
        self.lines += [f"    {line}" for line in body]

    def made(self) -> Mapping[str, Any]:
        """The functions, by name."""
        space = dict(self._bound)
        source = "\n".join(self.lines)
        exec(compile(source, "<rules>", "exec", dont_inherit=True), space)  # noqa: S102  # see above
        return space
