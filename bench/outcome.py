"""What every model hands back, worked out the same way, outside the time that is measured."""

from collections.abc import Iterable

from bench.pathway import SERVICES


def outcome(
    model: str,
    days: int,
    cpu_seconds: float,
    new_visits: Iterable[tuple[str, float]],
    follow_up_visits: Iterable[str] = (),
) -> dict:
    """Visits by service, mean wait for a new visit, and visits per CPU second.

    `new_visits` are (service, days waited) for each first visit, `follow_up_visits` the
    services of the others. Waits are of people seen: enough to tell whether models agree
    where lists are short; not the way to report waits in earnest, since who still waits
    is left out.
    """
    first = dict.fromkeys(SERVICES, 0)
    waited = dict.fromkeys(SERVICES, 0.0)
    for service, wait in new_visits:
        first[service] += 1
        waited[service] += wait
    visits = dict(first)
    for service in follow_up_visits:
        visits[service] += 1
    total = sum(visits.values())
    return {
        "model": model,
        "days": days,
        "visits": total,
        "cpu_seconds": cpu_seconds,
        "visits_per_cpu_second": total / cpu_seconds,
        "visits_by_service": visits,
        "mean_waits": {s: waited[s] / first[s] if first[s] else 0.0 for s in SERVICES},
    }


def one_line(result: dict) -> str:
    """The result for a terminal."""
    waits = ", ".join(f"{s} {w:.1f}" for s, w in result["mean_waits"].items())
    return (
        f"{result['model']}: {result['visits']:,} visits in {result['days']} days, "
        f"{result['cpu_seconds']:.1f} CPU s, {result['visits_per_cpu_second']:,.0f} visits "
        f"per CPU s; mean wait in days: {waits}"
    )
