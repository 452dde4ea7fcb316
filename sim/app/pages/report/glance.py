"""The first screen, which prints on one sheet: the answer, the numbers side by side, one picture, who gains and who
loses, and what would overturn it.
"""

from collections.abc import Iterator

from sim.analysis.figures.values import differences, levels, longer_than, pathways, shown_group
from sim.analysis.reading.tables import Study
from sim.analysis.words.answers import FREED
from sim.analysis.words.labels import about, tidy
from sim.app.pages.document import FIRST, GLANCE, Block, Bullets, Figure, Section, Sentence, Table
from sim.app.pages.report.answers import answers
from sim.app.pages.report.parts import heads, row
from sim.app.pages.report.sceptic import COUNTED, box
from sim.app.pages.report.sentences import lead

FEW = (
    "had_needed_care_within_18_weeks_share",
    "days_to_definitive_care_median",
    "days_to_first_contact_median",
    "hospital_no_outcome_share",
    "gp_appointments_per_1000",
    "staff_cost",
)
"""What stands in the table where there are no answers side by side."""
PICTURES = ("waits_by_service", "lists_over_time")
"""The first of these that could be drawn."""
_LONGEST = 200
_OVERTURNS = "This would overturn it."


def glance(study: Study, drawn: dict[str, Figure]) -> Section:
    """The section; `drawn`: the figures by name."""
    first = next(iter(lead(study)), "The study has no headline indicator to tell.")
    blocks: list[Block] = [Sentence(first, FIRST)]
    table = _short(answers(study)) or _few(study)
    if table is not None:
        blocks.append(table)
    if (name := picture(drawn)) is not None:
        blocks.append(drawn[name])
    if lines := tuple(_lines(study)):
        blocks.append(Bullets(lines))
    return Section("glance", "At a glance", tuple(blocks), look=GLANCE)


def picture(drawn: dict[str, Figure]) -> str | None:
    """The name of the one figure here; it stands nowhere else."""
    return next((name for name in PICTURES if name in drawn), None)


def _short(table: Table | None) -> Table | None:
    """The answers without their small print and without what GP time comes to in other units."""
    if table is None:
        return None
    left_out = {one.words for name, one in FREED.items() if name != "gp_appointments_freed"}
    rows = tuple(one for one in table.rows if str(one[0]).removesuffix(", a year") not in left_out)
    return Table(table.caption, table.columns, rows)


def _few(study: Study) -> Table | None:
    found, gaps = longer_than(study) | levels(study, FEW), differences(study, FEW)
    rows = []
    for kpi in FEW:
        group = shown_group(study, kpi)
        here = {s: found.get((s, kpi, group)) for s in pathways(study)}
        if any(here.values()):
            rows.append(row(study, about(kpi).words, kpi, here, gaps.get((kpi, group)), about(kpi).unit))
    return Table("In six numbers", heads(study, "Indicator"), tuple(rows)) if rows else None


def _lines(study: Study) -> Iterator[str]:
    """Who gains least, who waits longer, what would overturn it: a line each."""
    asked = {one.question: one for one in box(study)}
    least, longer = asked.get("Who gains least?"), asked.get("Who waits longer?")
    if least is not None and least.answers:
        said = least.answers[0].removeprefix(f"{COUNTED} ")
        yield f"Who gains, who loses: {tidy(said, _LONGEST)}"
    if longer is not None and longer.points and len(longer.points) > 1:
        yield f"Who waits longer: {tidy(longer.points[0], _LONGEST)}"
    told = [tidy(one, _LONGEST) for one in study.meta.get("overturns") or ()]
    if told:
        turns = [one for one in told if one.endswith(_OVERTURNS)]
        yield turns[0] if turns else "None of the assumptions that this run has moved would overturn it."
