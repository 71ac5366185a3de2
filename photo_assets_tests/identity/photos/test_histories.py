"""After any changes to a collection, joining them gives the tables of a complete join."""

import hashlib
import random
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from photo_assets.identity.answers import DIFFERENT, SAME, Groups, ids_in, settle_answers
from photo_assets.identity.photos import PhotosWritten
from photo_assets.ledger import WITHDRAWN, Ledger, open_ledger
from photo_assets.ledger.tables import PHOTOS
from photo_assets.model.vocabulary import Availability, LinkKind
from photo_assets_tests.identity.photos.deciding import Deciding
from photo_assets_tests.identity.photos.library import Library, hold_against_the_whole, taken
from photo_assets_tests.identity.photos.making import Key, Thing, link

CONTENTS = st.sampled_from([None, *(b"%d" % n for n in range(9))])
IMAGES = st.sampled_from([None, None, b"same", b"other"])
SIDES = st.sampled_from([None, (4, 3), (3, 4), (8, 6)])
KEYS = st.one_of(
    st.builds(lambda n: ("folders", "nas", f"a/{n}.jpg"), st.integers(0, 5)),
    st.builds(lambda n: ("folders", "disk", f"a/{n}.jpg"), st.integers(0, 3)),
    st.builds(lambda n, c: ("lightroom", c, str(n)), st.integers(0, 4), st.sampled_from("ab")),
    st.builds(lambda n: ("flickr", "me", str(n)), st.integers(0, 3)),
    st.builds(lambda n: ("immich", "home", str(n)), st.integers(0, 2)),
)
LINKS = st.one_of(
    st.builds(
        link,
        st.sampled_from(
            [
                LinkKind.DUPLICATE_OF,
                LinkKind.VIRTUAL_COPY_OF,
                LinkKind.EDIT_OF,
                LinkKind.STACKED_UNDER,
                LinkKind.RAW_JPEG_PAIR,
            ]
        ),
        st.sampled_from(["0", "1", "2", "a/0.jpg", "a/1.jpg"]),
    ),
    st.builds(
        lambda n: link(LinkKind.PUBLISHED_AS, n, "com.adobe.ag.export.flickr x"),
        st.sampled_from("0123"),
    ),
    st.builds(lambda n: link(LinkKind.IMPORT_HASH, n), st.sampled_from("hij")),
    st.builds(
        lambda content: link(LinkKind.TAGGED_SHA1, hashlib.sha1(content).hexdigest()),
        st.sampled_from([b"0", b"1"]),
    ),
    st.builds(lambda n: link(LinkKind.DOCUMENT_ID, n), st.sampled_from("xy")),
)
AVAILABLE = st.sampled_from([Availability.ONLINE, Availability.TRASHED, Availability.MISSING])


@dataclass(frozen=True)
class Said:
    """An answer about the photos of two entries."""

    a: Key
    b: Key
    answer: str


@st.composite
def things(draw: st.DrawFn) -> Thing:
    """An entry that may be added, edited, moved, trashed, unplugged, or linked differently."""
    source, catalog, id = draw(KEYS)
    content = draw(CONTENTS)
    stated: tuple[tuple[str, object], ...] = (("availability", draw(AVAILABLE)),)
    if content is None and draw(st.booleans()):
        known = Thing(id="x", content=draw(st.sampled_from([b"0", b"1"]))).fingerprint("2019-01-01")
        assert known is not None
        stated += (("md5", known["md5"]), ("file_size", known["file_size"]))
        if source == "immich":
            stated += (("sha1", known["sha1"]),)
    elif content is None and draw(st.booleans()):  # other blobs with one short name
        stated += (("sha256", b"12345678" + draw(st.sampled_from([b"a", b"b"])) * 24),)
    thing = Thing(
        source=source,
        catalog=catalog,
        id=id,
        content=content,
        image=draw(IMAGES) if content else None,
        sides=draw(SIDES) if content else None,
        links=tuple(dict.fromkeys(draw(st.lists(LINKS, max_size=2)))),
        more=stated,
        status="ok" if content else "unavailable",
    )
    return taken(thing, 2019, draw(st.integers(1, 4)))


MOVES = st.tuples(KEYS, st.sampled_from([f"a/{n}.jpg" for n in range(6)]))
ANSWERS = st.builds(Said, KEYS, KEYS, st.sampled_from([SAME, SAME, DIFFERENT, WITHDRAWN]))
CHANGES = st.lists(st.one_of(things(), things(), KEYS, MOVES, ANSWERS), min_size=1, max_size=5)


RELAXED = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
Histories = list[list[Thing | Key | tuple[Key, str] | Said]]
ANY = given(
    first=st.lists(things(), min_size=3, max_size=14), history=st.lists(CHANGES, max_size=4)
)


@settings(RELAXED, max_examples=2)
@ANY
def test_any_history_gives_the_tables_of_a_complete_join(
    tmp_path_factory: pytest.TempPathFactory, first: list[Thing], history: Histories
) -> None:
    follow(tmp_path_factory.mktemp("history"), first, history)


