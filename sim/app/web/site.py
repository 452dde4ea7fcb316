"""The addresses, and what is answered at each: Starlette, and every page made here from Jinja2's templates."""

import contextlib
from collections.abc import AsyncIterator
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from sim.app.web.desk import Desk
from sim.app.web.errand import MOST_REPLICATIONS, NUMBERS, OPTIONS, REPORT, errand
from sim.app.web.guard import PLACE, REPORT_POLICY, UPLOAD, Guard
from sim.app.web.option import Option, compare_address, option_in, option_of, pairs_of
from sim.app.web.pages import Pages
from sim.app.web.place import Sent, empty_workbook, make_place
from sim.domain.faults import Fault, ScenarioError

REPLICATIONS = 8
SHOWN = (".html", ".svg")
"""Files of a results folder that a browser shows; others it keeps."""
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORM = {"max_files": 12, "max_fields": 1_000, "max_part_size": 400_000}

_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#0b4f8a"/>'
    '<path d="M3 4h10M3 8h7M3 12h4" stroke="#fff" stroke-width="2"/></svg>'
)
"""Waits that get shorter, for the browser's tab."""


def site(desk: Desk, port: int) -> Starlette:
    """The application; its workers start and end with it."""
    asked = _Site(desk)

    @contextlib.asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        desk.start()
        try:
            yield
        finally:
            await run_in_threadpool(desk.close)

    gets = {
        "/": asked.start,
        "/option": asked.option,
        "/load": asked.load,
        "/compare": asked.compare,
        "/scenario.yaml": asked.file,
        "/place.xlsx": asked.workbook,
        "/my_place.xlsx": asked.book,
        "/understood": asked.understood,
        "/work": asked.works,
        "/work/{id}": asked.work,
        "/results/{scenario}/{folder}/{name}": asked.result,
        "/style.css": asked.style,
        "/icon.svg": asked.icon,
        "/page.js": asked.script,
    }
    posts = {
        "/option": asked.typed,
        "/keep": asked.keep,
        "/forget": asked.forget,
        UPLOAD: asked.upload,
        PLACE: asked.place,
        "/work": asked.begin,
        "/work/{id}/{what}": asked.change,
    }
    routes = [Route(path, _told(asked, answer), methods=["GET"]) for path, answer in gets.items()]
    routes += [Route(path, _told_post(asked, answer), methods=["POST"]) for path, answer in posts.items()]
    handlers = {404: asked.nowhere, 405: asked.nowhere, Exception: asked.broken}
    guard = Middleware(Guard, port=lambda: port)
    return Starlette(routes=routes, middleware=[guard], exception_handlers=handlers, lifespan=life)


def _told(asked: "_Site", answer):
    """What a page answers, or the faults that kept it from that, as a page."""

    async def told(request: Request) -> Response:
        try:
            return await run_in_threadpool(answer, request)
        except ScenarioError as error:
            return asked.faulty(error)

    return told


def _told_post(asked: "_Site", answer):
    async def told(request: Request) -> Response:
        try:
            form = await request.form(**_FORM)
        except Exception:  # of the parser: whatever was sent is no form
            return asked.faulty(ScenarioError([Fault("form", "it cannot be read", "send the form of the page")]))
        try:
            sent = [Sent(one.filename or "", one.file) for one in form.getlist("file") if hasattr(one, "file")]
            pairs = [(key, value) for key, value in form.multi_items() if isinstance(value, str)]
            return await run_in_threadpool(answer, request, pairs, [one for one in sent if one.name])
        except ScenarioError as error:
            return asked.faulty(error)
        finally:
            await form.close()

    return told


def _see(address: str) -> Response:
    return RedirectResponse(address, status_code=303)


