"""A row of the log of one person, in the log's own words."""

from typing import NamedTuple


class LogRow(NamedTuple):
    """`to`: where a move goes; `since`: the day on which the wait began that may end here; `minute` of the day, -1 if
    not known."""

    day: int
    service: str
    event: str
    detail: str
    to: str = ""
    since: int = 0
    minute: int = -1

    @property
    def waited(self) -> int:
        """Days since the wait began that may end here."""
        return self.day - self.since

    @property
    def ends_episode(self) -> bool:
        return self.event in ("removed", "resolved")

    @property
    def goes_elsewhere(self) -> bool:
        return self.event == "moved" and self.to != self.service
