"""Screening a frame: a case a row in, a row of results a row out.

Columns of the frame that comes back, in this order; where a row could not be screened all but `case_id`
and `faults` are missing:

| column | dtype | meaning |
| --- | --- | --- |
| `case_id` | string | the case, or the row where it gives no id |
| `band` | category | `insufficient_information`, `low`, `elevated`, `high` |
| `score`, `score_low`, `score_high` | Float64 | score and its range, 0..1; no score with an abstention |
| `rule_score`, `classifier_score` | Float64 | the two parts alone, at even odds |
| `coverage` | Float64 | share of the core rules' weight that is determined |
| `abstention` | string | why there is no band |
| `supports`, `counters` | Int64 | how many rules fired for misuse, and against it |
| `axis.ID` | category | `absent`, `unknown`, `possible`, `present`, for each axis |
| `family.ID` | category | the same for each family |
| `weight.ID` | Float64 | weight of evidence of each family, in log-odds |
| `as_of` | string | the day that the screening knows up to |
| `faults` | string | why the row could not be screened, a fault a line; missing where it was |
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from redflag.assessment import Assessment, Unscreened
from redflag.errors import CaseError, Fault, RedflagError
from redflag.intake.tables.cells import cell_of
from redflag.intake.tables.columns import ColumnMap, column_map_of
from redflag.intake.tables.rows import Filler
from redflag.screening import Screener
from redflag.spreadsheets import as_csv, as_xlsx, refuse_ending

if TYPE_CHECKING:
    import pandas as pd

BANDS = ("insufficient_information", "low", "elevated", "high")
"""Categories of `band`."""

VERDICTS = ("absent", "unknown", "possible", "present")
"""Categories of axes and families."""

FRAME_ENDINGS = (".csv", ".xlsx", ".parquet")
"""Endings of the files that a frame can be written to."""

_NUMBERS = ("score", "score_low", "score_high", "rule_score", "classifier_score", "coverage")


def screen_frame(
    frame: pd.DataFrame,
    map: ColumnMap | Mapping[str, Any] | Path | str | None = None,
    *,
    as_of: str | None = None,
    screener: Screener | None = None,
) -> pd.DataFrame:
    """Screen every row of a frame; the rows that come back are those that went in, with their index.

    A row that cannot be screened says why in `faults` and stops nobody else.

    Args:
        frame: a case a row.
        map: what its columns are: a column map, its file, or a mapping of column to path of the case;
            without it columns are called by those paths. Other columns are not looked at.
        as_of: the day for every case; each case's own if absent.
        screener: what screens them; the shipped rules and classifier if absent.

    Raises:
        CaseError: if the map does not fit the frame.
    """
    used = screener if screener is not None else Screener()
    filler = Filler([str(name) for name in frame.columns], column_map_of(map), "frame")
    results: list[Assessment | Unscreened] = []
    seen: dict[str, str] = {}
    for number, values in enumerate(frame.itertuples(index=False, name=None), start=1):
        name = f"row {number}"
        try:
            case = filler.case([cell_of(value) for value in values], name)
            other = seen.setdefault(str(case["case_id"]), name)
            if other != name:
                raise CaseError(Fault(f"{name}: {other} has the same case id"))
            results.append(used.screen(case, as_of))
        except RedflagError as error:
            results.append(Unscreened(case_id=name, faults=tuple(str(fault) for fault in error.faults)))
    found = frame_of(
        results,
        axes=tuple(axis.id for axis in used.pack.axes),
        families=tuple(family.id for family in used.pack.families),
    )
    found.index = frame.index
    return found


def frame_of(
    results: Iterable[Assessment | Unscreened],
    *,
    axes: Sequence[str] | None = None,
    families: Sequence[str] | None = None,
) -> pd.DataFrame:
    """A frame of results, a row each, with the columns that this module names.

    Args:
        results: assessments, and cases that could not be screened.
        axes: the axes to have columns for; those of the results if absent.
        families: likewise.
    """
    import pandas as pd

    listed = list(results)
    assessed = [one for one in listed if isinstance(one, Assessment)]
    if axes is None:
        axes = tuple(dict.fromkeys(axis.id for one in assessed for axis in one.axes))
    if families is None:
        families = tuple(dict.fromkeys(family for one in assessed for family in one.families))
    rows = [_row(one) for one in listed]
    dtypes: dict[str, Any] = {"case_id": "string", "band": pd.CategoricalDtype(list(BANDS))}
    dtypes |= dict.fromkeys(_NUMBERS, "Float64")
    dtypes |= {"abstention": "string", "supports": "Int64", "counters": "Int64"}
    verdicts = pd.CategoricalDtype(list(VERDICTS))
    dtypes |= {f"axis.{axis}": verdicts for axis in axes}
    dtypes |= {f"family.{family}": verdicts for family in families}
    dtypes |= {f"weight.{family}": "Float64" for family in families}
    dtypes |= {"as_of": "string", "faults": "string"}
    return pd.DataFrame(
        {
            name: pd.Series([row.get(name) for row in rows], dtype=dtype)
            for name, dtype in dtypes.items()
        }
    )  # fmt: skip


def write_frame(frame: pd.DataFrame, path: Path | str) -> None:
    """Write a frame of results to a .csv, .xlsx or .parquet file; no cell of it becomes a formula.

    Raises:
        RedflagError: if the name says no such format, or the extra `tables` is not installed.
    """
    path = Path(path)
    ending = path.suffix.lower()
    header = [str(name) for name in frame.columns]
    if ending == ".csv":
        path.write_text(as_csv(header, _values(frame)), encoding="utf-8", newline="")
    elif ending == ".xlsx":
        path.write_bytes(as_xlsx([("results", header, _values(frame))]))
    elif ending == ".parquet":
        try:
            frame.to_parquet(path, engine="pyarrow", index=False)
        except ImportError:
            mend = "pip install 'redflag-screening[tables]', or write CSV"
            raise RedflagError(Fault("Parquet files need the extra `tables`", mend=mend)) from None
    else:
        raise refuse_ending(path, FRAME_ENDINGS)


def _values(frame: pd.DataFrame) -> Iterator[list[Any]]:
    import pandas as pd

    for row in frame.itertuples(index=False, name=None):
        yield [None if pd.isna(value) else value for value in row]


def _row(one: Assessment | Unscreened) -> Mapping[str, Any]:
    if isinstance(one, Unscreened):
        return {"case_id": one.case_id, "faults": "\n".join(one.faults)}
    return {
        "case_id": one.case_id,
        "band": one.band,
        "score": one.score,
        "score_low": one.score_range[0],
        "score_high": one.score_range[1],
        "rule_score": one.rule_score,
        "classifier_score": one.classifier_score,
        "coverage": one.coverage,
        "abstention": one.abstention,
        "supports": sum(finding.effect == "supports" for finding in one.findings),
        "counters": sum(finding.effect == "counters" for finding in one.findings),
        **{f"axis.{axis.id}": axis.verdict for axis in one.axes},
        **{f"family.{family.id}": family.verdict for family in one.families.values()},
        **{f"weight.{family.id}": family.score for family in one.families.values()},
        "as_of": one.provenance.as_of,
    }
