"""A planners' page that runs: started once for the tests of a file, asked over HTTP as a browser would."""

import contextlib
import http.client
import io
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

from openpyxl import load_workbook

from sim.app.configuration.compose import configuration_of
from sim.app.studies.workbook.write_book import book_of

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

    def send(self, path: str, said: dict[str, str], files: dict[str, bytes]) -> Answer:
        """A form of the page's own with files in it."""
        edge = b"----edge"
        parts = [(f'name="{key}"', value.encode()) for key, value in said.items()]
        parts += [(f'name="file"; filename="{name}"', data) for name, data in files.items()]
        body = b"".join(
            b"--" + edge + b"\r\nContent-Disposition: form-data; " + head.encode() + b"\r\n\r\n" + data + b"\r\n"
            for head, data in parts
        )
        body += b"--" + edge + b"--\r\n"
        kind = "multipart/form-data; boundary=" + edge.decode()
        return self.ask(path, body, Origin=self.address.rstrip("/"), Content_Type=kind)

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


def filled(cells: dict[str, object], scenario: str = "integrated", overrides: tuple[str, ...] = (SMALL,)) -> bytes:
    """A workbook as `mskflow workbook` writes it, with other values in some of its yellow cells, as somebody saves it
    who has filled it in. `cells`: the setting's key -> what is typed."""
    book = load_workbook(
        io.BytesIO(book_of("my_place.xlsx", scenario, overrides, configuration_of(scenario, overrides)))
    )
    for sheet in book:
        for key, _, yours in sheet.iter_rows(max_col=3):
            if key.value in cells:
                yours.value = cells[key.value]
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


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
