"""How a thing is put and whose word it is, where a language differs from English."""

import pytest

from redflag.documents import Document, DocumentNote
from redflag.evidence import Party
from redflag.signals import ContextWords, Lexicon, Lexicons, find

LAWYER = {"fr": "avocat", "es": "abogado", "ru": "адвокат", "tr": "avukat", "zh": "律师", "ar": "محامي"}
PROSECUTOR = {
    "fr": "procureur",
    "es": "fiscal",
    "ru": "следовател*",
    "tr": "savcı*",
    "zh": "检察官",
    "ar": "نيابة",
}
WORDS = {
    "fr": {
        "negators": ["pas"], "quantifiers": ["aucun*"], "fears": ["craint"], "conditions": ["si"],
        "says": ["dit", "déclare", "déclaré"], "according": ["selon"], "that": ["que", "qu"],
        "ends_clause": ["mais", "parce que"], "speaker_stands": "either", "future": ["sera", "*erait"],
        "auxiliaries": ["a", "été", "est"],
    },
    "es": {
        "negators": ["no"], "fears": ["teme que"], "says": ["dijo"], "that": ["que"], "of": ["al", "de"],
        "speaker_stands": "either", "ends_clause": ["pero"], "auxiliaries": ["fue", "había", "sido"],
    },
    "ru": {
        "negators": ["не"], "fears": ["боится"], "says": ["сообщил*", "сказал*"], "that": ["что"],
        "according": ["по словам"], "speaker_stands": "either", "ends_clause": ["но"],
    },
    "tr": {
        "negators": ["*madı", "*mıyor*", "değil"], "possible": ["*abilir"], "says": ["söyledi", "dedi"],
        "conditions": ["*ırsa"], "verb_last": True, "ends_clause": ["ama"], "threats": ["tehdit etti"],
    },
    "zh": {
        "negators": ["没有", "未"], "fears": ["担心"], "says": ["说", "表示"], "not_speech": ["小说"],
        "conditions": ["如果"], "alleged": ["据称"], "ends_clause": ["但是"], "according": ["根据"],
    },
    "ar": {
        "negators": ["لم", "لا", "ما"], "fears": ["يخشى"], "says": ["قال", "قالت"], "that": ["إن", "أن"],
        "speaker_stands": "after", "ends_clause": ["لكن"],
    },
}  # fmt: skip
PHRASES = {
    "fr": "frère .. arrêt*",
    "es": "hermano .. detenido",
    "ru": "брат* .. арест*",
    "tr": "kardeş* .. (tutukla*|gözaltına al*)",
    "zh": "弟弟 .. 被捕",
    "ar": "اعتقل* .. شقيق",
}


def lexicons():
    contexts = {
        code: ContextWords.model_validate(
            {**words, "speakers": {Party.DEFENCE: [LAWYER[code]], Party.REQUESTING_STATE: [PROSECUTOR[code]]}}
        )
        for code, words in WORDS.items()
    }
    for code in ("fr", "es", "ru", "ar", "zh"):
        contexts[code] = contexts[code].model_copy(update={"speech_apart": True})
    lawyer = {
        "fr": ("avocat ... arrêt*",), "es": ("abogado ... detenido",), "ru": ("адвокат ... арест*",),
        "ar": ("محامي ... اعتقل*",), "zh": ("律师 ... 被捕",),
    }  # fmt: skip
    two = Lexicon(id="lawyer", says="x", phrases=lawyer)
    one = Lexicon(id="held", says="x", phrases={code: (phrase,) for code, phrase in PHRASES.items()})
    return Lexicons([one, two], {}, contexts)


LEXICONS = lexicons()


def told(code, text, name="held"):
    found = find([Document("doc", text, DocumentNote(language=code, kind="press"))], LEXICONS)
    return [(signal.assertion.value, signal.said_by.value) for signal in found if signal.id == name]


