"""Forgetting shows what would go and why, takes it out of every place, and searches the files for bytes of it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simone.caching.contract import Cache
from simone.caching.ram import RamCache
from simone.errors import BadRequest, StoreError
from simone.memory import forgetting
from simone.memory.applying import apply_plan
from simone.memory.consolidation import plan_consolidation
from simone.memory.contract import Candidate, Entity, Filter, Keys, Link, Memory, Origin
from simone.memory.forgetting import CachePlace, Left, Searched, Wish, forget, plan_forgetting
from simone.memory.pieces import Pieces
from simone.memory.remembering import as_memory
from simone.memory.sqlite import SqliteStore

NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)
KEY = "Dana Ruiz keeps the spare key of the boathouse under the third flowerpot."
PAID = "Belmar paid Orsk four million crowns for the harbour rights in the north."


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore.open(tmp_path / "memory.sqlite", durable=False)
    yield opened
    opened.close()


def keep(store: SqliteStore, text: str, source: str = "notes", **fields: object) -> Memory:
    recorded = str(fields.pop("recorded_at", "2026-03-01T00:00:00+00:00"))
    quote = str(fields.pop("quote", text))
    origin = Origin(source, 0, len(quote), quote, "r1", str(fields.pop("author", "Ann")), 0.8)
    made = msgspec.structs.replace(as_memory(Candidate(text, (origin,)), recorded), **fields)
    with store.writing() as writing:
        writing.add(made, Keys(int(made.id, 16) >> 1, (1, 2), (3,)))
    return made


def doomed(store: SqliteStore, wish: Wish) -> dict[str, str]:
    return {one.memory.text: one.why for one in plan_forgetting(store, wish).doomed}


def test_a_subject_is_found_by_entity_author_and_plain_mention(store: SqliteStore) -> None:
    keep(store, KEY, entities=(Entity(0, 9, "name", "dana ruiz"),))
    keep(store, "I rent the boathouse.", author="dana ruiz")
    keep(store, "The key is with DANA  RUIZ until May.")
    keep(store, "A quiet neighbour.", quote="A quiet neighbour, our Dana Ruiz.")
    keep(store, PAID)
    keep(store, "Dana Ruizova owns a kiosk.")
    found = doomed(store, Wish(subject="Dana Ruiz"))
    assert found == {
        KEY: "names Dana Ruiz",
        "I rent the boathouse.": "was said by Dana Ruiz",
        "The key is with DANA  RUIZ until May.": "speaks of Dana Ruiz",
        "A quiet neighbour.": "speaks of Dana Ruiz",
    }


def test_a_part_of_the_name_is_shown_but_stays(store: SqliteStore) -> None:
    keep(store, KEY)
    partly = keep(store, "Dana is away in May.")
    plan = plan_forgetting(store, Wish(subject="Dana Ruiz"))
    assert [one.memory.text for one in plan.doomed] == [KEY]
    assert plan.perhaps == (partly,)


def test_wishes_narrow_one_another(store: SqliteStore) -> None:
    keep(store, KEY, "letters", session="s1")
    keep(store, PAID, "letters", session="s2", recorded_at="2026-04-01T00:00:00+00:00")
    assert set(doomed(store, Wish(sources=("letters",)))) == {KEY, PAID}
    assert set(doomed(store, Wish(sources=("letters",), sessions=("s2",)))) == {PAID}
    assert set(doomed(store, Wish(before="2026-03-15"))) == {KEY}
    assert set(doomed(store, Wish(everything=True))) == {KEY, PAID}
    assert doomed(store, Wish(tenant="other", everything=True)) == {}


def test_a_wish_for_nothing_or_for_an_unknown_id_is_refused(store: SqliteStore) -> None:
    with pytest.raises(BadRequest, match="nothing says what to forget"):
        plan_forgetting(store, Wish())
    with pytest.raises(BadRequest, match="abcdef"):
        plan_forgetting(store, Wish(ids=("abcdef",)))
    with pytest.raises(BadRequest, match="last week"):
        plan_forgetting(store, Wish(before="last week"))


@pytest.mark.parametrize("nobody", ["", "  ", "a\nb"])
def test_a_tenant_that_is_no_name_is_refused_and_not_taken_for_every_tenant(store: SqliteStore, nobody: str) -> None:
    keep(store, KEY, tenant="one")
    with pytest.raises(BadRequest, match="the tenant is called"):
        plan_forgetting(store, Wish(tenant=nobody, everything=True))


def test_what_repeats_the_words_goes_too(store: SqliteStore) -> None:
    first = keep(store, KEY)
    keep(store, f"He said: {KEY}", "diary")
    keep(store, "A note on keys.", "diary", quote=KEY)
    keep(store, PAID)
    found = doomed(store, Wish(ids=(first.id,)))
    assert len(found) == 3
    assert PAID not in found
    assert found["A note on keys."].startswith("repeats to the letter")


def test_nothing_is_forgotten_by_a_plan(store: SqliteStore) -> None:
    keep(store, KEY)
    before = store.changes(0)
    plan_forgetting(store, Wish(subject="Dana Ruiz"))
    assert store.changes(0) == before


class Notes:
    """A file in which words stand too."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name
        self.is_locked = False

    def erase(self, pieces: Pieces) -> str:
        if self.is_locked or not pieces.stand_in(self.path.read_bytes()):
            return "left alone"
        self.path.write_bytes(b"")
        return "emptied"

    def files(self) -> tuple[Path, ...]:
        return (self.path,)

    def contents(self) -> tuple[tuple[str, bytes], ...]:
        return ()


