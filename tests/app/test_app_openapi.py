"""What the intake app says of itself in OpenAPI, tried by schemathesis with many odd requests."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

pytestmark = pytest.mark.app

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


def session_of(address: str) -> str:
    """The cookie of a session that has begun."""
    first = urllib.request.urlopen(address).read().decode()
    [token] = re.findall('name="token" value="([^"]+)"', first)
    fields = urllib.parse.urlencode({"token": token, "agree": "yes", "basis": "legal_claims"}).encode()
    where = urllib.parse.urlsplit(address).netloc
    line = http.client.HTTPConnection(where, timeout=60)
    line.request("POST", "/begin", fields, {"Content-Type": "application/x-www-form-urlencoded"})
    cookie = line.getresponse().headers["set-cookie"].partition(";")[0]
    line.close()
    return cookie


@pytest.mark.parametrize("has_begun", [False, True])
def test_it_answers_as_its_openapi_says(intake_app, tmp_path, has_begun):
    places = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    schemathesis = shutil.which("schemathesis", path=places)
    assert schemathesis, "there is no schemathesis here; install the extra `app-test`"
    command = [
        schemathesis, "run", f"{intake_app.address}/openapi.json", "--checks", CHECKS, "--max-examples", "25",
        "--seed", "1", "--phases", "examples,coverage,fuzzing", "--no-color",
    ]  # fmt: skip
    if has_begun:
        command += ["--header", f"Cookie: {session_of(intake_app.address)}"]
    tried = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stdout[-6000:]
    assert "Error at" not in intake_app.printed.read_text(encoding="utf-8")
