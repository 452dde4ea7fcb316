"""Generalists: each morning their time goes to those of their clinics that have work waiting."""

from math import fsum

from sim.domain.staff.job_plan import PooledTime
from sim.engine.moments import MORNING
from sim.engine.shapes import Process
from sim.engine.world import World


def share_out(pool: PooledTime, world: World) -> Process:
    """The SimPy process of one staff group's generalists.

    Work waiting is minutes of visits to people who may be called today, beyond the clinic's own time. Where there is
    more work than time, each clinic gets its part of the work; what is left over goes by the job plan's shares of the
    day.
    No clinic gets more than its rooms hold: what none of them has a room for is lost.
    """
    clinics = {name: world.services[name] for name in pool.shares}
    shares, most = ({name: days.tolist() for name, days in of.items()} for of in (pool.shares, pool.most))
    yield world.env.timeout(MORNING)
    for day, minutes in enumerate(pool.minutes.tolist()):
        here = [name for name, one in clinics.items() if shares[name][day] > 0 and one.is_open(day)]
        if minutes > 0 and here:
            work = {
                name: min(clinics[name].work_beyond_its_own(day) / pool.speed[name], most[name][day]) for name in here
            }
            for name, time in parts(
                minutes, work, {n: shares[n][day] for n in here}, {n: most[n][day] for n in here}
            ).items():
                clinics[name].time.minutes[day] += time * pool.speed[name]
        yield world.env.timeout(1)


def parts(minutes: float, work: dict[str, float], shares: dict[str, float], most: dict[str, float]) -> dict[str, float]:
    """name -> its part of `minutes`: first by `work` (at most `most`), then by `shares` up to `most`."""
    asked = fsum(work.values())
    if asked >= minutes:
        return {name: minutes * part / asked for name, part in work.items()}
    given, left = dict(work), minutes - asked
    roomy = [name for name in given if given[name] < most[name]]
    while left > 0 and roomy:
        whole, more = fsum(shares[name] for name in roomy), dict.fromkeys(roomy, 0.0)
        for name in roomy:
            more[name] = min(left * shares[name] / whole, most[name] - given[name])
            given[name] += more[name]
        full = [name for name in roomy if given[name] >= most[name]]
        left = left - fsum(more.values()) if full else 0.0
        roomy = [name for name in roomy if name not in full]
    return given
