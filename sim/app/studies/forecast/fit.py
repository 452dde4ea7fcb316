"""`mskflow fit NAME`: what the published months of a place say of its lists, with intervals, and of its staff."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
import yaml

from sim.analysis.forecast.divided import Divided, divided
from sim.analysis.forecast.events import past
from sim.analysis.forecast.fitted import Fitted, fitted
from sim.analysis.forecast.starts import Joiners
from sim.app.configuration.request import Request
from sim.app.pages.document import Bullets, Column, CommandLine, Document, Section, Sentence, Table, numbers
from sim.app.pages.markdown import markdown_of
from sim.app.pages.terminal import to_terminal
from sim.app.studies.forecast.asked import ForecastAsked, asked
from sim.app.studies.forecast.forecast import write
from sim.app.studies.forecast.held import MOST_LIKE, Held, holds, today
from sim.app.studies.forecast.months import lists_of, short_of
from sim.domain.pathway.kinds.clinic import ClinicSettings
from sim.domain.people.published import ENGLAND

LEAST_CHANCE = 0.01

NEVER = (
    "first visits apart from follow-ups, and so how many visits a clinic stop took",
    "when an admission was decided, and so the chances at the theatre by its own weeks",
    "who recovered, went private, moved or died among those who left with no clock stop",
    "what those who wait need; the work of GPs, FCPs, triage and groups: these keep their evidence, scaled",
    "appointments missed, unless a file of the place tells them",
)


def run(request: Request) -> int:
    """Writes fit.yaml, fit_report.md and a mechanism with the fitted settings into the place's folder; prints; 0."""
    ask = asked("fit", request.words)
    found = {}
    for key, months in lists_of(ask).items():
        mine = [event for event in ask.events if event.list in ("", key[0])]
        found[key] = fitted(months, past(mine, [month.name for month in months]))
    parts = {key: divided(fit) for key, fit in found.items()}
    held = holds(ask, found)
    name = ask.folder.name
    page = document_of(ask, found, parts, held)
    files = {
        "fit.yaml": _rows(found, parts),
        "fit_report.md": markdown_of(page),
        f"mechanisms/{name}/fitted.yaml": _mechanism(name, parts, today(ask).pathway.services),
    }
    write(ask.folder, files)
    to_terminal(page)
    return 0


def document_of(
    ask: ForecastAsked,
    found: dict[tuple[str, str], Fitted],
    parts: dict[tuple[str, str], Divided],
    held: Sequence[Held],
) -> Document:
    """What is told, on the terminal and in fit_report.md."""
    name = ask.folder.name
    short = [f"{one.name} of {one.whose}" for one in short_of(ask)]
    sections = [
        *(Section(f"{key[0]}_{key[1]}", _title(key), tuple(_of_list(fit, parts[key]))) for key, fit in found.items()),
        Section("staff", "Staff in post, and what the lists say that they deliver", tuple(_staff(held))),
        Section("never", "What published files cannot say", (Bullets(NEVER),)),
    ]
    if short:
        sections.insert(-1, Section("few", "Too few months to fit", (Bullets(tuple(short)),)))
    use = CommandLine(f"mskflow run {name} 'mechanisms=[{name}/fitted]'")
    first = Sentence(
        f"Written: {name}/fit.yaml, fit_report.md, mechanisms/{name}/fitted.yaml, which is switched on by:"
    )
    return Document(f"{name}: what its published lists say", (first, use), tuple(sections))


def _title(key: tuple[str, str]) -> str:
    return f"{key[0]}, {'England' if key[1] == ENGLAND else key[1]}"


def _of_list(fit: Fitted, part: Divided) -> Iterator[Sentence | Table]:
    months = fit.months
    joins, shown = Joiners.of(fit), " (fitted, since nobody publishes them)" if months[-1].starts is None else ""
    off = 1.96 * joins.spread * joins.a_day / np.sqrt(fit.counted)
    words = (
        f"{months[0].name} to {months[-1].name}: {joins.a_day:,.1f} start a working day{shown} "
        f"({joins.a_day - off:,.1f} to {joins.a_day + off:,.1f})"
    )
    if months[-1].stops is not None:
        a_day = np.array([month.stops.sum() / month.working.sum() for month in months[1:]])
        words += f", {np.average(a_day, weights=fit.weights):,.1f} leave with a clock stop"
    trend = float(np.average(fit.moving, weights=np.maximum(fit.leaving, 1e-9)))
    words += f"; starts move by {100 * joins.moving:+.1f}% a month, rates of leaving by {100 * trend:+.1f}%"
    season = "the season is fitted" if (joins.season != 1).any() else "too few months for a season"
    yield Sentence(f"{words}; {season}.")
    if fit.left_out:
        yield Sentence(f"Left out, since the list jumped as no rate makes it: {', '.join(fit.left_out)}.")
    yield _by_weeks(part)


