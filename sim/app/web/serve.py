"""`mskflow web`: the planners' page, on this machine only."""

import logging
import socket
from pathlib import Path

from sim.app.configuration.files.folders import folder_named
from sim.app.configuration.files.shipped import cut
from sim.app.configuration.request import Request
from sim.domain.faults import Fault, ScenarioError

HOST, PORT = "127.0.0.1", 8765
_FLAGS = ("--port", "--config-dir")


def run(request: Request) -> int:
    """Serves until it is stopped; 0. Prints the address first. `ScenarioError` for words that it cannot use, or where
    the extra is not installed."""
    port, out, folders = _read(request.words)
    try:
        import uvicorn

        from sim.app.web.site import site
    except ModuleNotFoundError as error:
        what = f"{error.name} is not installed"
        raise ScenarioError([Fault("web", what, "pip install '.[web]' in a clone of mskflow")]) from None
    try:
        listening = socket.create_server((HOST, port))
    except OSError:
        raise ScenarioError([Fault("--port", f"{port} is taken", "choose another; 0 finds a free one")]) from None
    port = listening.getsockname()[1]
    from sim.app.web.desk import Desk

    logging.getLogger("python_multipart").setLevel(logging.CRITICAL)  # a form that is none is told on the page
    with listening:
        app = site(Desk(out, folders), port)
        config = uvicorn.Config(
            app,
            log_level="critical",
            access_log=False,
            timeout_graceful_shutdown=2,
            timeout_keep_alive=5,
            limit_concurrency=64,
            server_header=False,
            ws="none",
            lifespan="on",
        )
        print(f"mskflow web: http://{HOST}:{port}/ (results go to {out}; Ctrl-C ends it)", flush=True)
        uvicorn.Server(config).run(sockets=[listening])
    return 0


def _read(words: tuple[str, ...]) -> tuple[int, Path, tuple[str, ...]]:
    """(port, folder of results, folders with scenarios of the user's own)."""
    faults: list[Fault] = []
    port, out, folders, rest = PORT, "results", [], list(words)
    while rest:
        word = rest.pop(0)
        flag, equals, value = word.partition("=")
        if flag in _FLAGS and not equals:
            value = rest.pop(0) if rest else ""
        if flag == "--port":
            if value.isdecimal() and int(value) < 65_536:
                port = int(value)
            else:
                faults.append(Fault("--port", f"'{cut(value)}' is not a port", "a whole number; 0 finds a free one"))
        elif flag == "--config-dir":
            folders.append(value)
            if not Path(value).expanduser().is_dir():
                faults.append(Fault(flag, f"there is no folder '{cut(value)}'", "name a folder that holds scenarios/"))
        elif flag == "out" and equals:
            out = folder_named(value, "out", faults)
        elif word != "--debug":
            right = "write: mskflow web [--port N] [--config-dir DIR] [out=DIR]"
            faults.append(Fault(cut(word), "web does not use it", right))
    if faults:
        raise ScenarioError(faults)
    return port, Path(out), tuple(str(Path(one).expanduser()) for one in folders)
