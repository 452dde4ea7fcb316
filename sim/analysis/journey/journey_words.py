"""What happened to one person, in words: a row of the log, with what came before it, as half a sentence."""

from dataclasses import dataclass, field

from sim.analysis.journey.log_row import LogRow
from sim.analysis.words.groups import group_words
from sim.analysis.words.plain import plain, tidy
from sim.domain.pathway.routes import OTHERWISE, through
from sim.domain.people.person import STORY
from sim.domain.scenario import Scenario
from sim.domain.words import DETAILS, NEEDS, RETURN

WORSENED = tuple(f"worsened_to_{need}" for need in NEEDS)
_CALLS = ("called_urgent", "called_routine")
_FROM_LISTS = {
    "recovered": "recovered while waiting for {}, and left the list",
    "private": "went private while waiting for {}",
    "other": "taken off the list of {} for another reason",
    "discharged_after_missing": "discharged from {} after missing",
    "dropped_out": "left {} early",
    "gave_up": "gave up waiting at {}",
}
_VISITS = {
    "new": "seen by {}",
    "follow_up": "seen again by {}",
    "session": "contact with {}",
    "patient_initiated": "came back to {} by the open door",
    "side_contact": "asked {} again while waiting",
}
_DESKS = {"triage": "{} read the referral", "diagnostics": "had the test: {}"}
_DOORS = {
    "from_elsewhere": "came by another door (A&E, another clinic or a consultant) to {}",
    "induced": "asked for help, as it was easy to get: {}",
}


def label_of(scenario: Scenario, name: str) -> str:
    """A service as people call it."""
    service = scenario.pathway.services.get(name)
    return (tidy(service.label, 60) if service else "") or plain(name)


def days_words(days: float) -> str:
    """`the same day`, `1 day`, `12 days`."""
    return "the same day" if days == 0 else f"{days:.0f} day{'' if days == 1 else 's'}"


@dataclass
class Teller:
    """Tells one person's rows in their order; keeps what was told, since a move says little without it.

    `attended`, `missed`: service -> visits in the present stay there.
    """

    scenario: Scenario
    attended: dict[str, int] = field(default_factory=dict)
    missed: dict[str, int] = field(default_factory=dict)
    seen_on: dict[str, int] = field(default_factory=dict)

    def tell(self, row: LogRow, minutes: int | None) -> str:
        """Words of a row. `minutes`: how long a wait at a drop-in was that may end here."""
        day, service, event, detail, *_ = row
        label = label_of(self.scenario, service)
        after = "" if minutes is None else f" ({minutes} minute{'' if minutes == 1 else 's'} in the queue)"
        if event == "presented":
            return self._presented(detail, row.to)
        if event == "listed":
            return self._listed(service, label, detail)
        if event == "started":
            self._begin(service)
            return self._started(service, label, row.waited, after)
        if event == "attended":
            return self._attended(day, service, label, detail, row.waited)
        if event == "missed":
            self.missed[service] = self.missed.get(service, 0) + 1
            return f"missed {'a session' if detail == 'session' else 'an appointment'}: {label}"
        if event == "cancelled":
            return f"cancelled late, and was booked again: {label}"
        if event == "moved":
            return self._moved(day, service, label, detail, row.to, after)
        if event == "removed":
            return self._removed(service, label, detail, after)
        return self._resolved(day, service, label, detail, after)

    def _presented(self, detail: str, to: str) -> str:
        if not to:
            return "asked for help"
        usual = self.scenario.pathway.services[to].asked_words
        told = usual if STORY in self.scenario.demand.elsewhere else _DOORS.get(detail, usual)
        return told.format(label_of(self.scenario, to))

    def _listed(self, service: str, label: str, detail: str) -> str:
        self._begin(service)
        if detail == "starting_list":
            return f"was on the list of {label} when the run began"
        return f"put on the list of {label}"

    def _removed(self, service: str, label: str, detail: str, after: str) -> str:
        if detail == "recovered" and self.scenario.pathway.services[service].only_time:
            return f"recovered meanwhile: {label}"
        return _FROM_LISTS.get(detail, "left {} (" + _plain(detail) + ")").format(label) + after

    def _begin(self, service: str) -> None:
        self.attended[service] = self.missed[service] = 0

    def _started(self, service, label, waited, after) -> str:
        return self.scenario.pathway.services[service].started_words(label, days_words(waited) if waited else "", after)

    def _attended(self, day, service, label, detail, waited) -> str:
        settings = self.scenario.pathway.services[service]
        self.attended[service] = self.attended.get(service, 0) + 1
        self.seen_on[service] = day
        own = settings.seen_words(detail, self.attended[service] + self.missed.get(service, 0))
        if own is not None:
            return own.format(label)
        said = _VISITS.get(detail, "seen by {} (" + _plain(detail) + ")")
        if detail == "new" and (not settings.contact or settings.setting in _DESKS):
            said = _DESKS.get(settings.setting, "{} looked at the case")
        if detail == "new":
            return said.format(label) + (f" (waited {days_words(waited)})" if waited else "")
        return said.format(label)

    def _moved(self, day, service, label, detail, to, after) -> str:
        services, target = self.scenario.pathway.services, label_of(self.scenario, to)
        if detail in WORSENED:
            need = group_words(detail.removeprefix("worsened_to_")).removeprefix("people who ")
            return f"got worse while waiting for {label}; now {need.replace('need ', 'needs ', 1)}"
        if detail in _CALLS:
            return f"the referral was read by {label} and called {detail.removeprefix('called_')}"
        if detail == "test":
            return f"sent for a test first: {target}"
        if detail == "called_for_review":
            return f"called from the list of {label} to a review: {target}"
        rule, why = services[service].routes.get(detail), self._why(detail)
        if rule is not None and RETURN in rule.to and not any(to in through(services, place) for place in rule.to):
            return f"the result went back to {target}"
        if to == service:
            return f"further visits planned with {label}{why}"
        return f"{self._left(day, service, label, after)}: {target}{why}"

    def _left(self, day, service, label, after) -> str:
        """What comes before where a person goes: why they leave here."""
        if (own := self._own_leaving(service, label, after, over=False)) is not None:
            return own
        if self.missed.get(service) and self.seen_on.get(service) != day and not self.attended.get(service):
            return f"not booked again by {label} after missing; sent on"
        return f"sent on by {label}"

    def _own_leaving(self, service, label, after, over: bool) -> str | None:
        came, missed = self.attended.get(service, 0), self.missed.get(service, 0)
        return self.scenario.pathway.services[service].left_words(label, came, missed, after, over)

    def _resolved(self, day, service, label, detail, after) -> str:
        if (own := self._own_leaving(service, label, after, over=True)) is not None:
            return own
        if not self.attended.get(service) and self.missed.get(service):
            return f"discharged by {label} after missing; the episode is over"
        return f"discharged by {label}; the episode is over{self._why(detail)}"

    @staticmethod
    def _why(detail: str) -> str:
        return "" if detail == OTHERWISE or detail in DETAILS else f" (rule: {_plain(detail)})"


def _plain(detail: str) -> str:
    return tidy(detail.replace("_", " "), 60)
