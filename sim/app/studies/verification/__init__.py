"""The verification pack: small places whose lists, waits and shares can be worked out exactly.

To add a case: one entry in its family's module. A case never holds a simulated number.
"""

from sim.app.studies.verification import (
    arrivals,
    backlog,
    caseloads,
    classes,
    courses,
    delays,
    drop_ins,
    full_lists,
    groups,
    identities,
    missed,
    orders,
    removals,
    routing,
    slots,
    starting,
    weeks,
)

FAMILIES = {
    module.__name__.rpartition(".")[2]: module.EXPERIMENTS
    for module in (
        slots,
        arrivals,
        classes,
        orders,
        missed,
        courses,
        weeks,
        backlog,
        starting,
        groups,
        caseloads,
        drop_ins,
        full_lists,
        delays,
        routing,
        removals,
        identities,
    )
}
"""Family -> its experiments, in the order in which they are shown."""
