"""What the intake app answers to those it should not trust, and what it keeps to itself."""

from __future__ import annotations

import contextlib
import http.client
import io
import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
from pathlib import Path

import docx
import pytest
from reportlab.pdfgen import canvas

import redflag

pytestmark = pytest.mark.app

ROOT = Path(__file__).parents[2]
FORM = "application/x-www-form-urlencoded"


class Client:
    """Somebody who speaks HTTP by hand and keeps the cookie."""

    def __init__(self, address: str) -> None:
        self.where = urllib.parse.urlsplit(address).netloc
        self.cookie = ""

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str):
        """The answer: its status, its headers and its body."""
        sent = {"Host": self.where, **{name.replace("_", "-"): value for name, value in headers.items()}}
        if self.cookie:
            sent["Cookie"] = f"intake={self.cookie}"
        line = http.client.HTTPConnection(self.where, timeout=60)
        try:
            line.request(method, path, body, sent)
            answer = line.getresponse()
            text = answer.read().decode("utf-8", "replace")
        finally:
            line.close()
        given = answer.headers.get("set-cookie", "")
        if given.startswith("intake="):
            self.cookie = given.partition("=")[2].partition(";")[0].strip('"')
        return answer.status, answer.headers, text

    def post(self, path: str, fields: dict[str, str], **headers: str):
        body = urllib.parse.urlencode(fields).encode()
        return self.ask("POST", path, body, Content_Type=FORM, **headers)

    def token(self, path: str) -> str:
        found = re.search('name="token" value="([^"]+)"', self.ask("GET", path)[2])
        assert found is not None
        return found[1]

    def agree(self) -> None:
        fields = {"token": self.token("/"), "agree": "yes", "basis": "consent", "language": "en"}
        assert self.post("/begin", fields)[0] == 303


@pytest.fixture
def client(intake_app) -> Client:
    return Client(intake_app.address)


@pytest.fixture
def begun(client) -> Client:
    client.agree()
    return client


def test_every_answer_has_safe_headers(begun):
    for path in ("/", "/questions", "/app.css", "/report/html", "/nowhere", "/openapi.json"):
        _, headers, _ = begun.ask("GET", path)
        assert headers["cache-control"] == "no-store"
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["server"] is None


def test_the_cookie_cannot_be_read_or_sent_by_another_site(client):
    fields = {"token": client.token("/"), "agree": "yes", "basis": "consent"}
    _, headers, _ = client.post("/begin", fields)
    cookie = headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert len(client.cookie) >= 40


@pytest.mark.parametrize("host", ["example.org", "127.0.0.1.example.org:80", "", "localhost.evil:8017"])
def test_another_name_for_this_computer_is_refused(client, host):
    assert client.ask("GET", "/", Host=host)[0] == 400


def test_a_form_of_another_site_is_refused(begun):
    fields = {"token": begun.token("/parts/safety"), "safety.safe_channel": "x"}
    assert begun.post("/parts/safety", fields, Sec_Fetch_Site="cross-site")[0] == 403
    assert begun.post("/parts/safety", fields, Sec_Fetch_Site="same-site")[0] == 403
    assert begun.post("/parts/safety", fields, Sec_Fetch_Site="same-origin")[0] == 303


@pytest.mark.parametrize(
    "path", ["/erase", "/language", "/answer", "/parts/safety", "/documents/remove", "/documents"]
)
def test_a_form_without_the_token_of_its_session_is_refused(begun, intake_app, path):
    other = Client(intake_app.address)
    other.agree()
    for token in ("", "x", other.token("/questions")):
        assert begun.post(path, {"token": token})[0] == 403
    assert begun.ask("GET", "/questions")[0] == 200


@pytest.mark.parametrize(
    "fields", [{}, {"agree": "yes"}, {"basis": "consent"}, {"agree": "yes", "basis": "whim"}]
)
def test_nothing_is_stored_before_consent_and_a_lawful_basis(client, fields):
    status, headers, _ = client.post("/begin", {"token": client.token("/"), **fields})
    assert status == 400
    assert headers["set-cookie"] is None
    status, headers, _ = client.ask("GET", "/questions")
    assert (status, headers["location"]) == (303, "/")


