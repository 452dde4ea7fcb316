"""How far a run is: a bar on a terminal, lines elsewhere, JSON lines for a program, or nothing.

Bars and lines go to stderr, so that the table on stdout can be piped. JSON events go to stdout: they are what
the reader asked for.
"""

import json
import os
import sys
import time

from sim.app.configuration.files.shipped import cut

MODES = ("auto", "bar", "lines", "json", "none")
_LINE_SHARE, _LINE_SECONDS = 0.10, 10.0
_MOST_FAILURES_SHOWN = 20


class Progress:
    """Context manager that tells of `total` replications; `already` of them were found done (a resumed run).

    `mode`: one of MODES; `auto` is a bar on a terminal and lines elsewhere. Call `done` only once that replication
    is durable. Raises ValueError for another mode. A reader who went away (a closed pipe) silences it, and never
    costs the run.
    """

    def __init__(self, mode: str, total: int, title: str = "", already: int = 0):
        if mode not in MODES:
            raise ValueError(f"progress is '{mode}'; there is: {', '.join(MODES)}")
        terminal = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self.mode = ("bar" if terminal else "lines") if mode == "auto" else mode
        self.total, self.title, self.already = total, cut(title, 200), already
        self.finished = self.lost = 0  # in this run
        self._began = self._told_at = time.monotonic()
        self._told = already
        self._bar = None

    def __enter__(self):
        if self.mode == "bar":
            bar = self._bar = _bar(self.title, self.total, self.already, self.words())
            bar.start()
        return self

    def __exit__(self, kind, error, trace):
        if self._bar is not None:
            self._bar.stop()
        elif self.mode == "lines" and self._told != self._settled():
            self._line()

    def done(self, scenario: str, replication: int) -> None:
        """A replication is stored."""
        self.finished += 1
        if self.mode == "json":
            _say(sys.stdout, json.dumps({"event": "done", "scenario": scenario, "replication": replication}))
        self._tell()

    def failed(self, scenario: str, replication: int, why: str) -> None:
        """A replication has failed for good; `why` in one sentence."""
        self.lost += 1
        if self.mode == "json":
            event = {"event": "failed", "scenario": scenario, "replication": replication, "why": why}
            _say(sys.stdout, json.dumps(event))
        elif self.mode != "none" and self.lost <= _MOST_FAILURES_SHOWN:
            last = "; further failures are not shown here" if self.lost == _MOST_FAILURES_SHOWN else ""
            self._print(f"failed: {scenario}, replication {replication}: {cut(why, 1000)}{last}")
        self._tell()

    def expect(self, total: int, already: int | None = None) -> None:
        """The total has changed (replications are added until the precision is reached),
        and how many were found done."""
        self.total, self.already = total, self.already if already is None else already
        self._tell()

    def words(self) -> str:
        """Done, failed, left and time to go, as one line."""
        left = max(0, self.total - self._settled())
        parts = [f"{self.already + self.finished} done", f"{self.lost} failed", f"{left} left"]
        settled = self.finished + self.lost
        if left and settled:
            parts.append(f"about {_duration((time.monotonic() - self._began) / settled * left)} to go")
        return ", ".join(parts)

    def _settled(self) -> int:
        return self.already + self.finished + self.lost

    def _tell(self):
        if self._bar is not None:
            task = self._bar.task_ids[0]
            self._bar.update(task, completed=self._settled(), total=self.total, words=self.words())
        elif self.mode == "lines":
            share = (self._settled() - self._told) / max(1, self.total)
            if share >= _LINE_SHARE or time.monotonic() - self._told_at >= _LINE_SECONDS:
                self._line()

    def _line(self):
        self._told, self._told_at = self._settled(), time.monotonic()
        self._print(f"{self.title}: {self.words()}" if self.title else self.words())

    def _print(self, line):
        if self._bar is not None:
            self._bar.console.print(line, markup=False, highlight=False)
        else:
            _say(sys.stderr, line)


class Silent:
    """Tells nobody: whoever wants to know looks into the store."""

    def done(self, scenario: str, replication: int) -> None:
        pass

    def failed(self, scenario: str, replication: int, why: str) -> None:
        pass


def _say(stream, line):
    """One line in one write, so that lines of several processes do not run into each other."""
    try:
        stream.write(f"{line}\n")
        stream.flush()
    except (OSError, ValueError):  # gone or closed
        pass


def _bar(title, total, already, words):
    # Only here: rich costs a tenth of a second, which a run off a terminal need not pay.
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar

    title_column, words_column = (
        TextColumn(text, markup=False) for text in ("{task.description}", "{task.fields[words]}")
    )
    console = Console(stderr=True)
    bar = Bar(
        title_column, BarColumn(), words_column, console=console, redirect_stdout=False
    )  # not ours to move to stderr
    bar.add_task(title, total=total, completed=already, words=words)
    return bar


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} min"
    return f"{round(seconds / 360) / 10:g} h"


def progress_of(config: dict) -> str:
    """`run.progress`, before anybody has checked the configuration."""
    run = config.get("run")
    return run.get("progress", "auto") if isinstance(run, dict) else "auto"