def content(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file())


def test_no_byte_is_left_in_the_store_or_its_log_and_the_rest_stays(store: SqliteStore, tmp_path: Path) -> None:
    secret = keep(store, KEY, entities=(Entity(0, 9, "name", "dana ruiz"),))
    other = keep(store, PAID)
    with store.writing() as writing:
        writing.link(Link("l1", "closes", secret.id, other.id, NOW.isoformat(), "Dana Ruiz says otherwise", ""))
    assert b"flowerpot" in content(tmp_path)
    proof = forget(store, plan_forgetting(store, Wish(subject="Dana Ruiz")))
    assert proof.holds
    assert proof.forgotten == (secret.id,)
    assert proof.pieces >= 4
    assert {Path(one.path).name for one in proof.searched} >= {"memory.sqlite"}
    left = content(tmp_path).lower()
    for piece in (b"dana ruiz", b"flowerpot", b"boathouse", secret.id.encode()):
        assert piece not in left or piece == secret.id.encode()
    assert store.select(Filter()) == (other,)
    assert store.links([other.id]) == ()


def test_forgetting_a_member_forgets_its_episode(store: SqliteStore, tmp_path: Path) -> None:
    texts = (KEY, "Dana Ruiz keeps the key of the boathouse.", "The key of the boathouse is under the flowerpot.")
    for at, text in enumerate(texts):
        keep(store, text, f"t{at}")
    apply_plan(store, plan_consolidation(store, "default", NOW, least_members=2), NOW)
    assert [one.kind for one in store.select(Filter(current=False))].count("episode") == 1
    plan = plan_forgetting(store, Wish(subject="Dana Ruiz"))
    assert forget(store, plan).holds
    assert [one.text for one in store.select(Filter(current=False))] == [texts[2]]


def test_a_place_is_erased_and_its_files_are_searched(store: SqliteStore, tmp_path: Path) -> None:
    keep(store, KEY)
    notes, copy = Notes(tmp_path / "notes.txt"), Notes(tmp_path / "copy.bin")
    for place in (notes, copy):
        place.path.write_bytes(b"\0" * 1000 + KEY.encode())
    copy.is_locked = True
    proof = forget(store, plan_forgetting(store, Wish(subject="Dana Ruiz")), [notes, copy])
    assert proof.erased == (("notes.txt", "emptied"), ("copy.bin", "left alone"))
    assert not proof.holds
    assert proof.left[0] == Left(str(copy.path), 1000)
    assert {Path(one.path).name for one in proof.left} == {"copy.bin"}