@pytest.mark.slow
@settings(RELAXED, max_examples=60)
@ANY
def test_many_histories_give_the_tables_of_a_complete_join(
    tmp_path_factory: pytest.TempPathFactory, first: list[Thing], history: Histories
) -> None:
    follow(tmp_path_factory.mktemp("history"), first, history)


def follow(folder: Path, first: list[Thing], history: Histories) -> None:
    """Join a collection after each change, and compare it with a complete join each time.

    Beside it, the same collection is joined without any decision: photos are those, joined as
    decided, and in the end, when everything is taken back, exactly those.
    """
    deciding = Deciding(Library(folder / "library", first), _ledger(folder, "ledger"))
    without = Deciding(Library(folder / "without"), _ledger(folder, "other"))
    library = deciding.library
    without.library.things = library.things
    _compare(deciding, without)
    for changes in history:
        photos = deciding.ids()
        for change in changes:
            match change:
                case Thing():
                    library.put(change)
                case Said(a, b, answer):
                    _decide(deciding, photos.get(a), photos.get(b), answer)
                case (tuple() as key, str(id)):
                    library.move(key, id)
                case key:
                    library.things.pop(key, None)
        assert _compare(deciding, without).joined <= len(library.things)
    for one in deciding.answers():
        deciding.undo(*one.photos)
    _compare(deciding, without)
    assert deciding.ids() == without.ids()
    assert deciding.registry.aliases() == without.registry.aliases()
    shutil.rmtree(folder)


def _ledger(folder: Path, name: str) -> Ledger:
    return open_ledger(f"sqlite:///{folder / name}.sqlite")


def _decide(deciding: Deciding, a: str | None, b: str | None, answer: str) -> None:
    if a is not None and b is not None and a != b:
        deciding.answer(a, b, answer)
    elif answer == WITHDRAWN and (said := deciding.answers()):
        deciding.undo(*said[0].photos)


def _compare(deciding: Deciding, without: Deciding) -> PhotosWritten:
    """Join both, and compare the one with decisions with what it should be."""
    deciding.library.store()
    due = deciding.due()
    made = deciding.join(whole=True)
    assert due or not made.summary.merged_photos + made.summary.split_photos
    assert deciding.due() == []
    without.join()
    plain, answers = without.ids(), deciding.answers()
    there = {*plain.values()}
    settled = settle_answers(answers, without.registry.own_ids(ids_in(answers)))
    groups = Groups(pair for pair in settled.joined.values() if there >= {*pair})
    with deciding.ledger.reading() as connection:
        rows = connection.execute(select(PHOTOS.c.photo_id, PHOTOS.c.created_at))
        since = {photo: (created, photo) for photo, created in rows}
    oldest = {
        photo: min(photos, key=lambda one: since[one])
        for photos in groups.all().values()
        for photo in photos
    }
    assert deciding.ids() == {key: oldest.get(photo, photo) for key, photo in plain.items()}
    return made


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_ten_thousand_random_changes_give_the_tables_of_a_complete_join(
    tmp_path: Path,
) -> None:
    """A hundred at a time, over 3,000 entries of four years that share contents and links."""
    draw = random.Random(20261129)
    library = Library(tmp_path / "library", (_random_thing(draw) for _ in range(6_000)))
    deciding = Deciding(library, _ledger(tmp_path, "ledger"))
    deciding.join(whole=True)
    parts = 0
    for turn in range(1, 101):
        for _ in range(100):
            thing = _random_thing(draw)
            if draw.random() < 0.2:
                library.things.pop(thing.key, None)
            else:
                library.put(thing)
        photos = sorted({*deciding.ids().values()})
        for answer in (SAME, SAME, DIFFERENT, WITHDRAWN):
            _decide(deciding, draw.choice(photos), draw.choice(photos), answer)
        made = deciding.join()
        parts += made.joined < len(library.things)
        if turn % 10 == 0:
            hold_against_the_whole(library, deciding.registry, made)
    assert parts > 50, "most are no joins of everything"


def _random_thing(draw: random.Random) -> Thing:
    source, catalog = draw.choice(
        [("folders", "nas"), ("folders", "disk"), ("lightroom", "a"), ("lightroom", "b")]
    )
    content = b"%d" % draw.randrange(20_000) if draw.random() < 0.9 else None
    links = []
    if draw.random() < 0.1:
        kind = draw.choice([LinkKind.EDIT_OF, LinkKind.STACKED_UNDER, LinkKind.DUPLICATE_OF])
        links.append(link(kind, f"{catalog}{draw.randrange(900)}"))
    thing = Thing(
        source=source,
        catalog=catalog,
        id=f"{catalog}{draw.randrange(900)}",
        content=content,
        image=b"image %d" % draw.randrange(9_000) if content and draw.random() < 0.1 else None,
        links=tuple(links),
        status="ok" if content else "unavailable",
    )
    return taken(thing, 2016 + draw.randrange(4), 1 + draw.randrange(12))
