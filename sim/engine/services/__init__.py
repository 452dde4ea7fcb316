"""The register of processes: one file and one line a kind of service."""

from sim.engine.services.caseload import Caseload
from sim.engine.services.clinic import Clinic
from sim.engine.services.delay import Delay
from sim.engine.services.drop_in import DropIn
from sim.engine.services.group import Group
from sim.engine.services.service import Service

PROCESSES: dict[str, type[Service]] = {
    "clinic": Clinic,
    "group": Group,
    "caseload": Caseload,
    "drop_in": DropIn,
    "delay": Delay,
}
"""Kind of service -> how time passes in one."""
