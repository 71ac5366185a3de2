"""Properties of every collection, tested with hypothesis.

PHOTO_ASSETS_EXAMPLES sets the number of collections per property; use a few hundred after a change
of a rule.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from photo_assets.identity.photos import PhotoTables
from photo_assets.identity.photos.contests import Claim, settle
from photo_assets.identity.photos.keys import define_macros, photo_uuid
from photo_assets.ledger import PhotoRegistry, open_ledger
from photo_assets.ledger.keys import item_key
from photo_assets.model.names import clean_text
from photo_assets.model.vocabulary import LinkKind
from photo_assets_tests.identity.photos.making import Thing, exif, groups, ids, link, run

IDS = ("1", "2", "3/4")
LINKS = st.one_of(
    st.builds(link, st.just(LinkKind.DUPLICATE_OF), st.sampled_from(IDS)),
    st.builds(link, st.just(LinkKind.VIRTUAL_COPY_OF), st.sampled_from(IDS)),
    st.builds(link, st.just(LinkKind.EDIT_OF), st.sampled_from(IDS)),
    st.builds(link, st.just(LinkKind.IMPORT_HASH), st.sampled_from(("h1", "h2"))),
    st.builds(link, st.just(LinkKind.PUBLISHED_AS), st.sampled_from(IDS), st.just("flickr")),
    st.builds(
        lambda content: link(LinkKind.TAGGED_SHA1, hashlib.sha1(content).hexdigest()),
        st.sampled_from((b"a", b"b")),
    ),
)
PLAIN = st.builds(
    Thing,
    source=st.sampled_from(("folders", "lightroom", "eagle", "flickr")),
    catalog=st.sampled_from(("one", "two")),
    id=st.sampled_from(IDS),
    content=st.one_of(st.none(), st.sampled_from((b"a", b"b", b"c", b"d", b""))),
    image=st.one_of(st.none(), st.sampled_from((b"p", b"q"))),
    exif=st.one_of(st.none(), st.sampled_from((exif("2019-08-04T11:28:12"), exif("2020")))),
)
LINKED = st.builds(
    lambda thing, links: replace(thing, links=tuple(links)), PLAIN, st.lists(LINKS, max_size=2)
)


def collections(things: st.SearchStrategy[Thing]) -> st.SearchStrategy[list[Thing]]:
    return st.lists(things, max_size=10, unique_by=lambda thing: thing.key)


RULE = settings(
    max_examples=int(os.environ.get("PHOTO_ASSETS_EXAMPLES", "2")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


@contextmanager
def new_registry() -> Iterator[tuple[Path, PhotoRegistry]]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name), PhotoRegistry(open_ledger(f"sqlite:///{name}/ledger.sqlite"))


def equal(a: PhotoTables, b: PhotoTables) -> bool:
    return all(
        getattr(a, name).equals(getattr(b, name))
        for name in ("photos", "members", "edges", "relations")
    )


@RULE
@given(collections(LINKED), st.randoms(use_true_random=False))
def test_the_order_of_catalogs_and_files_has_no_effect(things: list[Thing], random: object) -> None:
    with new_registry() as (folder, registry):
        straight = run(folder, registry, things)
    shuffled = [*things]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    with new_registry() as (folder, registry):
        other = run(folder, registry, shuffled)
    assert equal(straight, other)
    assert straight.summary == other.summary


@RULE
@given(st.lists(collections(LINKED), min_size=1, max_size=3))
def test_no_change_loses_items_and_a_second_run_writes_nothing(
    states: list[list[Thing]],
) -> None:
    with new_registry() as (folder, registry):
        for things in states:
            tables = run(folder, registry, things)
            assert set(ids(tables)) == {thing.key for thing in things}
            live = set(ids(tables).values())
            assert set(tables.photos["photo_id"].to_pylist()) == live
            assert sum(tables.members["is_master"].to_pylist()) == tables.photos.num_rows
            aliases = registry.aliases()
            assert not live & aliases.keys()
            assert not set(aliases.values()) & aliases.keys()
            before = registry.counts()
            again = run(folder, registry, things)
            assert equal(again, tables)
            assert again.summary.keys_written == again.summary.new_photos == 0
            assert registry.counts() == before
        # Which items are one photo depends on the items, not on earlier ones.
        with new_registry() as (elsewhere, empty):
            assert groups(run(elsewhere, empty, states[-1])) == groups(tables)


@RULE
@given(collections(PLAIN), st.randoms(use_true_random=False))
def test_ids_stay_the_same_when_catalogs_are_added(things: list[Thing], random: object) -> None:
    catalogs = sorted({(thing.source, thing.catalog) for thing in things})
    random.shuffle(catalogs)  # type: ignore[attr-defined]
    seen: list[Thing] = []
    given_out: dict[tuple[str, str, str], set[str]] = {}
    with new_registry() as (folder, registry):
        for catalog in catalogs:
            seen += [thing for thing in things if (thing.source, thing.catalog) == catalog]
            for key, photo in ids(run(folder, registry, seen)).items():
                given_out.setdefault(key, set()).add(photo)
        for key, photo in ids(run(folder, registry, things)).items():
            assert {registry.resolve(old) for old in given_out[key]} == {photo}


CLAIMS = st.lists(
    st.builds(
        Claim,
        comp=st.integers(0, 4),
        photo_id=st.sampled_from("PQRST"),
        created_at=st.just(""),
        continues=st.booleans(),
        anchored=st.booleans(),
        by_content=st.booleans(),
    ),
    unique_by=lambda claim: (claim.comp, claim.photo_id),
)


@given(CLAIMS, st.randoms(use_true_random=False))
def test_claims_are_resolved_completely_in_any_order(claims: list[Claim], random: object) -> None:
    claims = [replace(c, created_at=f"{'TSRQP'.index(c.photo_id)}") for c in claims]
    settled = settle(claims)
    photos = {claim.photo_id for claim in claims}
    assert set(settled.photos.values()) | settled.merged.keys() == photos
    assert not set(settled.photos.values()) & settled.merged.keys()
    assert len(set(settled.photos.values())) == len(settled.photos)
    assert settled.photos.keys() | settled.split.keys() == {claim.comp for claim in claims}
    assert not settled.photos.keys() & settled.split.keys()
    random.shuffle(claims)  # type: ignore[attr-defined]
    assert settle(claims) == settled


@settings(deadline=None)
@given(st.text(max_size=8), st.text(max_size=8), st.text(max_size=600), st.booleans())
def test_the_query_formats_keys_and_ids_like_python(
    source: str, catalog: str, native_id: str, copy: bool
) -> None:
    parts = [clean_text(part) for part in (source, catalog, native_id)]
    wanted = item_key(*parts, copy=copy)
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        define_macros(connection)
        found = connection.execute(
            "SELECT k, uuid5_of(k) FROM (SELECT bounded($1, plain($2) || '/' || plain($3) || '/' "
            "|| $4) AS k)",
            ["copy" if copy else "item", *parts],
        ).fetchall()
    assert found == [(wanted, photo_uuid(wanted))]
