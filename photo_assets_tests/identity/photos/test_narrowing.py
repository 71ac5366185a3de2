"""A join of what changed gives, byte for byte, what a join of everything gives."""

import dataclasses
import random
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from photo_assets.identity.photos import PhotosWritten
from photo_assets.identity.photos.made import (
    due_months,
    read_made,
    recipe_of,
    stored_digests,
    whole,
    write_made,
)
from photo_assets.identity.photos.master import MasterHierarchy
from photo_assets.model.errors import StorageError
from photo_assets.model.tables import MEMBERS
from photo_assets.model.vocabulary import Availability, LinkKind
from photo_assets.store.lake.inputs import photo_table
from photo_assets.store.ledger import PhotoRegistry, open_ledger
from photo_assets_tests.identity.photos.library import Library, taken
from photo_assets_tests.identity.photos.making import Key, Thing, link

RECIPE = recipe_of(MasterHierarchy())
MANY = [taken(Thing(id=f"{n:02d}.jpg", content=b"%d" % n), 2019, 1 + n % 6) for n in range(30)]


@pytest.fixture
def registry(tmp_path: Path) -> PhotoRegistry:
    return PhotoRegistry(open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}"))


@pytest.fixture
def library(tmp_path: Path, registry: PhotoRegistry) -> Library:
    """Thirty photos of six months, joined."""
    library = Library(tmp_path / "library", MANY)
    library.store()
    library.join(registry)
    return library


def again(library: Library, registry: PhotoRegistry) -> PhotosWritten:
    """Join what changed, and hold it against a join of everything."""
    library.store()
    made = library.join(registry)
    hold_against_the_whole(library, registry, made)
    return made


def hold_against_the_whole(library: Library, registry: PhotoRegistry, made: PhotosWritten) -> None:
    other = Library(library.folder.parent / "whole")
    shutil.rmtree(other.folder, ignore_errors=True)
    Library.store(Library(other.folder, library.things.values()))
    whole_of_it = other.join(registry)
    assert library.tables() == other.tables()
    summary = whole_of_it.summary
    assert (summary.new_photos, summary.merged_photos, summary.split_photos) == (0, 0, 0)
    assert summary.keys_written == 0
    for name in ("items", "photos", "items_by_step", "photos_by_step", "relations"):
        assert getattr(made.summary, name) == getattr(summary, name), name
    assert made.summary.items_by_month == summary.items_by_month
    assert made.summary.uii_collisions == summary.uii_collisions
    assert made.made.sources == whole_of_it.made.sources
    assert made.made.inputs == whole_of_it.made.inputs


def test_nothing_changed_joins_nothing(library: Library, registry: PhotoRegistry) -> None:
    files = {path: path.stat().st_mtime_ns for path in library.folder.rglob("*.parquet")}
    assert due_months(library.lake, library.folder / "record", RECIPE) == []
    assert again(library, registry).joined == 0
    assert files == {path: path.stat().st_mtime_ns for path in library.folder.rglob("*.parquet")}


def test_one_edited_file_joins_one_item(library: Library, registry: PhotoRegistry) -> None:
    files = {path: path.stat().st_mtime_ns for path in library.folder.rglob("*.parquet")}
    library.put(dataclasses.replace(library.things[MANY[4].key], content=b"edited"))
    library.store()
    assert due_months(library.lake, library.folder / "record", RECIPE) == ["2019-05-01"]
    assert again(library, registry).joined == 1
    changed = {path for path in files if path.stat().st_mtime_ns != files[path]}
    assert {path.stem for path in changed} == {"2019-05-01"}


def test_a_value_that_identity_is_not_told_joins_nothing(
    library: Library, registry: PhotoRegistry
) -> None:
    thing = library.things[MANY[4].key]
    before = read_made(library.folder / "record")
    library.put(dataclasses.replace(thing, more=(*thing.more, ("caption", "At the lake"))))
    made = again(library, registry)
    assert made.joined == 0
    assert before is not None
    changed = {m for m in made.made.months if made.made.version(m) != before.version(m)}
    assert changed == {"2019-05-01"}