def test_a_cache_is_emptied(store: SqliteStore) -> None:
    keep(store, KEY)
    cache: Cache[str] = RamCache(1000)
    cache.put("k", KEY, 100)
    place = CachePlace("answers", cache)
    proof = forget(store, plan_forgetting(store, Wish(subject="Dana Ruiz")), [place])
    assert cache.get("k") is None
    assert proof.erased == (("answers", "emptied, 1 entries"),)
    assert proof.holds


def test_what_stays_may_say_the_same_words_and_then_proves_nothing(store: SqliteStore) -> None:
    keep(store, KEY)
    keep(store, "The spare key of the boathouse under the third flowerpot. is a song", "songs")
    proof = forget(store, plan_forgetting(store, Wish(subject="Dana Ruiz")))
    assert proof.shared > 0
    assert proof.holds


def test_forgetting_again_finds_nothing_to_do(store: SqliteStore) -> None:
    keep(store, KEY)
    forget(store, plan_forgetting(store, Wish(subject="Dana Ruiz")))
    plan = plan_forgetting(store, Wish(subject="Dana Ruiz"))
    assert plan.doomed == ()
    assert forget(store, plan).forgotten == ()


NAMES = ("Dana Ruiz", "Ilva Marr", "Belmar")
rows = st.lists(st.tuples(st.sampled_from(NAMES), st.integers(0, 10**12), st.text(max_size=30)), min_size=1, max_size=8)


@given(rows, st.sampled_from(NAMES))
@settings(max_examples=25, deadline=None)
def test_whoever_is_forgotten_no_byte_stays_and_nothing_else_goes(
    tmp_path_factory: pytest.TempPathFactory, said: list[tuple[str, int, str]], subject: str
) -> None:
    folder = tmp_path_factory.mktemp("any")
    store = SqliteStore.open(folder / "memory.sqlite", durable=False)
    memories = {}
    for at, (name, number, more) in enumerate(said):
        text = f"{name} hid {number} coins {more}".encode("utf-8", "ignore").decode()
        memories[keep(store, text, f"t{at}").id] = (name, f"hid {number} coins")
    forget(store, plan_forgetting(store, Wish(subject=subject)))
    left = {memory.id for memory in store.select(Filter(current=False))}
    assert left == {one for one, (name, _) in memories.items() if name != subject}
    store.close()
    stays = {words for one, (_, words) in memories.items() if one in left}
    for one, (_, words) in memories.items():
        if one not in left and not any(words in other for other in stays):
            assert words.encode() not in content(folder)
    assert subject.lower().encode() not in content(folder).lower()


@given(st.text(min_size=20, max_size=120), st.integers(0, 40))
@settings(max_examples=80, deadline=None)
def test_a_text_is_found_wherever_and_however_it_stands(text: str, before: int) -> None:
    body = text.strip()
    pieces = Pieces([text], [], [])
    if pieces.too_short:
        assert not len(pieces)
        return
    plain = b"\1" * before + body.encode() + b"\2" * 9
    written = b"\1" * before + msgspec.json.encode({"text": body})
    twice = b"\1" * before + msgspec.json.encode({"text": msgspec.json.encode({"text": body}).decode()})
    assert all(pieces.stand_in(content) for content in (plain, written, twice))
    assert not pieces.stand_in(b"\1" * 200)


@given(st.integers(0, 150), st.integers(47, 80))
@settings(max_examples=60, deadline=None)
def test_any_47_bytes_that_remain_are_found(start: int, length: int) -> None:
    text = "".join(chr(97 + (number * number) % 26) for number in range(240))
    remains = text[start : start + length].encode()
    assert Pieces([text], [], []).stand_in(b"?" * 11 + remains + b"?" * 5)


def test_a_piece_across_two_parts_of_a_large_file_is_found(tmp_path: Path) -> None:
    part = forgetting._BYTES_AT_ONCE
    for at in (part - 40, part - 10, part + 5):
        path = tmp_path / "large.bin"
        path.write_bytes(b"\0" * at + KEY.encode() + b"\0" * 100)
        size, found = forgetting._search_parts(forgetting._parts_of(path), Pieces([KEY], [], []))
        assert size == at + len(KEY) + 100
        assert at in found
    path.write_bytes(b"\0" * (part - 3) + b"annual")
    assert forgetting._search_parts(forgetting._parts_of(path), Pieces([], ["Ann"], []))[1] == set()
    path.write_bytes(b"\0" * (part - 3) + b"ann")
    assert forgetting._search_parts(forgetting._parts_of(path), Pieces([], ["Ann"], []))[1] == {part - 3}


