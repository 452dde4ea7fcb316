"""The benchmark pathway, stated once so that every simulator runs the same one.

Made for timing, not evidence: the shares are round numbers chosen so that 1.02 of every
service's load is a whole number of slots a clinic day (within 0.2%), which spares the
models a rule for part slots. There are ways back (orthopaedics to GP, physiotherapy to
triage), so the load of a service is the solution of the traffic equations, not a sum.

Rules all models keep:
  * people present every day of the week, Poisson, to a GP or a first contact practitioner;
    the clinics of all services open Monday to Friday, no bank holidays; day 0 is a Monday;
  * every visit, new or follow-up, uses one slot; nobody misses one; nobody gives up;
  * who presents today may be seen today, before that only whoever joined earlier; a referral
    made today is seen at the next clinic day at the earliest;
  * follow-ups that are due go first, then urgent, then routine, each first come first served;
  * the year begins with empty lists.
"""

import numpy as np

DAYS = 365
CLINIC_WEEKDAYS = (0, 1, 2, 3, 4)  # Monday is 0
PRESENTING_PER_DAY = 245.0  # about 89,000 people a year
HEADROOM = 1.02  # slots offered for each visit wanted

SERVICES = (
    "gp",
    "fcp",
    "triage",
    "physiotherapy",
    "imaging",
    "orthopaedics",
    "rheumatology",
    "surgery",
)
ENTRY = {"gp": 0.70, "fcp": 0.30}

# Share of those finished at a service who are referred on; the rest leave the pathway.
ROUTES = {
    "gp": {"triage": 0.26, "physiotherapy": 0.18, "imaging": 0.10},
    "fcp": {"triage": 0.18, "physiotherapy": 0.25, "imaging": 0.10},
    "triage": {
        "physiotherapy": 0.40,
        "imaging": 0.14,
        "orthopaedics": 0.32,
        "rheumatology": 0.10,
    },
    "physiotherapy": {"gp": 0.04, "triage": 0.08},
    "imaging": {"gp": 0.15, "triage": 0.14, "physiotherapy": 0.12, "orthopaedics": 0.34},
    "orthopaedics": {"gp": 0.20, "physiotherapy": 0.13, "imaging": 0.11, "surgery": 0.34},
    "rheumatology": {"gp": 0.21, "imaging": 0.14},
    "surgery": {"physiotherapy": 0.59},
}

# A physiotherapy course is one new visit and two follow-ups, each 21 days after the last.
FOLLOW_UPS = {"physiotherapy": 2}
FOLLOW_UP_GAP_DAYS = 21

URGENT_SHARE = {"orthopaedics": 0.10}


def is_clinic_day(day: int) -> bool:
    """Whether clinics are open on this day of the run."""
    return day % 7 in CLINIC_WEEKDAYS


def next_clinic_day(day: int) -> int:
    """The first clinic day after this day: never the day itself."""
    day += 1
    while not is_clinic_day(day):
        day += 1
    return day


def clinic_days(days: int = DAYS) -> int:
    """How many clinic days the run has: 261 in the year."""
    return sum(is_clinic_day(day) for day in range(days))


def referrals_per_day() -> dict[str, float]:
    """Courses started a calendar day at each service once flows are steady: x = entry + x R."""
    share = np.array([[ROUTES[a].get(b, 0.0) for b in SERVICES] for a in SERVICES])
    entry = PRESENTING_PER_DAY * np.array([ENTRY.get(s, 0.0) for s in SERVICES])
    flow = np.linalg.solve(np.eye(len(SERVICES)) - share.T, entry)
    return dict(zip(SERVICES, flow.tolist(), strict=True))


def expected_visits(days: int = DAYS) -> dict[str, float]:
    """Visits wanted over so many days at each service once flows are steady.

    A run makes a few per cent fewer: it begins empty, and follow-ups come weeks later.
    """
    flow = referrals_per_day()
    return {s: flow[s] * (1 + FOLLOW_UPS.get(s, 0)) * days for s in SERVICES}


def slots_per_clinic_day() -> dict[str, int]:
    """Slots each clinic day: the whole number nearest to 1.02 of the load."""
    load = expected_visits()
    return {s: round(HEADROOM * load[s] / clinic_days()) for s in SERVICES}


def service_table() -> str:
    """The pathway's numbers as a Markdown table."""
    load, slots = expected_visits(), slots_per_clinic_day()
    rows = ["| service | visits wanted a year | slots a clinic day | slots / load |"]
    rows += ["|---|---:|---:|---:|"]
    for s in SERVICES:
        ratio = slots[s] * clinic_days() / load[s]
        rows.append(f"| {s} | {load[s]:,.0f} | {slots[s]} | {ratio:.3f} |")
    offered = sum(slots.values()) * clinic_days() / sum(load.values())
    total = sum(load.values())
    rows.append(f"| all | {total:,.0f} | {sum(slots.values())} | {offered:.3f} |")
    return "\n".join(rows)


if __name__ == "__main__":
    print(service_table())
