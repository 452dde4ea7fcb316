"""What stands before every page: who may ask, how much they may send, and what a browser is told it must not do."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from sim.app.configuration.files.shipped import LARGEST_FILE

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

LARGEST_BODY = LARGEST_FILE + 100_000
"""Bytes of a form or a scenario file."""
LARGEST_FILES = 120_000_000
"""Bytes of published files, of which a month of all England has 82 million: they go to the disk as they come."""
PLACE, UPLOAD = "/place", "/upload"
LARGEST_BOOK = 5_000_000
"""Bytes of a workbook of a scenario, of which one that is shipped has a hundred thousand."""
LONGEST_ADDRESS = 32_000
_OURS = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
REPORT_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; sandbox allow-downloads"
)
"""Of a report, which carries its style in itself and has no script."""
HEADERS = {
    "content-security-policy": _OURS,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


class Guard:
    """ASGI: refuses a foreign `Host` (400), what another site sends (403), what is too long (413, 414)."""

    def __init__(self, app, port: Callable[[], int]):
        self._app, self._port = app, port

    async def __call__(self, scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        refused = self._refused(scope, headers)
        if refused is not None:
            await _tell(send, *refused)
            return
        await self._app(scope, _limited(receive, _most(scope)), _with_headers(send))

    def _refused(self, scope, headers: dict[str, str]) -> tuple[int, str] | None:
        ours = {f"{name}:{self._port()}" for name in ("127.0.0.1", "localhost")}
        if [name for name, _ in scope["headers"]].count(b"host") != 1 or headers.get("host") not in ours:
            return 400, "This page answers to its own address only: see what mskflow web has printed."
        if len(scope.get("query_string", b"")) + len(scope.get("raw_path") or b"") > LONGEST_ADDRESS:
            return 414, "This address is too long: upload a scenario file instead."
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return 405, "This page answers to GET and POST."
        if scope["method"] == "POST":
            return _refused_post(headers, {f"http://{one}" for one in ours}, _most(scope))
        return None


def _most(scope) -> int:
    return {PLACE: LARGEST_FILES, UPLOAD: LARGEST_BOOK + 100_000}.get(scope["path"], LARGEST_BODY)


def _refused_post(headers: dict[str, str], ours: set[str], most: int) -> tuple[int, str] | None:
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    foreign = (origin is not None and origin not in ours) or (site is not None and site != "same-origin")
    if foreign or (origin is None and site is None):
        return 403, "Another site has sent this, so it is not done. Open the page itself and do it there."
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > most:
        return 413, f"This is too large: at most {most:,} bytes."
    return None


def _limited(receive: Receive, most: int) -> Receive:
    """A body that says nothing of its length is counted as it comes."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        return {"type": "http.disconnect"} if seen > most else message

    return counted


def _with_headers(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = {name.lower() for name, _ in message["headers"]}
            more = [(k.encode(), v.encode()) for k, v in HEADERS.items() if k.encode() not in given]
            message = {**message, "headers": [*message["headers"], *more]}
        await send(message)

    return sent


async def _tell(send: Send, status: int, words: str) -> None:
    headers = {**HEADERS, "content-type": "text/plain; charset=utf-8", "connection": "close"}
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": f"{words}\n".encode()})