def _by_weeks(part: Divided) -> Table:
    chances, called, removed = part.chances, part.ends("called"), part.ends("removed")
    rows = []
    for k, weeks in enumerate(chances.weeks):
        share = part.rates.stopped
        rows.append(
            (
                f"{weeks:.3g}",
                f"{5 * round(chances.people[k] / 5):,}",  # lists of a system's export are told so too
                f"{chances.called[k]:.2f}",
                f"{called[0][k]:.2f} to {called[1][k]:.2f}",
                "not told" if share is None else f"{100 * chances.removed[k]:.2f}",
                "" if share is None else f"{100 * removed[0][k]:.2f} to {100 * removed[1][k]:.2f}",
            )
        )
    columns = ("people", "chance of being called", "95%", "removed, % a week", "95% ")
    return Table("By weeks waited", (Column("from week"), *map(numbers, columns)), tuple(rows))


def _staff(held: Sequence[Held]) -> Iterator[Sentence | Table]:
    if not held:
        yield Sentence("No list of the place's own names a clinic of its pathway and tells its stops.")
        return
    rows = [
        (
            one.label,
            f"{one.wte:.1f}",
            f"{one.holds:.0f}",
            f"{one.delivered:.0f}",
            f"{100 * one.share:.0f}%",
            one.verdict,
        )
        for one in held
    ]
    columns = ("WTE in post", "first visits a week that they hold", "stops a week", "of it", "")
    yield Table("Per week, the place's part", (Column("clinic"), *map(numbers, columns[:-1]), Column("")), tuple(rows))
    yield Sentence(
        "Each stop ends a wait that had one first visit, near balance; a job plan's time for first visits is what "
        f"follow-ups leave. Within {100 * MOST_LIKE:.0f}% is called alike. Put your own head count into "
        "workforce/ and run this again."
    )


def _rows(found: dict[tuple[str, str], Fitted], parts: dict[tuple[str, str], Divided]) -> str:
    """Rows in the form of conf/evidence.yaml."""
    rows = {}
    for key, fit in found.items():
        name, when = "_".join(key).lower(), f"{fit.months[0].name} to {fit.months[-1].name}"
        joins, part = Joiners.of(fit), parts[key]
        off = 1.96 * joins.spread * joins.a_day / np.sqrt(fit.counted)
        about = {"source": f"published lists, {_title(key)}; fitted by mskflow fit", "year": when, "status": "derived"}
        rows[f"{name}_starts"] = _row(joins.a_day, joins.a_day - off, joins.a_day + off, "people_a_working_day", about)
        whats = ("called",) if part.rates.stopped is None else ("called", "removed")
        for what in whats:
            values = getattr(part.chances, what)
            low, high = part.ends(what)
            unit = "relative_chance" if what == "called" else "share_a_week"
            ends = np.minimum(low, values), np.maximum(high, values)
            maps = [_map(part.weeks, one) for one in (values, *ends)]
            rows[f"{name}_{what}_by_weeks_waited"] = {
                "value": maps[0],
                "unit": unit,
                "low": maps[1],
                "high": maps[2],
                **about,
            }
    return yaml.safe_dump(rows, sort_keys=False, default_flow_style=None, width=120, allow_unicode=True)


def _row(value: float, low: float, high: float, unit: str, about: dict[str, str]) -> dict[str, object]:
    numbers_ = (round(float(one), 3) for one in (value, low, high))
    return {**dict(zip(("value", "low", "high"), numbers_)), "unit": unit, **about}


def _map(weeks: np.ndarray, values: np.ndarray) -> dict[str, float]:
    """Whole weeks from which -> value; two steps of one week are the later."""
    return {f"{round(week)}": round(float(value), 4) for week, value in zip(weeks, values)}


def _over(there: Iterable[str], values: dict[str, float]) -> dict[str, float]:
    """`values` at the weeks of those that are `there` too: settings are laid over them key by key."""
    weeks = sorted({*map(float, there), *map(float, values)})
    first = sorted(map(float, values))
    return {f"{week:g}": values[f"{max(one for one in first if one <= week):g}"] for week in weeks}


def _mechanism(name: str, parts: dict[tuple[str, str], Divided], clinics: Mapping[str, object]) -> str:
    """Settings of the clinics whose lists are the place's own (England's where it has none)."""
    services: dict[str, dict[str, object]] = {}
    for (what, _), part in sorted(parts.items(), key=lambda item: item[0][1] != ENGLAND):
        service = "physiotherapy" if what == "community" else what
        clinic = clinics.get(service)
        if not isinstance(clinic, ClinicSettings):
            continue
        called = _map(part.weeks, np.maximum(part.chances.called, LEAST_CHANCE))
        services[service] = {
            "order": "by_weeks_waited",
            "called_by_weeks_waited": _over(clinic.called_by_weeks_waited, called),
        }
        if part.rates.stopped is not None:
            removed = _map(part.weeks, part.chances.removed)
            services[service]["removed_share_by_weeks_waited"] = _over(clinic.removed_share_by_weeks_waited, removed)
    body = {
        "title": f"{name}: who is called and removed, as its published lists say",
        "pathway": {"services": services},
    }
    about = "# Made by mskflow fit; fit.yaml has the intervals. Removed are all who leave with no clock stop.\n"
    return "# @package _global_\n" + about + yaml.safe_dump(body, sort_keys=False, width=200)