def test_a_session_is_not_found_by_another_id(begun):
    begun.cookie = secrets.token_urlsafe(32)
    assert begun.ask("GET", "/report/case")[0] == 303


def test_what_is_erased_is_gone_for_its_own_cookie_too(begun):
    assert begun.ask("GET", "/report/case")[0] == 200
    old = begun.cookie
    status, headers, _ = begun.post("/erase", {"token": begun.token("/questions")})
    assert status == 200
    assert headers["clear-site-data"] == '"cache", "storage"'
    begun.cookie = old
    assert begun.ask("GET", "/report/case")[0] == 303


def test_too_much_is_refused_before_it_is_read(begun):
    status, _, _ = begun.ask("POST", "/answer", b"", Content_Type=FORM, Content_Length="400000")
    assert status == 413
    upload = "multipart/form-data; boundary=x"
    assert begun.ask("POST", "/documents", b"", Content_Type=upload, Content_Length="99000000")[0] == 413


def test_too_much_without_a_length_is_cut_off(begun):
    start = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
    parts = (start, *[b"x" * 1_000_000] * 21)
    headers = {"Content-Type": "multipart/form-data; boundary=x", "Cookie": f"intake={begun.cookie}"}
    line = http.client.HTTPConnection(begun.where, timeout=60)
    line.request("POST", "/documents", iter(parts), headers, encode_chunked=True)
    assert line.getresponse().status == 413
    line.close()


def uploaded(client: Client, name: str, content: bytes) -> str:
    edge = "edge"
    token = client.token("/documents")
    body = (
        (
            f'--{edge}\r\nContent-Disposition: form-data; name="token"\r\n\r\n{token}\r\n'
            f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        ).encode()
        + content
        + f"\r\n--{edge}--\r\n".encode()
    )
    assert (
        client.ask("POST", "/documents", body, Content_Type=f"multipart/form-data; boundary={edge}")[0] == 303
    )
    return client.ask("GET", "/documents")[2]


@pytest.mark.parametrize(
    "name", ["a.exe", "../../etc/passwd", "a.pdf", "a.docx", "a.zip", "x" * 300 + ".txt"]
)
def test_what_cannot_be_read_is_listed_with_its_reason_or_refused(begun, name):
    page = uploaded(begun, name, b"\x00\x01 no such thing")
    assert "not read" in page or 'role="alert"' in page or "read ·" in page
    assert begun.ask("GET", "/result")[0] == 200


def test_nothing_of_a_case_is_printed_or_written(begun, intake_app):
    """Not in what the program prints, and not in the folder that it runs in."""
    before = {
        path for path in ROOT.rglob("*") if ".git" not in path.parts and "__pycache__" not in path.parts
    }
    secret = secrets.token_hex(8)
    uploaded(begun, f"{secret}.txt", f"They called me. {secret}. ".encode() * 100_000)
    token = begun.token("/parts/contacts")
    begun.post("/parts/contacts", {"token": token, "said": secret, "happened": secret})
    begun.post("/parts/notice", {"token": token, "notice.kind": secret})
    begun.ask("GET", f"/{secret}")
    assert begun.ask("GET", "/report/docx")[0] == 200
    assert secret not in intake_app.printed.read_text(encoding="utf-8")
    after = {path for path in ROOT.rglob("*") if ".git" not in path.parts and "__pycache__" not in path.parts}
    assert not {path for path in after - before if secret in path.name}


CANARY = "kestrelquartz"
TOLD = f"In March 2019 the police arrested my brother {CANARY} because I did not come back."


def word() -> bytes:
    document, stream = docx.Document(), io.BytesIO()
    document.add_paragraph(TOLD)
    document.save(stream)
    return stream.getvalue()


def drawn() -> bytes:
    stream = io.BytesIO()
    page = canvas.Canvas(stream)
    page.drawString(72, 700, TOLD)
    page.save()
    return stream.getvalue()


