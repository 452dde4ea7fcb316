"""A story, lived through in one pathway or two."""

from dataclasses import dataclass

from sim.analysis.journey.journey import Journey
from sim.analysis.journey.typical import middle
from sim.analysis.words.plain import tidy
from sim.app.studies.story.people import Person
from sim.domain.scenario import Scenario

LANES = ("As it is", "As it could be")
REACHED = (("first_contact", "Days to first contact"), ("definitive_care", "Days to definitive care"))


@dataclass(frozen=True)
class Story:
    """`lanes`: each scenario with its journeys by replication, the way it is first.

    `person`: None for a patient of the run, who has one replication only.
    """

    name: str
    person: Person | None
    lanes: tuple[tuple[Scenario, tuple[Journey, ...]], ...]
    notes: tuple[str, ...] = ()

    @property
    def shown(self) -> int:
        """The replication that is printed: the middle one by days to definitive care in the pathway as it is."""
        return middle(list(self.lanes[0][1]))

    def journeys(self) -> tuple[Journey, ...]:
        """The journey of that replication in each pathway."""
        return tuple(next(one for one in lived if one.replication == self.shown) for _, lived in self.lanes)

    def title(self, lane: int) -> str:
        """What stands over a pathway's part."""
        words = tidy(self.lanes[lane][0].title or self.lanes[lane][0].name, 80)
        return f"{LANES[lane]}: {words}" if len(self.lanes) == 2 else words
