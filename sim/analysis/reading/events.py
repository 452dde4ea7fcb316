"""Some rows of the log, as an indicator wants them: one kind of event, of some people, at some services."""

import numpy as np


class Events:
    """Some rows of the log, in order. Columns are read when asked for."""

    def __init__(self, columns: dict, index: np.ndarray):
        self._columns, self.index = columns, index

    def __len__(self) -> int:
        return len(self.index)

    def __getattr__(self, name: str) -> np.ndarray:
        if name.startswith("_") or name not in self._columns:
            raise AttributeError(name)
        values = self._columns[name].take(self.index)
        setattr(self, name, values)
        return values

    def of_each_service(self, size: int, index: np.ndarray | None = None) -> list["Events"]:
        """(services,) those at each of `size` services, in their order; of the rows `index`, if given."""
        index = self.index if index is None else index
        service = self._columns["service"][index]
        ordered = index[service.argsort(kind="stable")]
        edges = np.cumsum(np.bincount(service + 1, minlength=size + 1))  # the first are at none
        return [Events(self._columns, ordered[edges[code] : edges[code + 1]]) for code in range(size)]

    def where(self, mask: np.ndarray) -> "Events":
        """The rows for which `mask` (n,) holds."""
        return Events(self._columns, self.index[mask])