def test_under_watch_it_reaches_out_to_nobody_and_leaves_nothing_behind(tmp_path):
    """`tests/guarded.py` ends it as soon as it turns to another computer or runs what it was given."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
    account, printed = tmp_path / "account.json", tmp_path / "printed.txt"
    for name in ("tmp", "cache"):
        (tmp_path / name).mkdir()
    given = {"TMPDIR": str(tmp_path / "tmp"), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    guarded = [sys.executable, str(ROOT / "tests" / "guarded.py"), str(account), CANARY]
    with (
        printed.open("w", encoding="utf-8") as out,
        subprocess.Popen(
            [*guarded, "app", "--port", str(port)],
            cwd=tmp_path,
            env={**os.environ, **given, "PYTHONPATH": str(ROOT)},
            stdout=out,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            for _ in range(600):
                assert process.poll() is None, printed.read_text(encoding="utf-8")
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                    break
                time.sleep(0.1)
            client = Client(f"http://127.0.0.1:{port}")
            client.agree()
            html = f"<p>{TOLD}<img src='http://203.0.113.7/{CANARY}'>".encode()
            for name, content in (
                ("a.txt", TOLD.encode()),
                ("b.html", html),
                ("c.docx", word()),
                ("d.pdf", drawn()),
            ):
                assert "read ·" in uploaded(client, name, content)
            uploaded(client, f"{CANARY}.pdf", b"%PDF-1.4 " + CANARY.encode())
            for path in ("/result", "/report/html", "/report/docx", "/report/case"):
                assert client.ask("GET", path)[0] == 200
            broken = f'--x\r\nContent-Disposition: form-data; name="{CANARY}'.encode()
            client.ask("POST", "/documents", broken, Content_Type="multipart/form-data; boundary=x")
            client.ask("POST", "/answer", b"\xff%00" + CANARY.encode(), Content_Type=FORM)
            process.send_signal(signal.SIGINT)
            process.wait(60)
        finally:
            process.kill()

    told = json.loads(account.read_text(encoding="utf-8"))
    assert CANARY not in printed.read_text(encoding="utf-8")
    assert told["compiled_with"] == []
    assert all("pdfprocess.py" in one for one in told["started"])
    assert [*(tmp_path / "tmp").rglob("*")] == []
    assert [
        one for one in told["written"] if not one.startswith((str(tmp_path / "cache"), str(account), "/dev/"))
    ] == []
    kept = [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert kept
    assert [path.name for path in kept if CANARY.encode() in path.read_bytes()] == []


def test_a_large_upload_is_never_written_to_the_disk(begun):
    """The app of these tests could not write it: see `intake_app`."""
    page = uploaded(begun, "large.pdf", secrets.token_bytes(18_000_000))
    assert "large.pdf" in page
    assert "not read" in page


def test_the_case_that_is_downloaded_can_be_screened(begun, tmp_path):
    token = begun.token("/parts/contacts")
    begun.post(
        "/parts/contacts", {"token": token, "caller": "police", "urged": "return", "said": "Come back."}
    )
    uploaded(begun, "note.txt", b"My brother was arrested after I refused to return.")
    path = tmp_path / "case.json"
    path.write_text(begun.ask("GET", "/report/case")[2], encoding="utf-8")
    again = redflag.screen(redflag.load_case(path))
    told = json.loads(begun.ask("GET", "/report/json")[2])
    assert told["provenance"]["case_digest"] == again.provenance.case_digest
    assert told["score"] == again.score


def test_every_report_comes_as_a_file(begun):
    for name, start in (
        ("html", "<!DOCTYPE html>"),
        ("docx", "PK"),
        ("md", "#"),
        ("json", "{"),
        ("case", "{"),
    ):
        status, headers, text = begun.ask("GET", f"/report/{name}")
        assert status == 200
        assert headers["content-disposition"].startswith("attachment; filename=")
        assert text.lstrip().startswith(start)
    assert begun.ask("GET", "/report/exe")[0] == 404


def test_a_language_that_is_not_there_changes_nothing(begun):
    token = begun.token("/questions")
    begun.post("/language", {"token": token, "language": "../../x", "back": "//example.org"})
    assert 'lang="en"' in begun.ask("GET", "/questions")[2]


def test_the_way_back_stays_on_this_computer(begun):
    fields = {"token": begun.token("/questions"), "language": "fr", "back": "//example.org"}
    assert begun.post("/language", fields)[1]["location"] == "/questions"