def test_a_photo_in_two_months_is_stored_in_that_of_its_master(
    library: Library, registry: PhotoRegistry
) -> None:
    library.put(taken(Thing(source="lightroom", id="1", content=b"4"), 2018, 2))
    made = again(library, registry)
    assert made.joined == 2
    assert made.made.sources["2018-02-01"] == ["2018-02-01", "2019-05-01"]
    rows = library.lake.read(photo_table(MEMBERS), "2018-02-01", MEMBERS).to_pylist()
    assert {row["month"] for row in rows} == {"2018-02-01", "2019-05-01"}
    del library.things["lightroom", "nas", "1"]
    made = again(library, registry)
    assert "2018-02-01" not in made.made.months
    assert not library.lake.names(photo_table(MEMBERS)).count("2018-02-01")


def test_a_photo_that_a_third_one_names_by_its_old_content_is_looked_at(
    library: Library, registry: PhotoRegistry
) -> None:
    """The entry goes on as the photo; what turns up with the old content is another one."""
    library.put(taken(Thing(source="lightroom", id="1", content=b"before"), 2019, 1))
    first = again(library, registry)
    library.put(taken(Thing(source="lightroom", id="1", content=b"after"), 2019, 1))
    again(library, registry)
    library.put(taken(Thing(id="found/old.jpg", content=b"before"), 2021, 7))
    made = again(library, registry)
    assert made.joined == 2  # the finding, and who is the photo by now
    assert made.summary.new_photos == 1
    assert made.summary.photos == first.summary.photos + 1


def test_another_ledger_joins_everything(
    library: Library, registry: PhotoRegistry, tmp_path: Path
) -> None:
    other = PhotoRegistry(open_ledger(f"sqlite:///{tmp_path / 'other.sqlite'}"))
    assert library.join(other).joined == len(MANY)
    assert library.join(other).joined == 0
    assert library.join(registry).joined == len(MANY)


@pytest.mark.parametrize("damage", ["table", "memory", "record", "cut"])
def test_what_is_lost_or_damaged_is_made_anew(
    library: Library, registry: PhotoRegistry, damage: str
) -> None:
    before = library.tables()
    record = library.folder / "record"
    lost = {
        "table": library.lake.path(photo_table(MEMBERS), "2019-02-01"),
        "memory": record / "photos" / "items" / "2019-02-01.parquet",
        "record": record / "made.json",
        "cut": library.lake.path(photo_table(MEMBERS), "2019-02-01"),
    }[damage]
    if damage == "cut":
        lost.write_bytes(lost.read_bytes()[:100])
    else:
        lost.unlink()
    assert library.join(registry).joined == len(MANY)
    assert library.tables() == before
    assert whole(library.lake, record) is not None


def test_an_item_on_its_way_to_another_month_joins_everything(
    library: Library, registry: PhotoRegistry
) -> None:
    """Its new month is written, its old one not yet."""
    moved = taken(MANY[4], 2021, 3)
    before = Library(library.folder.parent / "before", library.things.values())
    before.store()
    library.put(moved)
    library.store()
    for asset in (("catalog", "folders"), ("identity", "fingerprints")):
        shutil.copyfile(
            before.lake.path(asset, "2019-05-01"), library.lake.path(asset, "2019-05-01")
        )
    made = library.join(registry)
    assert made.joined == len(MANY)
    assert made.summary.repeated_rows > 0
    assert library.join(registry).joined == len(MANY)  # nothing was remembered of such a state
    assert again(library, registry).joined == len(MANY)
    assert again(library, registry).joined == 0


def test_a_damaged_month_that_changed_is_named(library: Library, registry: PhotoRegistry) -> None:
    library.lake.path(("catalog", "folders"), "2019-05-01").write_bytes(b"PAR1 no more")
    with pytest.raises(StorageError, match="2019-05-01"):
        library.join(registry)


def test_a_whole_join_that_comes_to_other_tables_names_the_months(
    library: Library, registry: PhotoRegistry
) -> None:
    record, lake = library.folder / "record", library.lake
    right, made = library.tables(), read_made(record)
    assert made is not None
    assert library.join(registry, everything=True).made.otherwise == []
    wrong = lake.read(photo_table(MEMBERS), "2019-02-01", MEMBERS).slice(1)
    lake.write(photo_table(MEMBERS), "2019-02-01", MEMBERS, wrong)
    write_made(record, dataclasses.replace(made, tables=stored_digests(lake)))
    assert library.join(registry).made.otherwise == []
    assert library.join(registry, everything=True).made.otherwise == ["2019-02-01"]
    assert library.tables() == right
    assert library.join(registry).made.otherwise == ["2019-02-01"]  # until the next whole one
    assert library.join(registry, everything=True).made.otherwise == []


