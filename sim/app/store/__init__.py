"""The store of finished replications: what is there is not run again.

store = Store("results")
measures = store.read(key_of(scenario), 0)
"""

from sim.app.store.key import configuration_key, key_of, model_version
from sim.app.store.manifest import Entry, Failed
from sim.app.store.store import STORE, Damaged, Newer, Store
from sim.app.store.writer import Writer

__all__ = [
    "STORE",
    "Damaged",
    "Entry",
    "Failed",
    "Newer",
    "Store",
    "Writer",
    "configuration_key",
    "key_of",
    "model_version",
]
