"""What `mskflow check` says: offered load against capacity, before running."""

from collections.abc import Sequence

from sim.analysis.reading.measured import FollowUpLoad, ServiceLoad
from sim.app.pages.document import TIGHT, WARNING, WORSE, Cell, Column, Document, Sentence, Table, numbers, sentences
from sim.domain.people.demand import Start
from sim.domain.people.starting import longest_band
from sim.domain.scenario import Scenario

_MARKS = {"more than it can do": WORSE, "tight": TIGHT}
_READ = (
    "Minutes a week where staff give the capacity, slots where slots are given; of a caseload, places at a time. "
    "Nobody waits in this reckoning, so nobody leaves a list either."
)


def load_in_short(
    scenario: Scenario,
    loads: Sequence[ServiceLoad],
    behind: Sequence[FollowUpLoad] = (),
    idle: Sequence[str] = (),
    about: tuple[str, Sequence[str]] = ("", ()),
) -> Document:
    """With a warning where demand is more than a service can do. `behind`: services whose follow-ups need more than
    their share; `idle`: what no service uses; `about`: whose people, lists and staff these are, and what of them does
    not belong together."""
    over = [one.label for one in loads if one.load_share > 1]
    more = (
        f"Warning: more demand than {', '.join(over)} can do, if everybody got there at once: a list there grows until "
        "people leave it, unless a service before it holds them back, and then they wait there."
    )
    unused = (
        f"No service uses {', '.join(idle)}: a price paid for what is modelled otherwise, or a slip. Staff are paid "
        "all the same."
    )
    return Document(
        blocks=(
            *sentences(f"{about[0]}." if about[0] else ""),
            *sentences(*(f"Warning: {one}" for one in about[1]), role=WARNING),
            Sentence("The configuration holds together: no fault."),
            Table(
                f"{scenario.title or scenario.name}: load against capacity, before running",
                (Column("Service"), numbers("Needed a week"), numbers("There is"), numbers("Load"), Column("")),
                tuple(_row(row) for row in loads),
            ),
            Sentence(_READ),
            *sentences(_last_bands(scenario.start)),
            *sentences(more if len(over) else "", role=WARNING),
            *sentences(_behind(behind) if behind else "", role=WARNING),
            *sentences(unused if idle else ""),
        )
    )


def _last_bands(start: Start) -> str:
    """How long those have waited who have waited longest, of each starting list."""
    if start.kind != "lists":
        return ""
    each = [(name, one.unit, *longest_band(one)) for name, one in start.lists.items()]
    last = ", ".join(f"{name} {low:g} to {high:g} {unit}" for name, unit, low, high in each)
    return f"How far the last bands of the starting lists reach: {last}."


def _behind(behind: Sequence[FollowUpLoad]) -> str:
    """Where follow-ups will be overdue, and by how much they outgrow what is kept for them."""
    each = "; ".join(f"{one.label} {one.asked_share:.0%}, kept {one.kept_share:.0%}" for one in behind)
    return (
        "Warning: follow-ups are a larger share of what is asked than follow_ups_first_share keeps for them, so they "
        f"fall behind while people wait for a first visit: {each}."
    )


def _row(row: ServiceLoad) -> tuple[str | Cell, ...]:
    verdict = Cell(row.verdict, _MARKS.get(row.verdict, ""))
    return row.label, f"{row.load_a_week:,.0f}", f"{row.capacity_a_week:,.0f}", f"{row.load_share:.0%}", verdict
