"""On a cluster a batch gives the bytes that it gives on one machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from redflag.batch import Settings, batch
from redflag.distributed import CASES_SCHEMA, frame_of_cases, screen_bag, screen_spark
from redflag.intake.many import cases_in

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.filterwarnings("default"),  # those of Dask, Spark and what they start are not ours
]
ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def settings(tmp_path_factory, write_pack: Callable[..., Path]) -> Settings:
    return Settings((write_pack(tmp_path_factory.mktemp("pack") / "rules"),), otherwise_as_of="2024-01-01")


@pytest.fixture
def cases(tmp_path) -> Path:
    """Lines with everything in them: bad ones, blank ones, one without a date, letters of any script."""
    told: list[bytes] = [b"{not json", b"", b"[]", b"\xff\xfe"]
    for number in range(120):
        case: dict[str, Any] = {"case_id": f"дело-{number}", "request": {"made": number % 3 == 0}}
        case["documents"] = [{"id": "note", "text": f"Note {number}. The sister was arrested in May."}]
        if number % 10:
            case["as_of"] = "2024-01-01"
        told.insert(number % 60 * 2, json.dumps(case, ensure_ascii=number % 2 == 0).encode())
    path = tmp_path / "cases.jsonl"
    path.write_bytes(b"\n".join(told) + b"\n")
    return path


def alone(source: Path, settings: Settings, tmp_path: Path) -> bytes:
    """What one machine writes."""
    output = tmp_path / "alone.jsonl"
    batch(source, output, settings)
    return output.read_bytes()


def folder(tmp_path: Path) -> Path:
    """Cases in files and folders of their own."""
    found = tmp_path / "cases"
    (found / "b").mkdir(parents=True)
    (found / "b" / "case.yaml").write_text("case_id: second\nas_of: 2024-01-01\n")
    (found / "b" / "note.txt").write_text("The sister was arrested.")
    (found / "a.yaml").write_text("case_id: first\nas_of: 2024-01-01\n")
    (found / "c.json").write_text("{}")
    return found


@pytest.fixture(scope="module")
def dask_client() -> Iterator[Any]:
    from dask.distributed import Client, LocalCluster

    # processes of their own, as on a cluster: nothing that this one holds is there
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master("local[2]").appName("redflag tests")
    builder = builder.config("spark.ui.enabled", "false").config("spark.driver.host", "127.0.0.1")
    session = builder.config("spark.driver.bindAddress", "127.0.0.1").getOrCreate()
    yield session
    session.stop()


@pytest.mark.parametrize("form", ["assessments", "scores"])
def test_dask_gives_the_lines_of_one_machine(tmp_path, cases, settings, dask_client, form) -> None:
    import dask.bag

    used = Settings(settings.rules, otherwise_as_of="2024-01-01", form=form)
    bag = dask.bag.from_sequence(cases_in(cases), partition_size=17)
    assert bag.npartitions > 4
    lines = screen_bag(bag, used).compute(scheduler=dask_client)
    assert "".join(f"{line}\n" for line in lines).encode() == alone(cases, used, tmp_path)


@pytest.mark.usefixtures("dask_client")
def test_dask_reads_cases_from_their_own_files(tmp_path, settings) -> None:
    import dask.bag

    source = folder(tmp_path)
    bag = screen_bag(dask.bag.from_sequence(cases_in(source), npartitions=2), settings)
    bag.to_textfiles(str(tmp_path / "part-*.jsonl"), last_endline=True)
    parts = sorted(tmp_path.glob("part-*.jsonl"))
    assert b"".join(part.read_bytes() for part in parts) == alone(source, settings, tmp_path)


@pytest.mark.parametrize("form", ["assessments", "scores"])
def test_spark_gives_the_lines_of_one_machine(tmp_path, cases, settings, spark, form) -> None:
    used = Settings(settings.rules, otherwise_as_of="2024-01-01", form=form)
    frame = spark.createDataFrame(frame_of_cases(cases_in(cases)), CASES_SCHEMA).repartition(5)
    rows = screen_spark(frame, used).sort("position").collect()
    assert "".join(f"{row.result}\n" for row in rows).encode() == alone(cases, used, tmp_path)


def test_spark_reads_cases_from_their_own_files(tmp_path, settings, spark) -> None:
    source = folder(tmp_path)
    frame = spark.createDataFrame(frame_of_cases(cases_in(source)), CASES_SCHEMA).repartition(2)
    rows = screen_spark(frame, settings).sort("position").collect()
    assert "".join(f"{row.result}\n" for row in rows).encode() == alone(source, settings, tmp_path)


def test_rows_of_a_table_keep_what_is_wrong_with_them(tmp_path, settings, spark) -> None:
    source = tmp_path / "cases.csv"
    source.write_text(
        "case_id,as_of,request.made\na,2024-01-01,yes\nb,2024-01-01,perhaps\n", encoding="utf-8"
    )
    frame = spark.createDataFrame(frame_of_cases(cases_in(source)), CASES_SCHEMA)
    rows = screen_spark(frame, settings).sort("position").collect()
    assert "faults" in rows[1].result
    assert "".join(f"{row.result}\n" for row in rows).encode() == alone(source, settings, tmp_path)


def test_neither_is_loaded_until_it_is_used() -> None:
    code = "import sys, redflag.distributed; print({'dask', 'pyspark', 'pandas'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert told.stdout.strip() == "set()"
