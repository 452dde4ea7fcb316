"""What an hour of staff costs: stated in all, or its pay, on-costs and overheads."""

from dataclasses import dataclass, replace

from sim.domain.faults import Fault
from sim.domain.money.prices import Prices
from sim.domain.staff.workforce import StaffGroup, Workforce


@dataclass(frozen=True)
class Hour:
    """Pounds of an hour at work: `pay` + `on_costs` + `overheads` = `all_in`."""

    all_in: float
    pay: float
    on_costs: float
    overheads: float


def split(all_in: float, prices: Prices) -> Hour:
    """The parts of an hour that costs `all_in` pounds, by the shares of `prices`."""
    pay = all_in / prices.cost_over_pay()
    return Hour(all_in, pay, pay * prices.on_costs_share_of_pay, pay * prices.overheads_share_of_pay)


def priced(workforce: Workforce, prices: Prices) -> Workforce:
    """The staff with every hour's cost stated in all; to price again changes nothing. `unpriceable` has to have been
    empty."""
    return {name: _priced(group, prices) for name, group in workforce.items()}


def _priced(group: StaffGroup, prices: Prices) -> StaffGroup:
    if not group.pay_per_hour_gbp:
        return group
    return replace(group, cost_per_hour_gbp=group.pay_per_hour_gbp * prices.cost_over_pay())


def unpriceable(workforce: Workforce) -> list[Fault]:
    """A fault for every group whose hour is priced twice."""
    return [
        Fault(
            f"workforce.{name}.pay_per_hour_gbp",
            "is given beside cost_per_hour_gbp, which has pay, on-costs and overheads in it",
            "one of the two; the other 0 or left out",
        )
        for name, group in workforce.items()
        if group.pay_per_hour_gbp and group.cost_per_hour_gbp
    ]
