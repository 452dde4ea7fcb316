"""The register of kinds of service: one file and one line each. How time passes in each, the engine knows."""

from sim.domain.pathway.kinds.caseload import CaseloadSettings
from sim.domain.pathway.kinds.clinic import ClinicSettings
from sim.domain.pathway.kinds.delay import DelaySettings
from sim.domain.pathway.kinds.drop_in import DropInSettings
from sim.domain.pathway.kinds.group import GroupSettings
from sim.domain.pathway.kinds.kind import ServiceSettings

KINDS: dict[str, type[ServiceSettings]] = {
    "clinic": ClinicSettings,
    "group": GroupSettings,
    "caseload": CaseloadSettings,
    "drop_in": DropInSettings,
    "delay": DelaySettings,
}
"""The word after `kind:` in a pathway -> the settings of such a service, which answer for themselves."""
