"""The first screen, which prints on one sheet: the answer, the numbers side by side, one picture, who gains and who
loses, and what would overturn it.
"""

from collections.abc import Iterator

from sim.analysis.figures.values import Difference, differences, levels, longer_than, pathways, shown_group
from sim.analysis.reading.tables import Study
from sim.analysis.words.amounts import amount
from sim.analysis.words.answers import FREED
from sim.analysis.words.indicator import about
from sim.analysis.words.plain import tidy
from sim.app.pages.document import BETTER, FIRST, GLANCE, WORSE, Block, Bullets, Figure, Section, Sentence, Table
from sim.app.pages.report.answers import answers
from sim.app.pages.report.parts import heads, row
from sim.app.pages.report.sceptic import extremes, least_words, longer_waits, most_words, waited
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


def glance(study: Study, drawn: dict[str, Figure], ranges: bool = True) -> Section:
    """The section; `drawn`: the figures by name; `ranges`: whether answers side by side have theirs."""
    first = next(iter(lead(study)), "The study has no headline indicator to tell.")
    blocks: list[Block] = [Sentence(first, FIRST)]
    table = _short(answers(study, ranges)) or _few(study)
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
    if found := extremes(study):
        kind, worst, best = next((one for one in found if one[1].verdict() == WORSE), found[0])
        most = f" ({_both(best)})" if best.verdict() == BETTER else ""
        yield (
            f"Who gains, who loses: by {kind}, {least_words(kind, worst, best)} ({_both(worst)} have the care they "
            f"need within 18 weeks); {most_words(kind, best)}{most}."
        )
    if longer := longer_waits(study):
        who, gaps = next(iter(longer.items()))
        more = len(longer) - 1
        others = f", and {more} other{'s' * (more > 1)}" if more else ""
        yield f"Who waits longer: {who} ({waited(study, gaps[0], brief=True)}){others}."
    elif study.baseline:
        yield "Who waits longer: nobody, that we can tell from chance."
    told = [tidy(one, _LONGEST) for one in study.meta.get("overturns") or ()]
    if told:
        turns = [one for one in told if one.endswith(_OVERTURNS)]
        yield turns[0] if turns else "None of the assumptions that were moved would overturn it."


def _both(gap: Difference) -> str:
    """`27.0% instead of 22.0%`."""
    return f"{amount(gap.kpi, gap.scenario)} instead of {amount(gap.kpi, gap.baseline)}"
