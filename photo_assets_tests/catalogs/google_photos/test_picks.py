"""The stored picks: durable, private, and honest about what is damaged."""

import json
import stat
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photo_assets.catalogs.google_photos.picks import DAMAGED, Picks, Session
from photo_assets.model.errors import CatalogUnavailableError, StorageError
from photo_assets.model.events import Failed
from photo_assets_tests.catalogs.google_photos.account import SignedIn
from photo_assets_tests.services.google_photos.library import Json

SESSION = Session("a", datetime(2026, 11, 1, 12, tzinfo=UTC))


def _two_picks(photos: SignedIn) -> list[str]:
    library = photos.server.library
    ids = [library.add_photo() for _ in range(4)]
    photos.pick(ids[:3])
    photos.pick(ids[3:])
    photos.read()
    return ids


def test_files_are_readable_by_their_owner_alone(photos: SignedIn) -> None:
    photos.pick([photos.server.library.add_photo()])
    with photos.picker().session():
        pass
    files = [path for path in photos.picks.folder.iterdir() if path.name != "lock"]
    assert "session.json" in {path.name for path in files}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


@pytest.mark.parametrize(
    ("line", "word"),
    [("{torn", "not JSON"), ("[1]", "no record"), ('{"createTime": "2024"}', "no id")],
)
def test_a_damaged_line_costs_its_record_alone(photos: SignedIn, line: str, word: str) -> None:
    ids = _two_picks(photos)
    file = photos.files()[0]
    lines = file.read_text().split("\n")
    lines[2] = line
    file.write_text("\n".join(lines))
    found = photos.read()
    assert found.accounting.failed == 1
    assert found.accounting.balanced
    failed = [event for event in photos.catalog().scan({}) if isinstance(event, Failed)]
    assert [(one.ref, one.reason) for one in failed] == [(f"{file.name}, line 3", "damaged record")]
    assert word in failed[0].detail
    rows = photos.rows()
    assert rows.keys() == set(ids)
    assert {row["availability"] for row in rows.values()} == {"online"}, "no row is taken for lost"


def test_a_file_that_was_cut_off_keeps_every_row(photos: SignedIn) -> None:
    ids = _two_picks(photos)
    file = photos.files()[0]
    file.write_bytes(b"\n".join(file.read_bytes().split(b"\n")[:2]) + b"\n")
    assert photos.read().accounting.failed == 1
    assert photos.rows().keys() == set(ids)
    file.write_bytes(b"")
    assert photos.read().accounting.failed == 1
    assert photos.rows().keys() == set(ids)


def test_a_file_of_another_version_is_not_guessed_at(photos: SignedIn) -> None:
    ids = _two_picks(photos)
    file = photos.files()[0]
    header, rest = file.read_text().split("\n", 1)
    file.write_text(json.dumps({**json.loads(header), "version": 2}) + "\n" + rest)
    offline = photos.read().offline
    assert offline is not None
    assert "another version" in offline
    assert photos.rows().keys() == set(ids)


def test_a_damaged_session_names_its_file(photos: SignedIn) -> None:
    with photos.picker().session():
        pass
    (photos.picks.folder / "session.json").write_text("{")
    with pytest.raises(StorageError, match=r"session\.json"), photos.picker().session():
        pass


def test_without_picks_the_catalog_is_unavailable_and_says_how_to_pick(photos: SignedIn) -> None:
    with pytest.raises(CatalogUnavailableError, match="Nothing has been picked") as none:
        photos.probe()
    assert none.value.hint == "Run: photosync pick google_photos test"


def test_without_picks_and_sign_in_it_says_how_to_sign_in(photos: SignedIn) -> None:
    photos.workspace.credentials.forget("google_photos", "test")
    with pytest.raises(CatalogUnavailableError, match="not signed in") as none:
        photos.probe()
    assert "photosync auth google_photos test" in str(none.value.hint)


def test_picks_are_read_without_a_sign_in_and_without_a_call(photos: SignedIn) -> None:
    ids = _two_picks(photos)
    photos.workspace.credentials.forget("google_photos", "test")
    photos.read(full=True)
    assert photos.rows().keys() == set(ids)
    assert photos.server.calls() == {}


@given(
    st.lists(
        st.dictionaries(
            st.text(max_size=5),
            st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.text(max_size=9)),
            max_size=4,
        ),
        max_size=5,
    )
)
def test_records_are_read_as_they_were_stored(
    tmp_path_factory: pytest.TempPathFactory, records: list[Json]
) -> None:
    picks = Picks(tmp_path_factory.mktemp("picks"), "google_photos/test")
    named = [{**record, "id": f"i{n}"} for n, record in enumerate(records)]
    picks.keep(SESSION, named)
    (name,) = picks.states()
    assert picks.read(name) == named
    before = (picks.folder / name).read_bytes()
    picks.keep(SESSION, named)
    assert (picks.folder / name).read_bytes() == before
    assert not any(DAMAGED in record for record in picks.read(name))