def test_a_part_that_is_most_of_all_is_joined_with_the_rest(
    tmp_path: Path, registry: PhotoRegistry
) -> None:
    many = [taken(Thing(id=f"{n:04d}.jpg", content=b"%d" % n), 2019, 1) for n in range(1_200)]
    library = Library(tmp_path / "large", many)
    library.store()
    library.join(registry)
    library.put(*(dataclasses.replace(thing, content=b"all new") for thing in many[:120]))
    library.store()
    assert library.join(registry).joined == 120
    library.put(*(dataclasses.replace(thing, content=b"and again") for thing in many[:121]))
    library.store()
    assert library.join(registry).joined == len(many)


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
    st.builds(lambda n: link(LinkKind.DOCUMENT_ID, n), st.sampled_from("xy")),
)
AVAILABLE = st.sampled_from([Availability.ONLINE, Availability.TRASHED, Availability.MISSING])


@st.composite
def things(draw: st.DrawFn) -> Thing:
    """An entry as it may come in, be edited, moved, trashed, unplugged, or linked otherwise."""
    source, catalog, id = draw(KEYS)
    content = draw(CONTENTS)
    stated: tuple[tuple[str, object], ...] = (("availability", draw(AVAILABLE)),)
    if content is None and draw(st.booleans()):
        known = Thing(id="x", content=draw(st.sampled_from([b"0", b"1"]))).fingerprint("2019-01-01")
        assert known is not None
        stated += (("md5", known["md5"]), ("file_size", known["file_size"]))
        if source == "immich":
            stated += (("sha1", known["sha1"]),)
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
CHANGES = st.lists(st.one_of(things(), things(), KEYS, MOVES), min_size=1, max_size=5)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(first=st.lists(things(), min_size=3, max_size=14), history=st.lists(CHANGES, max_size=4))
def test_any_history_gives_the_tables_of_a_whole_join(
    tmp_path_factory: pytest.TempPathFactory,
    first: list[Thing],
    history: list[list[Thing | Key | tuple[Key, str]]],
) -> None:
    folder = tmp_path_factory.mktemp("history")
    registry = PhotoRegistry(open_ledger(f"sqlite:///{folder / 'ledger.sqlite'}"))
    library = Library(folder / "library", first)
    again(library, registry)
    for changes in history:
        for change in changes:
            match change:
                case Thing():
                    library.put(change)
                case (tuple() as key, str(id)):
                    library.move(key, id)
                case key:
                    library.things.pop(key, None)
        made = again(library, registry)
        assert made.joined <= len(library.things)
    shutil.rmtree(folder)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_ten_thousand_random_changes_give_the_tables_of_a_whole_join(
    tmp_path: Path, registry: PhotoRegistry
) -> None:
    """Two hundred at a time, over 3,000 entries of four years that share contents and links."""
    draw = random.Random(20261129)
    library = Library(tmp_path / "library", (_random_thing(draw) for _ in range(6_000)))
    again(library, registry)
    joined = 0
    for _ in range(50):
        for _ in range(200):
            thing = _random_thing(draw)
            if draw.random() < 0.2:
                library.things.pop(thing.key, None)
            else:
                library.put(thing)
        made = again(library, registry)
        joined += made.joined < len(library.things)
    assert joined > 25, "most are no joins of everything"


def _random_thing(draw: random.Random) -> Thing:
    source, catalog = draw.choice(
        [("folders", "nas"), ("folders", "disk"), ("lightroom", "a"), ("lightroom", "b")]
    )
    content = b"%d" % draw.randrange(4_000) if draw.random() < 0.9 else None
    links = []
    if draw.random() < 0.1:
        kind = draw.choice([LinkKind.EDIT_OF, LinkKind.STACKED_UNDER, LinkKind.DUPLICATE_OF])
        links.append(link(kind, f"{draw.randrange(900):03d}"))
    thing = Thing(
        source=source,
        catalog=catalog,
        id=f"{draw.randrange(900):03d}",
        content=content,
        image=b"image %d" % draw.randrange(3_000) if content and draw.random() < 0.1 else None,
        links=tuple(links),
        status="ok" if content else "unavailable",
    )
    return taken(thing, 2016 + draw.randrange(4), 1 + draw.randrange(12))
