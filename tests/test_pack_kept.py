"""What is kept of the shipped pack: a convenience that changes nothing and is trusted with nothing."""

from __future__ import annotations

import os
import pickle
import shutil
import stat
from pathlib import Path

import pytest

from redflag.documents import Document, DocumentNote
from redflag.errors import RuleError
from redflag.kept import MOST_KEPT, keep, recall
from redflag.pack import kept, read, read_pack, shipped_pack_folder
from redflag.signals import Lexicons, find


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "redflag" / f"pack-{kept.key_of(shipped_pack_folder())[:16]}.json"


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shipped pack that takes its place."""
    folder = tmp_path / "rules"
    shutil.copytree(shipped_pack_folder(), folder)
    monkeypatch.setattr(read, "shipped_pack_folder", lambda: folder)
    return folder


def test_the_second_reading_is_equal_to_the_first(place: Path) -> None:
    first = read_pack([shipped_pack_folder()])
    assert place.is_file()
    second = read_pack([shipped_pack_folder()])
    assert second.digest == first.digest
    assert repr(second.questions) == repr(first.questions)
    assert [repr(one) for one in second.lexicons.lexicons] == [repr(one) for one in first.lexicons.lexicons]
    assert second.lexicons.digest() == first.lexicons.digest()


def test_only_its_owner_may_see_it_and_nothing_lies_beside_it(place: Path) -> None:
    read_pack([shipped_pack_folder()])
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert {*place.parent.iterdir()} == {place, phrases_beside(place)}


def phrases_beside(place: Path) -> Path:
    return place.with_name(place.name.replace("pack-", "phrases-"))


def only(name: str, place: Path) -> Path:
    [found] = place.parent.glob(f"{name}-*.json")
    return found


def heard(lexicons: Lexicons, language: str, text: str) -> set[str]:
    return {one.id for one in find([Document("text", text, DocumentNote(language=language))], lexicons)}


TEXT = "They arrested my brother and said that he will be released if I return."


def test_phrases_are_read_only_where_what_they_compile_to_was_not_kept(place: Path) -> None:
    first = read_pack([shipped_pack_folder()])
    found = heard(first.lexicons, "en", TEXT)
    assert found
    phrases = phrases_beside(place)
    kept_phrases = phrases.read_bytes()
    phrases.write_bytes(b"not read")
    second = read_pack([shipped_pack_folder()])
    assert heard(second.lexicons, "en", TEXT) == found
    only("signals-en", place).unlink()
    for content in (b"not whole", kept_phrases):
        phrases.write_bytes(content)
        again = read_pack([shipped_pack_folder()])
        assert heard(again.lexicons, "en", TEXT) == found
        assert again.lexicons.lexicons == first.lexicons.lexicons
        assert pickle.loads(pickle.dumps(again.lexicons)).digest() == first.lexicons.digest()
        only("signals-en", place).unlink()


def test_phrases_that_changed_since_the_pack_was_read_are_refused(place: Path, shipped: Path) -> None:
    read_pack([shipped])
    only("phrases", place).unlink()
    second = read_pack([shipped])
    slots = next(iter(sorted((shipped / "lexicons" / "slots").glob("*.yaml"))))
    slots.write_text(slots.read_text(encoding="utf-8") + "# more\n", encoding="utf-8")
    with pytest.raises(RuleError, match="has changed since it was read"):
        heard(second.lexicons, "en", TEXT)


@pytest.mark.parametrize("spoilt", [b"", b"\xff", b"{}", b"cut", b"altered", b"headless"])
def test_what_is_not_whole_is_passed_over_and_replaced(place: Path, spoilt: bytes) -> None:
    good = read_pack([shipped_pack_folder()])
    whole = place.read_bytes()
    changed = {
        b"cut": whole[:-100],
        b"altered": whole.replace(b"red_notice", b"blue_notice"),
        b"headless": whole.partition(b"\n")[2],
    }
    place.write_bytes(changed.get(spoilt, spoilt))
    assert read_pack([shipped_pack_folder()]).digest == good.digest
    assert place.read_bytes() == whole


@pytest.mark.usefixtures("place")
def test_a_file_that_changed_is_read_anew(shipped: Path) -> None:
    before = read_pack([shipped])
    families = shipped / "families.yaml"
    families.write_text(families.read_text(encoding="utf-8").replace("title: ", "title: Other ", 1), "utf-8")
    assert read_pack([shipped]).digest != before.digest


@pytest.mark.usefixtures("place")
def test_a_fault_is_told_with_its_place_however_often_it_is_read(shipped: Path) -> None:
    read_pack([shipped])
    lexicon = next(iter(sorted((shipped / "lexicons").glob("*.yaml"))))
    lexicon.write_text(lexicon.read_text(encoding="utf-8") + '    - "{nothing_known} {"\n', encoding="utf-8")
    for _ in range(2):
        with pytest.raises(RuleError, match=rf"{lexicon.name}:\d+:\d+: phrase"):
            read_pack([shipped])


@pytest.mark.usefixtures("place")
def test_another_version_does_not_use_it(monkeypatch: pytest.MonkeyPatch) -> None:
    read_pack([shipped_pack_folder()])
    key = kept.key_of(shipped_pack_folder())
    assert kept.recall(key) is not None
    monkeypatch.setattr(kept, "package_version", lambda: "another")
    assert kept.recall(kept.key_of(shipped_pack_folder())) is None


def test_without_a_folder_to_keep_it_in_the_pack_is_read_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a_file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "a_file"))
    assert read_pack([shipped_pack_folder()]).rules


def test_nothing_is_kept_of_a_pack_that_is_not_the_shipped_one(place: Path, tmp_path: Path) -> None:
    shutil.copytree(shipped_pack_folder(), tmp_path / "mine")
    read_pack([tmp_path / "mine"])
    assert not place.exists()


def test_what_is_asked_of_the_kept_pack_is_checked_as_ever(place: Path) -> None:
    read_pack([shipped_pack_folder()])
    assert place.is_file()
    with pytest.raises(RuleError, match="to switch off"):
        read_pack([shipped_pack_folder()], switched_off={"no.such_rule": "a reason"})
    with pytest.raises(RuleError, match="pinned"):
        read_pack([shipped_pack_folder()], pin="0" * 64)


def test_two_installs_keep_theirs_side_by_side(
    place: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shutil.copytree(shipped_pack_folder(), tmp_path / "rules")
    other = tmp_path / "rules" / "families.yaml"
    other.write_text(other.read_text(encoding="utf-8") + "# of another install\n", encoding="utf-8")
    mine = read_pack([shipped_pack_folder()])
    whole = place.read_bytes()
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(read, "shipped_pack_folder", lambda: tmp_path / "rules")
        theirs = read_pack([tmp_path / "rules"])
    assert len([*place.parent.glob("pack-*.json")]) == 2
    assert place.read_bytes() == whole
    monkeypatch.setattr(read, "read_file", lambda path: pytest.fail(f"{path} was read again"))
    assert read_pack([shipped_pack_folder()]).digest == mine.digest == theirs.digest


def test_what_stands_under_the_name_of_another_is_not_trusted(place: Path) -> None:
    good = read_pack([shipped_pack_folder()])
    other = kept.key_of(shipped_pack_folder().parent / "tests")
    place.rename(place.with_name(f"pack-{other[:16]}.json"))
    assert kept.recall(other) is None
    again = read_pack([shipped_pack_folder()])
    assert (again.digest, place.is_file()) == (good.digest, True)


def test_only_the_latest_are_kept_and_others_are_left_alone(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = tmp_path / "redflag"
    keys = [f"{number:064x}"[::-1] for number in range(9)]
    keep("signals-zh-x", keys[0], {})
    for number, key in enumerate(keys):
        keep("signals-zh", key, {"number": number})
        for path in folder.iterdir():  # however coarse the clock of the file system
            written = path.stat().st_mtime_ns - 10**9
            os.utime(path, ns=(written, written))
    assert [recall("signals-zh", key) for key in keys] == [None] * 6 + [{"number": n} for n in (6, 7, 8)]
    assert recall("signals-zh-x", keys[0]) == {}
    assert len([*folder.iterdir()]) == MOST_KEPT + 1
