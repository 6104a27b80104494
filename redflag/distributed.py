"""A batch on the processes of a Dask or Spark cluster, for those who outgrow one machine.

Both screen a piece of the cases on each worker by what `redflag batch` does on one machine, and give
the same lines in the same order. The workers need this library, and its rules and model where
`Settings` name others than the shipped ones. Nothing but cases goes out and nothing but lines comes
back; neither is encrypted by this library, so a cluster has to be as trusted as a single machine.

With Dask, given its extra `dask`:

```python
bag = screen_bag(dask.bag.from_sequence(cases_in(Path("cases.jsonl")), partition_size=1000), settings)
bag.to_textfiles("out-*.jsonl")
```

With Spark, given its extra `spark` and Java 17:

```python
cases = spark.createDataFrame(frame_of_cases(cases_in(Path("cases.jsonl"))))
screen_spark(cases, settings).sort("position")
```

A case that lies in a file or folder of its own goes out as its path, and every worker must see it there.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from redflag.batch import Settings, result_lines
from redflag.errors import Fault, Location
from redflag.intake.sourced import Sourced

if TYPE_CHECKING:
    import dask.bag
    import pandas as pd
    import pyspark.sql

AT_ONCE = 1024
"""Cases that a worker of Spark screens before it hands lines on."""

CASES_SCHEMA = "position long, name string, path string, line binary, faults string"
"""Columns of a Spark frame of cases; `line` is null for a file or folder of its own, `faults` a JSON
list of why a case is known already to be unreadable."""

LINES_SCHEMA = "position long, result string"
"""Columns of what comes back: the place of the case, and its line without the line's end."""


def screen_bag(cases: dask.bag.Bag, settings: Settings) -> dask.bag.Bag:
    """The lines of a bag of cases (`Sourced`), each without its end, in the same partitions and order.

    Args:
        cases: as from `dask.bag.from_sequence(cases_in(...))`.
        settings: as for `batch`.
    """
    bag: Any = cases  # Dask has no types of its own
    lines: dask.bag.Bag = bag.map_partitions(_lines_of, settings)
    return lines


def screen_spark(cases: pyspark.sql.DataFrame, settings: Settings) -> pyspark.sql.DataFrame:
    """The lines of a Spark frame of cases, by `mapInPandas`.

    Args:
        cases: with the columns of `CASES_SCHEMA`, as from `frame_of_cases`.
        settings: as for `batch`.
    """

    def screen(frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        import pandas as pd

        for frame in frames:
            for start in range(0, len(frame), AT_ONCE):
                piece = frame.iloc[start : start + AT_ONCE]
                results = _lines_of(_cases_of(piece), settings)
                yield pd.DataFrame({"position": piece["position"].to_numpy(), "result": results})

    return cases.select("position", "name", "path", "line", "faults").mapInPandas(screen, LINES_SCHEMA)


def frame_of_cases(cases: Iterable[Sourced]) -> pd.DataFrame:
    """Cases as the columns of `CASES_SCHEMA`, for `spark.createDataFrame`."""
    import pandas as pd

    rows = [
        (place, one.name, str(one.path), one.line, json.dumps([asdict(fault) for fault in one.faults]))
        for place, one in enumerate(cases)
    ]
    return pd.DataFrame(rows, columns=["position", "name", "path", "line", "faults"])


def _cases_of(frame: pd.DataFrame) -> list[Sourced]:
    columns: Sequence[Any] = [frame[name] for name in ("name", "path", "line", "faults")]
    return [
        Sourced(
            name,
            Path(path),
            bytes(line) if isinstance(line, bytes | bytearray) else None,
            tuple(_fault(**told) for told in json.loads(faults)),
        )
        for name, path, line, faults in zip(*columns, strict=True)
    ]


def _fault(message: str, location: dict[str, Any], mend: str) -> Fault:
    return Fault(message, Location(**location), mend)


def _lines_of(cases: Iterable[Sourced], settings: Settings) -> list[str]:
    found: list[str] = []
    waiting = iter(cases)
    while group := list(itertools.islice(waiting, AT_ONCE)):
        found.extend(line.removesuffix("\n") for line in result_lines(group, settings))
    return found
