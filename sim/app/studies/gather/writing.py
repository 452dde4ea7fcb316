"""Writes the tidy table as it comes, point by point, as Parquet and as CSV:
hundreds of folders never lie in memory together."""

from collections.abc import Sequence
from contextlib import ExitStack

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from sim.analysis.statistics.swept import Factor
from sim.app.store.folder import ResultsFolder, csv_text
from sim.app.studies.gather.tidy_table import TIDY, kind_of

PARQUET, CSV = "gathered.parquet", "gathered.csv"
_KINDS = {"point": pa.int32(), "replication": pa.int32(), "value": pa.float64()}
_ARROW = {"int64": pa.int64(), "float64": pa.float64(), "str": pa.string()}


class Tables:
    """Both files of the tidy table, open for as long as the block lasts."""

    def __init__(self, folder: ResultsFolder, factors: Sequence[Factor]):
        self._folder, self._open, self._first = folder, ExitStack(), True
        fields = [(name, _KINDS.get(name, pa.string())) for name in TIDY]
        self._schema = pa.schema(fields + [(factor.path, _ARROW[kind_of(factor)]) for factor in factors])

    def __enter__(self):
        self._parquet = self._open.enter_context(
            pq.ParquetWriter(self._open.enter_context(self._folder.part(PARQUET)), self._schema, compression="zstd")
        )
        self._csv = self._open.enter_context(self._folder.part(CSV))
        return self

    def __exit__(self, *error):
        return self._open.__exit__(*error)

    def add(self, table: pd.DataFrame) -> None:
        """The next point's rows."""
        self._parquet.write_table(
            pa.Table.from_pandas(table, schema=self._schema, preserve_index=False, nthreads=1).replace_schema_metadata(
                None
            )
        )
        text = csv_text(table)
        self._csv.write((text if self._first else text.partition("\n")[2]).encode("utf-8", "replace"))
        self._first = False
