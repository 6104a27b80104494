"""Reports in other languages: catalogues that are whole, and words of the report or of the pack."""

from __future__ import annotations

import gettext
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import redflag
from redflag.assessment import Assessment
from redflag.pack import shipped_pack
from redflag.report import languages, render
from redflag.report.titles import shipped_titles
from redflag.report.wording import LOCALE, TERMS, wording

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
OTHERS = [language for language in languages() if language != "en"]
KEYWORDS = {"say": None, "say_many": (1, 2), "noted": None, "pgettext": ((1, "c"), 2)}


@pytest.fixture(scope="module")
def assessed() -> Assessment:
    return redflag.screen(EXAMPLES / "h_case")


@pytest.fixture(scope="module")
def english() -> Catalog:
    """The words in the code."""
    found = Catalog()
    method = [("**.py", "python")]
    for _, _, message, _, context in extract_from_dir(ROOT / "redflag" / "report", method, keywords=KEYWORDS):
        found.add(message, context=context)
    return found


def catalogue(language: str) -> Catalog:
    with (LOCALE / language / "LC_MESSAGES" / "redflag.po").open("rb") as file:
        return read_po(file, language)


def entries(found: Catalog) -> dict[object, object]:
    return {(one.context, one.id): one.string for one in found if one.id}


def test_english_comes_first_and_french_is_there():
    assert languages()[0] == "en"
    assert "fr" in languages()


@pytest.mark.parametrize("language", OTHERS)
def test_every_word_of_a_report_is_translated_and_nothing_else(english, language):
    told = entries(catalogue(language))
    assert set(told) == set(entries(english))
    assert len(told) > 200
    assert all(told.values())


@pytest.mark.parametrize("language", OTHERS)
def test_the_compiled_catalogue_is_that_of_the_written_one(language):
    compiled = gettext.translation("redflag", LOCALE, [language])
    for (context, english), told in entries(catalogue(language)).items():
        if context is not None:
            assert compiled.pgettext(context, english) == told
        elif isinstance(english, tuple):
            assert {compiled.ngettext(*english, count) for count in range(20)} == set(told)
        else:
            assert compiled.gettext(english) == told
    assert len(compiled._catalog) - 1 == sum(
        len(told) if isinstance(told, tuple) else 1 for told in entries(catalogue(language)).values()
    )


@pytest.mark.parametrize("language", OTHERS)
def test_every_slot_is_kept(language):
    for (_, english), told in entries(catalogue(language)).items():
        pairs = zip(english, told, strict=True) if isinstance(english, tuple) else [(english, told)]
        for one, other in pairs:
            assert sorted(re.findall(r"\{\w*\}", one)) == sorted(re.findall(r"\{\w*\}", other)), one


def test_every_word_of_the_model_that_a_report_prints_is_known_to_the_catalogues(english):
    from redflag.documents import DocumentKind
    from redflag.evidence import Assertion, Level, Party

    known = {one.id for one in english}
    words = [*Party, *Level, *Assertion, *DocumentKind.__args__]
    assert {word.replace("_", " ") for word in words} - known <= {"affirmed"}


@pytest.mark.parametrize("form", ["text", "md", "html"])
def test_a_french_report_tells_none_of_its_own_words_in_english(assessed, english, form):
    told = " ".join(render(assessed, form, language="fr").replace("\\", "").split())
    sentences = [one.id for one in english if isinstance(one.id, str) and "{" not in one.id]
    # shorter ones are words that a rule may well use
    fixed = [text for text in sentences if len(text) > 20 and text not in TERMS]
    assert len(fixed) > 40
    assert [text for text in fixed if re.search(rf"(?<!\w){re.escape(text)}(?!\w)", told)] == []
    assert "rédigées en anglais" in told
    assert "Un proche a été détenu sans que sa propre conduite l’explique" in told.replace("&#39;", "'")


def test_a_french_page_says_which_pieces_are_english(assessed):
    told = render(assessed, "html", language="fr")
    assert '<html lang="fr">' in told
    assert '<p class="explanation" lang="en">' in told
    assert '<h4 id="finding-1">' in told
    own = re.findall(r'<(\w+)[^>]* lang="', render(assessed, "html"))
    assert set(own) == {"html", "blockquote"}


def test_numbers_are_written_as_the_language_writes_them(assessed):
    assert "0,50" in render(assessed, "text", language="fr")
    assert "0.50" in render(assessed, "text")
    assert wording("fr").number(0.48, ".0%") == "48\u00a0%"


def test_a_french_word_report_bears_its_language(assessed):
    import io

    import docx

    document = docx.Document(io.BytesIO(render(assessed, "docx", language="fr")))
    assert document.core_properties.language == "fr-FR"
    assert document.paragraphs[0].text == "Examen de h_case à la date du 2025-06-01"
    assert 'w:val="en-GB"' in document.element.xml


def test_json_has_no_language(assessed):
    assert render(assessed, "json", language="fr") == render(assessed, "json")


def test_a_language_without_a_catalogue_is_refused(assessed):
    with pytest.raises(ValueError, match="use one of en, fr"):
        render(assessed, "text", language="xx")


def test_sentences_that_an_assessment_carries_are_told_in_french(assessed):
    french = wording("fr")
    assert french.retold(
        "3 of 8 documents could not be read; what stands in them is missing here, for and against."
    ).startswith("3 pièces sur 8 n’ont pas pu être lues\u00a0; ce qu’elles contiennent manque ici")
    told = french.retold(
        "The rules alone come to +4.21 log-odds, the classifier alone to -0.87; they part most over "
        "Refusals and deletions elsewhere (rules +1.70, classifier +0.33); Quid pro quo (rules +1.44, "
        "classifier +0.25)."
    )
    assert "Donnant-donnant (règles +1,44, classifieur" in told
    assert "The" not in told
    alone = "they part most over Quid pro quo (rules +1.44, classifier +0.25)."
    told = french.retold(f"The rules alone come to +4.21 log-odds, the classifier alone to -0.87; {alone}")
    assert "Donnant-donnant (règles +1,44, classifieur" in told
    for sentence in (assessed.notice, *assessed.cautions):
        assert french.retold(sentence) != sentence
    assert french.retold("What the client said") == "What the client said"


# -- titles of the rules


def test_nearly_every_title_of_the_shipped_pack_has_a_french_one():
    pack, titles = shipped_pack(), shipped_titles("fr")
    wanted = [*(axis.title for axis in pack.axes), *(one.title for one in (*pack.families, *pack.rules))]
    assert sum(title in titles for title in wanted) / len(wanted) > 0.95


def test_a_title_that_has_changed_is_told_in_english_and_marked_as_such(assessed):
    changed = assessed.findings[0].model_copy(update={"title": "A title of today"})
    told = render(assessed.model_copy(update={"findings": (changed,)}), "html", language="fr")
    assert re.search(r'<h4 id="finding-1" lang="en">A title of today</h4>', told)


def test_a_language_without_titles_has_none():
    assert shipped_titles("xx") == {}
