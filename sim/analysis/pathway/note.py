"""What a reader of the picture needs to be told: what arrows and marks mean, and what is not drawn."""

from sim.analysis.pathway.service_words import ACCESS
from sim.analysis.pathway.shown import LARGE, SMALL
from sim.domain.pathway.ways import rule_maps
from sim.domain.scenario import Scenario


def note_of(scenario: Scenario, hidden: int) -> list[str]:
    """Lines; `hidden`: how many ways are not drawn."""
    services = scenario.pathway.services.values()
    lines = [
        "Thicker: more people. At an arrow: the typical share of those who leave the service; in brackets from "
        "the least to the most, by need and other facts. ↻ follow-ups in a course. ✓ the episode ends."
    ]
    if any(one.referrals_through for one in services):
        lines.append(f"{ACCESS} Primary care refers here through the single point of access: its arrow goes there.")
    asked = [
        rule.only_while for _, _, rules in rule_maps(scenario.pathway) for rule in rules.values() if rule.only_while
    ]
    if not all(one.dated for one in asked):
        lines.append("Some rules hold only while a list is long: they count in the brackets, not in the typical share.")
    if any(one.dated for one in asked):
        lines.append(
            "Some rules begin or end on a date: the typical share is of the whole run, the brackets have each side."
        )
    if any(one.rtt != "none" for one in services):
        lines.append(
            "RTT: where the referral-to-treatment clock starts, starts only if people are sent on to a "
            "consultant, or stops."
        )
    small = (
        f" {hidden} {'way' if hidden == 1 else 'ways'} that under {SMALL:.0%} of those who leave a service take "
        f"(and under {LARGE:.0%} of those who arrive);"
        if hidden
        else ""
    )
    return [*lines, f"Not drawn:{small} people who leave a waiting list unseen."]