class _Site:
    """The answers, each in a thread of its own."""

    def __init__(self, desk: Desk):
        self.desk, self.pages = desk, Pages(desk)

    def start(self, request: Request) -> Response:
        return HTMLResponse(self.pages.start())

    def option(self, request: Request) -> Response:
        """The form with an option in it."""
        pairs = pairs_of(request.url.query)
        more = dict(pairs)
        option = self.desk.tidy(option_in(pairs))
        return HTMLResponse(self.pages.option(option, more.get("q", "").strip()[:80], "load" in more))

    def load(self, request: Request) -> Response:
        """The table of load alone, for the page to put in its place."""
        return HTMLResponse(self.pages.load(self.desk.tidy(option_in(pairs_of(request.url.query)))))

    def compare(self, request: Request) -> Response:
        """Options side by side; what was chosen by name becomes a link in which all values stand."""
        pairs = pairs_of(request.url.query)
        said, kept = dict(pairs), self.desk.kept()
        names = [value for key, value in pairs if key == "keep" and value in kept]
        options = [option_of(value) for key, value in pairs if key == "option"] + [kept[name] for name in names]
        if not options:
            right = "tick two or three of those that are kept, or make one"
            raise ScenarioError([Fault("compare", "no option is chosen", right)])
        options = list(dict.fromkeys(options))
        today = option_of(said["today"]) if said.get("today") else self.desk.today_of(options[0])
        if said.get("with"):
            today = Option(said["with"], "", options[0].shared)
        if names or said.get("with") or not said.get("today"):
            return _see(compare_address(today, options))
        return HTMLResponse(self.pages.compare(today, tuple(options), "load" in said))

    def file(self, request: Request) -> Response:
        option = self.desk.tidy(option_in(pairs_of(request.url.query)))
        text = self.desk.file(option, self.desk.today_of(option))
        headers = {"content-disposition": 'attachment; filename="scenario.yaml"'}
        return PlainTextResponse(text, headers=headers, media_type="application/yaml")

    def workbook(self, request: Request) -> Response:
        headers = {"content-disposition": 'attachment; filename="place.xlsx"'}
        return Response(empty_workbook(), headers=headers, media_type=_XLSX)

    def book(self, request: Request) -> Response:
        """An option as a workbook, to be filled in as one's own place."""
        data = self.desk.book(self.desk.tidy(option_in(pairs_of(request.url.query))))
        headers = {"content-disposition": 'attachment; filename="my_place.xlsx"'}
        return Response(data, headers=headers, media_type=_XLSX)

    def understood(self, request: Request) -> Response:
        """What was understood of an uploaded workbook: of its values none stands in the address."""
        return HTMLResponse(self.pages.understood(dict(pairs_of(request.url.query)).get("scenario", "")))

    def works(self, request: Request) -> Response:
        return HTMLResponse(self.pages.works())

    def work(self, request: Request) -> Response:
        one = self.desk.errands.get(request.path_params["id"])
        return self.nowhere(request) if one is None else HTMLResponse(self.pages.work(one, "hold" in request.url.query))

    def result(self, request: Request) -> Response:
        path = self.desk.result_file(*(request.path_params[key] for key in ("scenario", "folder", "name")))
        if path is None:
            return self.nowhere(request)
        name = None if path.suffix in SHOWN else path.name  # to be kept: a browser shows no PDF in a sandbox
        return FileResponse(path, headers={"content-security-policy": REPORT_POLICY}, filename=name)

    def style(self, request: Request) -> Response:
        return Response(self.pages.style, media_type="text/css")

    def icon(self, request: Request) -> Response:
        return Response(_ICON, media_type="image/svg+xml")

    def script(self, request: Request) -> Response:
        return Response(self.pages.script, media_type="text/javascript")

    # --- what is sent ---------------------------------------------------------------------------------------

    def typed(self, request: Request, pairs, sent: list[Sent]) -> Response:
        """The form as it was typed becomes an address in which only what is changed stands."""
        more = dict(pairs)
        option = self.desk.tidy(option_in(pairs))
        words = [("q", more["q"].strip()[:80])] if more.get("q", "").strip() else []
        extra = urlencode([*words, *([("load", "1")] if "find" not in more else [])])
        to = "#found" if "find" in more else "#next"
        return _see(f"/option?{option.query}{'&' if extra else ''}{extra}{to}")

    def keep(self, request: Request, pairs, sent: list[Sent]) -> Response:
        said = dict(pairs)
        option = option_of(said.get("option", ""))
        option = self.desk.tidy(
            Option(option.scenario, said.get("name", "").strip()[:60] or option.name, option.values)
        )
        self.desk.scenario(option)
        self.desk.keep(option)
        return _see("/#kept")

    def forget(self, request: Request, pairs, sent: list[Sent]) -> Response:
        self.desk.forget(dict(pairs).get("name", ""))
        return _see("/#kept")

    def upload(self, request: Request, pairs, sent: list[Sent]) -> Response:
        if not sent:
            raise ScenarioError([Fault("file", "is missing", "choose a workbook or a scenario file first")])
        name, is_book = self.desk.keep_file(sent[0])
        return _see(f"/{'understood' if is_book else 'option'}?{Option(name).query}")

    def place(self, request: Request, pairs, sent: list[Sent]) -> Response:
        """A place from published files, a workbook or a system's export; what was understood is shown."""
        found = make_place(self.desk.scenarios.places, dict(pairs), sent)
        return HTMLResponse(self.pages.place(found))

    def begin(self, request: Request, pairs, sent: list[Sent]) -> Response:
        """Asks for numbers, or for a whole report."""
        said = dict(pairs)
        options = tuple(self.desk.tidy(option_of(value)) for key, value in pairs if key == "option")
        if not options:
            raise ScenarioError([Fault("option", "is missing", "begin at the form")])
        today = option_of(said["today"]) if said.get("today") else self.desk.today_of(options[0])
        kind = said.get("kind") if said.get("kind") in (REPORT, OPTIONS) else NUMBERS
        self.desk.together(today, options[:1] if kind == REPORT else options)
        count = said.get("replications", "")
        replications = min(int(count), MOST_REPLICATIONS) if count.isdecimal() and int(count or 0) else REPLICATIONS
        one = errand(kind, today, options, replications)
        self.desk.errands.add(one)
        return _see(f"/work/{one.id}")

    def change(self, request: Request, pairs, sent: list[Sent]) -> Response:
        one = self.desk.errands.get(request.path_params["id"])
        what = {"stop": self.desk.errands.stop, "again": self.desk.errands.go_on}.get(request.path_params["what"])
        if one is None or what is None:
            return self.nowhere(request)
        what(one.id)
        return _see(f"/work/{one.id}")

    # --- what went wrong ------------------------------------------------------------------------------------

    def faulty(self, error: ScenarioError) -> Response:
        return HTMLResponse(self.pages.faulty(error.faults), status_code=422)

    def nowhere(self, request: Request, error: Exception | None = None) -> Response:
        fault = Fault("address", "there is no such page", "begin at the start page")
        return HTMLResponse(self.pages.faulty([fault]), status_code=404)

    def broken(self, request: Request, error: Exception) -> Response:
        fault = Fault("mskflow", f"a defect of mskflow: {type(error).__name__}", "go back, and try another way")
        return HTMLResponse(self.pages.faulty([fault]), status_code=500)
