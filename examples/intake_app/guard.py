"""What stands before every page: who may ask, how much may be sent, and what the browser is told."""

from __future__ import annotations

import sys
import traceback
from typing import Any

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_UPLOAD = 20_000_000
"""Bytes of one uploaded file."""

LARGEST_FORM = 300_000
"""Bytes of any other form: a long story has some 50,000 characters."""

_HOSTS = frozenset({"127.0.0.1", "localhost"})
_SEPARATORS = 100_000  # what a form adds around the file in it

HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex",
}


class _TooLargeError(Exception):
    """More was sent than may be."""


class Guard:
    """Refuses strangers and floods, and says nothing of what was asked where something breaks."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        refusal = _refusal(scope["method"], headers)
        if refusal is not None:
            status, words = refusal
            await PlainTextResponse(words, status, headers=HEADERS)(scope, receive, send)
            return
        limit = _limit(headers)
        has_begun = False
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise _TooLargeError
            return message

        async def guarded(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                kept = [one for one in message["headers"] if one[0].decode("latin-1").lower() not in HEADERS]
                own = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
                message = {**message, "headers": [*kept, *own]}
            await send(message)

        try:
            await self._app(scope, counted, guarded)
        except _TooLargeError:
            await _say(413, "More was sent than may be.", scope, receive, send, has_begun)
        except Exception as fault:
            _note(fault)
            await _say(500, "Something broke. Nothing was written down.", scope, receive, send, has_begun)


async def _say(status: int, words: str, scope: Scope, receive: Receive, send: Send, has_begun: bool) -> None:
    if not has_begun:
        await PlainTextResponse(words, status, headers=HEADERS)(scope, receive, send)


def _refusal(method: str, headers: dict[str, str]) -> tuple[int, str] | None:
    """Why a request is not let in: a name that is not this computer's, another site, or too much."""
    host = headers.get("host", "")
    if host.rpartition(":")[0] not in _HOSTS and host not in _HOSTS:
        return 400, "This program answers to this computer alone."
    if method not in ("GET", "HEAD") and headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return 403, "Another site sent this."
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > _limit(headers):
        return 413, "More was sent than may be."
    return None


def _limit(headers: dict[str, str]) -> int:
    is_upload = headers.get("content-type", "").startswith("multipart/form-data")
    return LARGEST_UPLOAD + _SEPARATORS if is_upload else LARGEST_FORM


def _note(fault: Exception) -> None:
    """Where something broke, without a word of what it broke on."""
    last: Any = traceback.extract_tb(fault.__traceback__)[-1]
    print(f"{type(fault).__name__} at {last.filename}:{last.lineno}", file=sys.stderr)