@pytest.mark.parametrize(
    ("code", "text", "put"),
    [
        ("fr", "Son frère a été arrêté.", "affirmed"),
        ("fr", "Son frère n'a pas été arrêté.", "negated"),
        ("fr", "Aucun frère n'est arrêté.", "negated"),
        ("fr", "Elle craint que son frère soit arrêté.", "feared"),
        ("fr", "Il n'est pas venu mais son frère est arrêté.", "affirmed"),
        ("fr", "Il n'est pas venu parce que son frère est arrêté.", "affirmed"),
        ("fr", "Est-ce que son frère est arrêté ?", "hypothetical"),
        ("es", "Su hermano fue detenido.", "affirmed"),
        ("es", "Su hermano no fue detenido.", "negated"),
        ("es", "Teme que su hermano sea detenido.", "feared"),
        ("es", "¿Su hermano fue detenido?", "hypothetical"),
        ("ru", "Его брата не арестовали.", "negated"),
        ("ru", "Его брат не пришёл, но брата арестовали.", "affirmed"),
        ("ru", "Она боится, что её брата арестуют.", "feared"),
        ("tr", "Kardeşi tutuklandı.", "affirmed"),
        ("tr", "Kardeşi tutuklanmadı.", "negated"),
        ("tr", "Kardeşi gözaltına alınmıyordu.", "negated"),
        ("tr", "KARDEŞİ TUTUKLANMADI.", "negated"),
        ("tr", "Kardeşi tutuklanabilir.", "hypothetical"),
        ("tr", "Kardeşi tutuklanırsa dönmem.", "hypothetical"),
        ("tr", "Kardeşi tutuklandı ama dönmedi.", "affirmed"),
        ("zh", "他的弟弟被捕了。", "affirmed"),
        ("zh", "他的弟弟没有被捕。", "negated"),
        ("zh", "弟弟未被捕，但是很害怕。", "negated"),
        ("zh", "她担心弟弟会被捕。", "feared"),
        ("zh", "弟弟被捕了吗？", "hypothetical"),
        ("ar", "اعتقلوا شقيقه.", "affirmed"),
        ("ar", "ولم اعتقلوا شقيقه.", "negated"),
        ("ar", "هل اعتقلوا شقيقه؟", "hypothetical"),
    ],
)
def test_how_a_thing_is_put(code, text, put):
    assert [one for one, _ in told(code, text)] == [put]


@pytest.mark.parametrize(
    ("code", "text", "said_by"),
    [
        ("fr", "L'avocat a déclaré que son frère a été arrêté.", "defence"),
        ("fr", "Son frère est arrêté, a dit l'avocat.", "defence"),
        ("fr", "Selon le procureur, son frère est arrêté.", "requesting_state"),
        ("es", "Dijo el abogado que su hermano fue detenido.", "defence"),
        ("es", "El fiscal dijo al abogado que su hermano fue detenido.", "requesting_state"),
        ("ru", "Сообщил адвокат, что брата арестовали.", "defence"),
        ("ru", "По словам следователя, брата арестовали.", "requesting_state"),
        ("tr", "Avukat kardeşinin tutuklandığını söyledi.", "defence"),
        ("tr", "“Kardeşi tutuklandı” dedi avukat.", "defence"),
        ("tr", "Savcı, kardeşini gözaltına aldık dedi.", "requesting_state"),
        ("zh", "律师说，他的弟弟被捕了。", "defence"),
        ("zh", "检察官表示弟弟已经被捕。", "requesting_state"),
        ("zh", "律师写小说，弟弟被捕。", "press"),
        ("ar", "وقال المحامي إنهم اعتقلوا شقيقه.", "defence"),
        ("ar", "قالت النيابة إن اعتقلوا شقيقه.", "requesting_state"),
    ],
)
def test_whose_word_it_is(code, text, said_by):
    assert [one for _, one in told(code, text)] == [said_by]


@pytest.mark.parametrize(
    ("code", "text", "count"),
    [
        ("fr", "L'avocat a dit que son frère a été arrêté.", 0),
        ("fr", "L'avocat de la famille a été arrêté.", 1),
        ("es", "Dijo el abogado que su hermano fue detenido.", 0),
        ("es", "El abogado dijo que su hermano fue detenido.", 0),
        ("es", "El abogado que le ayudaba fue detenido.", 1),
        ("ru", "Адвокат сообщил, что брата арестовали.", 0),
        ("ru", "Адвокат, по словам семьи, арестован.", 1),
        ("zh", "律师说，他的弟弟被捕了。", 0),
        ("zh", "律师昨天在家里被捕了。", 1),
        ("ar", "قال المحامي إن شقيقه اعتقل.", 0),
    ],
)
def test_a_phrase_does_not_run_from_who_speaks_into_what_is_said(code, text, count):
    assert len(told(code, text, "lawyer")) == count
