"""Statements that LibreOffice saves in its formats read as they were written."""

from __future__ import annotations

import io
import shutil
import subprocess

import docx
import pytest
from docx.oxml import OxmlElement

from redflag.intake.papers import papers_in

pytestmark = pytest.mark.office

STATEMENTS = {
    "en": "In March 2019 police came to my sister's flat and arrested her husband, who had been asleep. "
    "The investigator told Ivan Petrov that the case would be closed if he came back before the summer.",
    "ru": "В марте 2019 года сотрудники полиции пришли в квартиру моей сестры и задержали её мужа. "
    "Следователь сказал, что дело закроют, если я вернусь домой. Адвокату не дали встретиться с ним.",
    "ar": "قال المحقق إن القضية ستغلق إذا عدت إلى البلاد ولم يسمحوا للمحامي بمقابلته وبعد ثلاثة أيام "
    "أمرت المحكمة بحبسه شهرين كاملين دون أن يراه أحد",
}


def word(text: str, is_turned: bool) -> bytes:
    document = docx.Document()
    for _ in range(2):
        paragraph = document.add_paragraph(text)
        if is_turned:
            paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
            paragraph.runs[0]._r.get_or_add_rPr().append(OxmlElement("w:rtl"))
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize("language", sorted(STATEMENTS))
@pytest.mark.parametrize("ending", ["pdf", "rtf", "html", "docx"])
def test_a_statement_saved_by_an_office_reads_as_it_was_written(tmp_path, language, ending):
    office = shutil.which("soffice")
    assert office, "there is no LibreOffice here; run .ci/office"
    text = STATEMENTS[language]
    (tmp_path / "in.docx").write_bytes(word(text, language == "ar"))
    made = tmp_path / "made"
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    asked = [
        office,
        profile,
        "--headless",
        "--convert-to",
        ending,
        "--outdir",
        str(made),
        tmp_path / "in.docx",
    ]
    subprocess.run(asked, check=True, capture_output=True, timeout=300)

    (paper,) = papers_in(f"in.{ending}", (made / f"in.{ending}").read_bytes())

    assert [line for line in paper.found.text.split("\n") if line] == [text, text]