def test_a_short_name_is_found_as_a_word_of_its_own_only() -> None:
    pieces = Pieces([], ["Ann"], [])
    assert not pieces.stand_in(b"the annual channel of Annie")
    for content in (b"Ann", b"an ANN.", b'{"text":"ann"}', b'{"text":"\\nAnn said"}', b"\0Ann\0"):
        assert pieces.stand_in(content)
    assert Pieces([], ["Ann Lee"], []).stand_in(b"7f3aann leex")


def test_a_short_text_is_found_as_words_of_their_own_whatever_ends_them() -> None:
    pieces = Pieces(["PIN is 4711"], [], [])
    assert not pieces.stand_in(b"the PIN is 47110")
    for content in ("My PIN is 4711.", '{"draft":"“PIN is 4711”"}', "pin is 4711\n", "\\nPIN is 4711…"):
        assert pieces.stand_in(content.encode())
    assert pieces.too_short == 0
    assert Pieces(["4"], ["Li"], []).too_short == 2
    assert Pieces([], ["王明"], []).stand_in("我叫王明。".encode())


def test_a_sentence_is_found_without_its_full_stop_and_whatever_its_case() -> None:
    pieces = Pieces(["Anna Berg is pregnant."], [], [])
    for content in (b"It seems anna berg is pregnant [1].", b"ANNA BERG IS PREGNANT"):
        assert pieces.stand_in(content)


def test_a_name_is_found_across_a_line_break(tmp_path: Path) -> None:
    pieces = Pieces(["PIN is 4711"], ["Dana  Ruiz"], [])
    wrapped = "Where does Dana\n  Ruiz live?"
    once = msgspec.json.encode(wrapped)
    for content in (wrapped.encode(), once, msgspec.json.encode(once.decode()), b"PIN\tis\r\n4711"):
        assert pieces.stand_in(content)
    assert not pieces.stand_in(b"Dana, Ruiz")
    assert Pieces([], ["Dana Ruiz"], [wrapped]).shared == 1
    path = tmp_path / "large.bin"
    path.write_bytes(b"\0" * (forgetting._BYTES_AT_ONCE - 8) + wrapped[11:].encode())
    assert forgetting._search_parts(forgetting._parts_of(path), pieces)[1] == {forgetting._BYTES_AT_ONCE - 8}


def test_accents_are_found_however_they_are_written() -> None:
    composed, apart = (unicodedata.normalize(form, "Émile Dupont") for form in ("NFC", "NFD"))
    for told, stands in ((composed, apart), (apart, composed), (composed, composed.upper())):
        assert Pieces([], [told], []).stand_in(stands.encode())
    for told, stands in ((composed, apart), (apart, composed)):
        assert Pieces([f"{told} moved to Orsk in the spring of 1931."], [], []).stand_in(
            f"I hear that {stands} moved to Orsk in the spring of 1931".encode()
        )


def test_a_subject_is_meant_however_its_accents_are_written(store: SqliteStore) -> None:
    text = unicodedata.normalize("NFD", "Émile Dupont moved to Orsk.")
    keep(store, text)
    assert doomed(store, Wish(subject=unicodedata.normalize("NFC", "Émile Dupont"))) == {text: "speaks of Émile Dupont"}
    assert set(doomed(store, Wish(subject=unicodedata.normalize("NFD", "Émile Dupont")))) == {text}


def test_what_is_too_short_to_be_looked_for_is_not_said_to_be_gone(store: SqliteStore) -> None:
    kept = keep(store, "4 €")
    proof = forget(store, plan_forgetting(store, Wish(ids=(kept.id,))))
    assert proof.holds
    kept = keep(store, "4")
    proof = forget(store, plan_forgetting(store, Wish(ids=(kept.id,))))
    assert (proof.holds, proof.too_short, proof.left) == (False, 1, ())


