"""Who pays for whom: a staff group whose cost comes off others' WTE, so that the whole costs the same."""

import math
from dataclasses import replace

from sim.domain.faults import Fault, nearest
from sim.domain.staff.workforce import StaffGroup, Workforce

TOLERANCE = 1e-6


def settled(workforce: Workforce) -> Workforce:
    """The staff once every group with `paid_by` has been paid for: payers have less WTE, `moved_from` says how much.

    All payments are worked out from the WTE as stated, so their order does not matter; `paid_by` is then done with, and
    to settle again changes nothing. The whole costs what the groups that nobody pays for cost. No fault is looked for:
    `unpayable` has to be empty.
    """
    moves = {name: _moves(group, workforce) for name, group in workforce.items() if group.paid_by}
    after = {}
    for name, group in workforce.items():
        left = group.wte - math.fsum(row[name] for row in moves.values() if name in row)
        after[name] = replace(group, wte=max(left, 0.0), paid_by=None, moved_from=moves.get(name, group.moved_from))
    return after


def _moves(group: StaffGroup, workforce: Workforce) -> dict[str, float]:
    """payer -> WTE that it gives up for the group: its share of the cost, in its own WTE."""
    whole = math.fsum((group.paid_by or {}).values())
    return {
        payer: share / whole * group.cost_a_year() / _cost_of_one(workforce[payer])
        for payer, share in (group.paid_by or {}).items()
        if share
    }


def _cost_of_one(group: StaffGroup) -> float:
    return group.hours_a_year() * group.cost_per_hour_gbp


def unpayable(workforce: Workforce) -> list[Fault]:
    """Every fault of `paid_by`: whom, how much, in a circle, or more than there is."""
    paid = {name: group for name, group in workforce.items() if group.paid_by is not None}
    faults = [fault for name in paid for fault in _faults_of_payers(name, workforce)]
    if faults:
        return faults
    given: dict[str, dict[str, float]] = {}
    for name, group in paid.items():
        for payer, wte in _moves(group, workforce).items():
            given.setdefault(payer, {})[name] = wte
    for payer, row in given.items():
        missing = math.fsum(row.values()) - workforce[payer].wte
        if missing > TOLERANCE:
            faults.append(
                Fault(
                    f"workforce.{payer}.wte",
                    f"{workforce[payer].wte:.6g} WTE are in post and {math.fsum(row.values()):.6g} are given up "
                    f"to pay for {', '.join(row)}",
                    f"{missing:.6g} WTE are missing: let others pay a part, or add less",
                )
            )
    return faults


def _faults_of_payers(name: str, workforce: Workforce) -> list[Fault]:
    group, where, faults = workforce[name], f"workforce.{name}.paid_by", []
    if group.moved_from:
        faults.append(
            Fault(f"workforce.{name}.moved_from", "is given beside paid_by, which fills it", "leave one of them out")
        )
    total = math.fsum((group.paid_by or {}).values())
    if abs(total - 1) > TOLERANCE:
        faults.append(Fault(where, f"the shares add to {total:.6g}, not 1", f"change them by {1 - total:+.6g} in all"))
    if not _cost_of_one(group):
        faults.append(
            Fault(
                where,
                "this group costs nothing, so there is nothing to pay",
                f"give workforce.{name}.cost_per_hour_gbp",
            )
        )
    for payer, share in (group.paid_by or {}).items():
        if payer not in workforce:
            faults.append(
                Fault(f"{where}.{payer}", "is not a staff group", nearest(payer, [g for g in workforce if g != name]))
            )
        elif share and not _cost_of_one(workforce[payer]):
            faults.append(
                Fault(
                    f"{where}.{payer}",
                    "costs nothing, so it can pay for nothing",
                    f"give workforce.{payer}.cost_per_hour_gbp",
                )
            )
    way = _circle(name, workforce)
    if way:
        what = "pays for itself" if len(way) == 1 else f"pays in a circle ({' -> '.join([*way, name])})"
        faults.append(Fault(where, what, "money has to come from a group that stays"))
    return faults


def _circle(name: str, workforce: Workforce) -> list[str]:
    """The way from a group by its payers back to itself, if there is one."""
    ways = [[name]]
    seen = set()
    while ways:
        way = ways.pop()
        for payer, share in (workforce[way[-1]].paid_by or {}).items():
            if share and payer == name:
                return way
            if share and payer in workforce and payer not in seen:
                seen.add(payer)
                ways.append([*way, payer])
    return []
