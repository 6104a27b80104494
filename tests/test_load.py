"""One screener under load gives the same bytes whoever asks, and keeps nothing of what it screened."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

LOAD = Path(__file__).parent / "slow" / "load.py"


def test_a_thousand_cases_at_once_give_the_same_bytes_and_leave_nothing_behind() -> None:
    """2,000 screenings; `python tests/slow/load.py` asks the same of 50,000."""
    run = subprocess.run([sys.executable, str(LOAD), "2000"], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    assert json.loads(run.stdout.splitlines()[-1])["screenings"] == 2000
