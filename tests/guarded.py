"""Runs redflag's command under watch: whatever reaches out, or runs what it read, ends the process.

Used as a script: `guarded.py ACCOUNT CANARY COMMAND...` runs one command, and writes down which files were
opened for writing and which processes were started. The command `app` is the intake app of the examples,
which may listen on this computer, and runs until it is interrupted. A hook of this kind cannot be taken off
again.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

_REACHES = (
    "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "urllib.Request", "http.client.connect",
    "ftplib.connect", "smtplib.connect", "webbrowser.open", "os.system", "os.exec", "os.posix_spawn",
    "pickle.find_class",
)  # fmt: skip
_INTERNET = (2, 10)
"""AF_INET and AF_INET6."""

written: list[str] = []
started: list[str] = []
compiled_with: list[str] = []


def main() -> int:
    """Run the command under watch."""
    account, canary, *command = sys.argv[1:]
    run = _app if command[0] == "app" else _redflag
    code = run(canary, command)
    told = {"code": code, "written": written, "started": started, "compiled_with": compiled_with}
    Path(account).write_text(json.dumps(told), encoding="utf-8")
    return code


def _redflag(canary: str, command: list[str]) -> int:
    import redflag.cli  # what is imported from here on is under watch

    guard(canary, command)
    return redflag.cli.main(command)


def _app(canary: str, command: list[str]) -> int:
    from examples.intake_app.__main__ import main as serve

    guard(canary, command)
    sys.argv = command
    serve()
    return 0


def guard(canary: str, command: list[str]) -> None:
    """Put this process under watch, for good."""
    import redflag

    package = Path(redflag.__file__).parent
    own = (str(package), sys.prefix, sys.base_prefix, str(Path(os.__file__).parent))
    own += tuple(path for path in sys.path if path.endswith("site-packages"))
    listens = command[:1] == ["app"]
    if listens:
        own += (str(package.parent / "examples" / "intake_app"),)
    made = ("<rules>", "<string>", "<frozen ", "<attrs ", "<template>", "<unknown>", "<lambda")

    def watch(event: str, given: tuple[Any, ...]) -> None:
        if event == "pickle.find_class" and "--jobs" in command:
            return  # joblib hands cases to its own processes so, in memory; it is never read from a file
        if event in _REACHES:
            _stop(f"{event}")
        if event == "socket.bind" and listens and given[1][0] == "127.0.0.1":
            return
        if event in ("socket.connect", "socket.bind") and given[0].family in _INTERNET:
            _stop(f"{event} {given[1]!r}")
        if event == "subprocess.Popen":
            started.append(" ".join(map(os.fsdecode, given[1][:3])))
        if event == "open" and isinstance(given[0], str | bytes):
            flags = given[2] or 0
            to_write = given[1] and set(str(given[1])) & set("wax+")
            if to_write or flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
                written.append(os.fsdecode(given[0]))
        if event == "compile" and given[0] is not None:
            source = given[0] if isinstance(given[0], str) else bytes(given[0]).decode("utf-8", "replace")
            if canary in source:
                compiled_with.append(str(given[1]))
        if event == "exec":
            name = given[0].co_filename
            if not name.startswith((*own, *made)):
                _stop(f"exec of {name}")

    sys.addaudithook(watch)


def _stop(what: str) -> None:
    print(f"GUARD {what}", file=sys.stderr, flush=True)
    os._exit(97)


if __name__ == "__main__":
    sys.exit(main())
