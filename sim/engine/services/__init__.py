"""The register of kinds: one file and one line each."""

from sim.engine.services.caseload import Caseload, CaseloadSettings
from sim.engine.services.clinic import Clinic, ClinicSettings
from sim.engine.services.delay import Delay, DelaySettings
from sim.engine.services.drop_in import DropIn, DropInSettings
from sim.engine.services.group import Group, GroupSettings

KINDS = {
    "clinic": (ClinicSettings, Clinic),
    "group": (GroupSettings, Group),
    "caseload": (CaseloadSettings, Caseload),
    "drop_in": (DropInSettings, DropIn),
    "delay": (DelaySettings, Delay),
}
