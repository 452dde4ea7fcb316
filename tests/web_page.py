"""A planners' page that runs: started once for the tests of a file, asked over HTTP as a browser would."""

import contextlib
import http.client
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]
SMALL = "place.scale=0.02"
"""A fiftieth of a city: a replication of a year in half a second."""


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    text: str


class Page(NamedTuple):
    """`address` as it was printed."""

    address: str
    process: subprocess.Popen

    @property
    def port(self) -> int:
        return int(self.address.rstrip("/").rpartition(":")[2])

    def ask(self, path: str, body: bytes | None = None, method: str = "", **headers: str) -> Answer:
        """What is answered, whatever it is; `headers` with _ for -."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(line):
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            line.request(method or ("GET" if body is None else "POST"), path, body, named)
            got = line.getresponse()
            return Answer(
                got.status,
                {name.lower(): value for name, value in got.getheaders()},
                got.read().decode("utf-8", "replace"),
            )

    def post(self, path: str, pairs, **headers: str) -> Answer:
        """A form of the page's own."""
        own = {"Origin": self.address.rstrip("/"), "Content_Type": "application/x-www-form-urlencoded"}
        return self.ask(path, urlencode(pairs).encode(), **(own | headers))

    def until(self, path: str, words: str, seconds: float = 120) -> str:
        """The page once it says that; AssertionError where it does not in time."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            text = self.ask(path).text
            if re.search(words, text):
                return text
            time.sleep(0.2)
        raise AssertionError(f"{path} never said {words}: {told(text)[:600]}")


def told(page: str) -> str:
    """The words of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page)).strip()


@contextlib.contextmanager
def served(out: Path, *words: str, stop: int = signal.SIGTERM) -> Iterator[Page]:
    """The page with its results in `out`, until the end."""
    command = [sys.executable, "-m", "sim", "web", "--port", "0", f"out={out}", *words]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        said = process.stdout.readline()
        yield Page(re.search(r"http://127\.0\.0\.1:\d+/", said)[0], process)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(stop)
        process.wait(20)
        process.stdout.close()


def children(pid: int) -> set[int]:
    """Processes below one, by Linux's own book."""
    found, due = set(), [pid]
    while due:
        one = due.pop()
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                new = set(map(int, task.read_text().split())) - found
                found |= new
                due += new
    return found