def test_a_name_that_another_tenant_says_too_is_erased_in_every_place_and_stays_in_their_row(
    store: SqliteStore, tmp_path: Path
) -> None:
    keep(store, KEY, tenant="one")
    theirs = keep(store, "Our supplier is called Dana Ruiz.", tenant="two")
    notes, copy = Notes(tmp_path / "notes.txt"), Notes(tmp_path / "copy.bin")
    for place in (notes, copy):
        place.path.write_bytes(b"Where does Dana Ruiz live now?")
    proof = forget(store, plan_forgetting(store, Wish(tenant="one", subject="Dana Ruiz")), [notes])
    assert (proof.erased, proof.shared) == ((("notes.txt", "emptied"),), 1)
    assert proof.holds
    assert store.select(Filter(tenant="two")) == (theirs,)
    copy.is_locked = True
    proof = forget(store, plan_forgetting(store, Wish(tenant="one", subject="Dana Ruiz")), [copy])
    assert [Path(one.path).name for one in proof.left] == ["copy.bin"]


class Compressed(Notes):
    """A file in which nothing stands in clear, and from which nothing goes."""

    def erase(self, pieces: Pieces) -> str:
        return "left alone"

    def contents(self) -> tuple[tuple[str, bytes], ...]:
        return (("page 1", b"nothing"), ("page 2", f"He wrote: {KEY}".encode()))


def test_what_a_place_holds_compressed_is_searched_unpacked(store: SqliteStore, tmp_path: Path) -> None:
    keep(store, KEY)
    (tmp_path / "notes").write_bytes(b"")
    proof = forget(store, plan_forgetting(store, Wish(everything=True)), [Compressed(tmp_path / "notes")])
    assert {one.path for one in proof.left} == {"page 2"}
    assert Searched("notes, unpacked", 17 + len(KEY.encode())) in proof.searched
    assert not proof.holds


class Late(Notes):
    """A file to which somebody writes once, behind the first erasing, what they had read before it."""

    has_written = False

    def erase(self, pieces: Pieces) -> str:
        done = super().erase(pieces)
        if not self.has_written:
            self.path.write_bytes(KEY.encode())
            self.has_written = True
        return done


def test_what_was_written_while_the_store_let_go_is_erased_too(store: SqliteStore, tmp_path: Path) -> None:
    keep(store, KEY)
    notes = Late(tmp_path / "notes.txt")
    notes.path.write_bytes(KEY.encode())
    proof = forget(store, plan_forgetting(store, Wish(subject="Dana Ruiz")), [notes])
    assert (proof.erased, proof.again) == ((("notes.txt", "emptied"),), (("notes.txt", "emptied"),))
    assert proof.holds


class Busy(Notes):
    """A file that somebody uses when it is to be erased the second time."""

    erased = 0

    def erase(self, pieces: Pieces) -> str:
        self.erased += 1
        if self.erased == 2:
            raise StoreError("the notes are read by another program")
        return super().erase(pieces)


def test_a_place_that_refuses_the_second_erasing_is_named_and_nothing_is_proved(
    store: SqliteStore, tmp_path: Path
) -> None:
    kept = keep(store, KEY)
    notes = Busy(tmp_path / "notes.txt")
    notes.path.write_bytes(KEY.encode())
    proof = forget(store, plan_forgetting(store, Wish(ids=(kept.id,))), [notes])
    assert (proof.forgotten, proof.left, proof.refused) == ((kept.id,), (), ("notes.txt",))
    assert "read by another program" in proof.again[0][1]
    assert not proof.holds


def test_pieces_that_are_kept_elsewhere_are_told_apart() -> None:
    pieces = Pieces([KEY, "short"], ["Dana Ruiz"], [f"They say that {KEY}"])
    assert pieces.too_short == 0
    assert pieces.shared == len(pieces) - 1 > 4
    assert pieces.stand_in(KEY.encode())
    assert not list(pieces.found(KEY.encode(), with_shared=False))
