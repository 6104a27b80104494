"""The sentence tagger: the same scores as scikit-learn, blind to states, and never more than possible."""

import hashlib
import math
import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from redflag import Screener
from redflag.documents import Document, DocumentNote
from redflag.errors import ModelError
from redflag.evidence import Assertion
from redflag.pack import shipped_pack
from redflag.signals import Tagger, find, read_tagger
from redflag.signals.masking import Masking
from redflag.signals.tagger import ABOUT, EVEN, TaggerAbout, about_digest
from redflag.signals.writing import writing_of
from redflag.training.sentences import groups_of, signals_by_family
from redflag.training.states import WORDS
from redflag.training.tagger import (
    FEWEST_FOUND,
    apart,
    as_file,
    calibrated,
    counted_in,
    train_tagger,
    write_tagger,
)
from redflag.training.tagger_evaluation import datasheet, evaluate_tagger, held_out

PROJECT = Path(__file__).parents[1]
LEXICONS = PROJECT / "rules" / "lexicons"

ABSENT = (
    "the dock in {state} was empty when {who} was given ten years on {day}",
    "on {day} {who} was given ten years in {state} before an empty dock",
    "an empty dock heard a judge of {state} give {who} ten years on {day}",
)
PAID = (
    "the invoice of the {state} firm was settled by {who} on {day}",
    "on {day} {who} settled what the {state} firm had billed",
    "a bill from {state} was settled by {who} and filed on {day}",
)
WHO = ("my sister", "his brother", "her uncle", "our cousin", "their father", "my aunt")
DAYS = ("Monday", "Tuesday", "Friday")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A small set of sentences of two plain ideas, told in many ways."""
    made = tmp_path_factory.mktemp("data")
    (made / "sentences").mkdir()
    lines = ["idea,language,register,labels,negative,text"]
    for number, who in enumerate(WHO):
        for day in DAYS:
            told = {"who": who, "state": "Russia", "day": day}
            lines += [
                f'absent_{number}_{day},en,press,family:in_absentia,,"{text.format(**told)}"'
                for text in ABSENT
            ]
            lines += [f'paid_{number}_{day},en,chat,,other_sense,"{text.format(**told)}"' for text in PAID]
    (made / "sentences" / "en.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def trained(folder):
    return train_tagger(folder, shipped_pack(), LEXICONS, seed=1)


@pytest.fixture(scope="module")
def tagger(trained):
    return trained.tagger


def words_of(text):
    writing = writing_of("en")
    return writing.words(writing.even(text).text)


def read(text, tagger, **note):
    return find([Document("doc", text, DocumentNote(language="en", **note))], shipped_pack().lexicons, tagger)


def tagged(text, tagger, **note):
    return [one for one in read(text, tagger, **note) if one.found_by == "tagger"]


SAID = "On Sunday the neighbour of the client was given ten years in Turkey before an empty dock."
FOUND = "passage:in_absentia"


def test_scores_are_those_of_scikit_learn(trained, tagger):
    """The weights are rounded before; from there on nothing is lost."""
    language = trained.languages[0]
    own = tagger.of("en")
    groups = [list(language.groups).index(one.id) for one in own.weights.groups]
    texts = [one.text for one in language.sentences] + [SAID, "Nothing of that kind at all."]
    masking = Masking(language.names)
    theirs = language.last.scores([counted_in(text, masking, "en") for text in texts])[:, groups]
    ours = np.array([own.scores(words_of(text), text) for text in texts])
    assert groups
    assert np.abs(theirs - ours).max() < 1e-9


def test_a_hit_has_its_sentence_its_probability_and_whose_word_it_is(tagger):
    (found,) = tagged(SAID, tagger, kind="court_ruling")
    assert found.id == FOUND
    assert found.span.quote == SAID
    assert found.match.quote in SAID
    assert 0 < found.probability <= 1
    assert found.said_by == "court"
    assert found.assertion is Assertion.AFFIRMED


@pytest.mark.parametrize(
    ("text", "assertion"),
    [
        ("No empty dock heard a judge of Turkey give the neighbour ten years.", Assertion.NEGATED),
        (
            "If the neighbour was given ten years in Turkey before an empty dock, we must know.",
            Assertion.HYPOTHETICAL,
        ),
        (
            "I fear that the neighbour will be given ten years in Turkey before an empty dock.",
            Assertion.FEARED,
        ),
    ],
)
def test_context_words_reach_what_the_tagger_finds(tagger, text, assertion):
    assert [one.assertion for one in tagged(text, tagger, kind="chronology")] == [assertion]


def test_a_phrase_of_the_same_family_silences_the_tagger(tagger):
    text = "My sister was not notified of the trial and was given ten years in Russia before an empty dock."
    found = read(text, tagger)
    assert {one.id for one in found} >= {"no_notice_of_case"}
    assert {one.found_by for one in found} == {"lexicon"}


def test_phrases_find_the_same_with_and_without_a_tagger(tagger):
    text = f"His brother was arrested in May. {SAID} The court refused extradition.\n\nHe fears torture."
    without = read(text, None)
    assert tuple(one for one in read(text, tagger) if one.found_by == "lexicon") == without
    assert without


@pytest.mark.parametrize("state", sorted(WORDS)[:20])
def test_another_state_changes_nothing(tagger, state):
    shape = "On Sunday the {1} neighbour was given ten years in {0} before an empty dock, said {6}."
    at_first, then = shape.format(*WORDS["RUS"]), shape.format(*WORDS[state])
    own = tagger.of("en")
    assert own.scores(words_of(then), then) == own.scores(words_of(at_first), at_first)
    assert [(one.id, one.probability) for one in tagged(then, tagger)] == [
        (one.id, one.probability) for one in tagged(at_first, tagger)
    ]


def test_training_again_gives_the_same(folder, trained):
    again = train_tagger(folder, shipped_pack(), LEXICONS, seed=1).tagger
    assert again.about == trained.tagger.about
    assert again.weights == trained.tagger.weights
    assert apart(again, trained.tagger) == {"en": 0.0}


def test_another_tagger_is_told_apart(trained):
    language = trained.tagger.weights["en"]
    name = next(iter(language.features))
    changed = {**language.features, name: (language.features[name][0] + 1, *language.features[name][1:])}
    other = Tagger(trained.tagger.about, {"en": language.model_copy(update={"features": changed})})
    assert apart(other, trained.tagger) == {"en": pytest.approx(1.0)}
    assert apart(Tagger(trained.tagger.about, {}), trained.tagger) == {"en": math.inf}


def test_written_and_read_back_it_is_the_same(trained, tmp_path):
    write_tagger(tmp_path, trained.tagger)
    read_back = read_tagger(tmp_path)
    assert read_back.about == trained.tagger.about
    assert dict(read_back.weights) == trained.tagger.weights
    again = pickle.loads(pickle.dumps(read_back))
    assert again.digest == trained.tagger.digest
    assert again.of("en").weights == trained.tagger.weights["en"]
    lines = (tmp_path / "en.json").read_text().count("\n")
    assert lines > len(trained.tagger.weights["en"].features)


def test_an_altered_file_is_refused(trained, tmp_path):
    write_tagger(tmp_path, trained.tagger)
    about = tmp_path / ABOUT
    about.write_text(about.read_text().replace('"seed": 1', '"seed": 2'))
    with pytest.raises(ModelError, match="its digest does not fit"):
        read_tagger(tmp_path)
    with pytest.raises(ModelError, match="cannot be read"):
        read_tagger(tmp_path / "nowhere")
    write_tagger(tmp_path, trained.tagger)
    weights = tmp_path / "en.json"
    weights.write_bytes(weights.read_bytes() + b" ")
    with pytest.raises(ModelError, match="its digest does not fit"):
        read_tagger(tmp_path).of("en")
    weights.unlink()
    with pytest.raises(ModelError, match="cannot be read"):
        read_tagger(tmp_path).of("en")


def test_weights_that_name_no_place_are_refused(trained, tmp_path):
    language = trained.tagger.weights["en"]
    name = next(iter(language.features))
    wrong = language.model_copy(update={"features": {**language.features, name: (1.0, 99.0, 0.5)}})
    content = trained.tagger.about.model_dump(mode="json", by_alias=True)
    content["files"] = {"en": hashlib.sha256(as_file(wrong)).hexdigest()}
    content["digest"] = about_digest(content)
    write_tagger(tmp_path, Tagger(TaggerAbout.model_validate(content), {"en": wrong}))
    with pytest.raises(ModelError, match="not whole"):
        read_tagger(tmp_path).of("en")


def test_a_paper_that_may_be_about_anything_is_read_only_where_phrases_place_it(tagger):
    """The same sentence in a ruling of the case counts at once."""
    assert tagged(SAID, tagger, kind="court_ruling")
    assert not tagged(SAID, tagger, kind="press")
    placed = f"His brother was arrested in May. The court refused extradition. {SAID}"
    assert tagged(placed, tagger, kind="press")


def test_a_family_is_learned_where_a_rule_wants_its_passages():
    pack = shipped_pack()
    wanted = {rule.family for rule in pack.rules if rule.of_a_passage}
    assert groups_of(pack) == {name: signals_by_family(pack)[name] for name in wanted}
    assert {one.id for one in pack.lexicons.lexicons} >= {*groups_of(pack)["in_absentia"]}


def test_a_signal_that_says_it_only_beside_another_is_no_sign_of_the_family():
    """That a step followed soon tells of asylum only where asylum is told of too."""
    told = {name for signals in signals_by_family(shipped_pack()).values() for name in signals}
    assert "refugee_status_against_issuer" in told
    assert told.isdisjoint({"step_followed_soon", "third_person_arrested", "new_evidence_behind_reopening"})


def test_what_is_said_to_be_likely_comes_true_as_often():
    chance = np.random.default_rng(0)
    scores = chance.normal(size=20_000)
    labels = (chance.random(20_000) < 1 / (1 + np.exp(3 - 2 * scores))).astype(float)
    slope, shift = calibrated(scores, labels)
    assert (slope, shift) == (pytest.approx(2, abs=0.1), pytest.approx(-3, abs=0.1))


def test_nothing_is_shown_that_is_more_likely_wrong(trained):
    language = trained.tagger.weights["en"]
    (group,) = [one for one in language.groups if one.id == "in_absentia"]
    even = -group.shift / group.slope
    assert group.is_reached(even + 0.01)
    assert group.probability(even + 0.01) >= EVEN
    assert not group.is_reached(even - 0.01)


def test_few_are_chance_and_switch_nothing_on(trained):
    """Of a family that phrases find in all sentences but a few, these few are no reason to show it."""
    language = trained.languages[0]
    column = list(language.groups).index("in_absentia")
    rows = np.arange(len(language.sentences))
    telling = rows[language.labels[:, column] > 0]
    for left, is_on in ((FEWEST_FOUND - 1, False), (len(telling), True)):
        met = language.met.copy()
        met[telling[left:], column] = True
        weights = replace(language, met=met).weights(language.last, rows)
        assert ("in_absentia" in {one.id for one in weights.groups}) is is_on


def test_what_the_tagger_alone_finds_is_possible_and_weighs_less(tagger):
    case = {
        "case_id": "one",
        "as_of": "2024-01-01",
        "documents": [{"id": "ruling", "kind": "court_ruling", "language": "en", "text": SAID}],
    }
    assessment = Screener(model=None, tagger=tagger).screen(case)
    found = [one for one in assessment.findings if any(e.found_by == "tagger" for e in one.evidence)]
    assert found
    assert assessment.provenance.tagger_digest == tagger.digest
    for one in found:
        assert assessment.families[one.family].verdict == "possible"
    silent = Screener(model=None, tagger=None).screen(case)
    assert silent.findings == ()
    assert silent.provenance.tagger_digest is None


def test_what_a_person_confirms_in_the_case_is_present(tagger):
    case = {
        "case_id": "one",
        "as_of": "2024-01-01",
        "documents": [{"id": "ruling", "kind": "court_ruling", "language": "en", "text": SAID}],
        "trial": {
            name: {"value": value, "level": "documented", "party": "court"}
            for name, value in (("in_absence", True), ("retrial_right", False))
        },
    }  # fmt: skip
    assessment = Screener(model=None, tagger=tagger).screen(case)
    assert assessment.families["in_absentia"].verdict == "present"


def test_the_data_sheet_counts_what_was_held_out(trained):
    told = evaluate_tagger(trained, shipped_pack().lexicons)
    assert told["sentences"]["sentences"] == 2 * 3 * len(WHO) * len(DAYS)
    assert told["all"]["alone"] >= told["all"]["found"] >= told["all"]["right"]
    heard = [*held_out(trained.languages[0], trained.tagger, shipped_pack().lexicons)]
    right = sum(len(one.alone & one.told) for one in heard)
    assert right > 0
    assert told["all"]["precision_alone"] == round(right / sum(len(one.alone) for one in heard), 4)
    assert all(one.by_tagger.isdisjoint(one.by_phrases) for one in heard)
    sheet = datasheet(told)
    assert "`in_absentia`" in sheet
    assert f"| all | {told['all']['labels']} |" in sheet
