"""Which rows and values are shown: states, keywords, albums, people, places, conflicts."""

from typing import Any

import pytest

from photo_assets.model.disclosure import Disclosure, DisclosurePolicy, Known, Treatment
from photo_assets.model.item import Keyword
from photo_assets.model.vocabulary import Availability, Visibility

KNOWN = Known(
    names=["Wilbur Nakamura"],
    marked=[
        Keyword(path=("Zorah Quimby",), person=True, synonyms=("Zozo",), private_synonyms=("Zee",)),
        Keyword(path=("Clients", "Job 77"), private=True),
        Keyword(path=("Places", "Home"), private=True, private_from=1, synonyms=("Nest",)),
        Keyword(path=("World", "Europe", "Rome"), exported_from=2),
    ],
    paths=[("People", "Family", "Bo Bell"), ("Tags", "Personen", "Ida")],
    people_roots=["People", "Personen"],
)


def disclosure(*, people: bool = False, gps: bool = False, archived: bool = False) -> Disclosure:
    return Disclosure(DisclosurePolicy(people=people, gps=gps, archived=archived), KNOWN)


def shown(row: dict[str, Any], **allowed: bool) -> dict[str, Any]:
    found = disclosure(**allowed).show(row)
    assert found is not None
    return found


@pytest.mark.parametrize("allowed", [{}, {"people": True, "gps": True, "archived": True}])
@pytest.mark.parametrize(
    "state",
    [
        {"visibility": Visibility.LOCKED.value},
        {"visibility": "a word of a later version"},
        {"availability": Availability.TRASHED.value},
        {"availability": "a word of a later version"},
    ],
)
def test_locked_trashed_and_unknown_states_are_never_shown(
    state: dict[str, Any], allowed: dict[str, bool]
) -> None:
    assert disclosure(**allowed).show({"title": "x", **state}) is None


def test_archived_photos_are_shown_where_that_is_allowed() -> None:
    row = {"title": "x", "archived": True}
    assert disclosure().show(row) is None
    assert disclosure(archived=True).show(row) == row


@pytest.mark.parametrize("word", ["private", "friends", "unlisted", "public", None])
def test_everything_else_is_shown(word: str | None) -> None:
    row = {"visibility": word, "availability": "missing", "archived": False}
    assert disclosure().show(row) == row


@pytest.mark.parametrize(
    ("path", "without", "with_people"),
    [
        (["harbour"], ["harbour"], ["harbour"]),
        (["Places", "Berlin"], ["Places", "Berlin"], ["Places", "Berlin"]),
        (["Places"], ["Places"], ["Places"]),
        (["People"], ["People"], ["People"]),
        (["Zorah Quimby"], None, ["Zorah Quimby"]),
        (["zorah-quimby"], None, ["zorah-quimby"]),
        (["Zozo"], None, ["Zozo"]),
        (["Zee"], None, ["Zee"]),
        (["Wilbur Nakamura"], None, ["Wilbur Nakamura"]),
        (["Birthday of Wilbur Nakamura"], None, ["Birthday of Wilbur Nakamura"]),
        (["People", "Family", "Bo Bell"], None, ["People", "Family", "Bo Bell"]),
        (["People", "Somebody new"], None, ["People", "Somebody new"]),
        (["Tags", "Personen", "Ida"], None, ["Tags", "Personen", "Ida"]),
        (["Ida"], None, ["Ida"]),
        (["Family"], None, ["Family"]),
        (["Clients", "Job 77"], None, None),
        (["clients", "JOB 77"], None, None),
        (["Job 77"], None, None),
        (["Clients"], None, None),
        (["Tags", "Clients", "Job 77", "Proofs"], None, None),
        (["Places", "Home"], None, None),
        (["Home"], None, None),
        (["Nest"], None, None),
        (["World", "Europe", "Rome"], ["Rome"], ["Rome"]),
        (["World", "Europe"], ["World", "Europe"], ["World", "Europe"]),
        (["geo:lat=47.37"], None, None),
    ],
)
def test_keywords(
    path: list[str], without: list[str] | None, with_people: list[str] | None
) -> None:
    """As a photo has them, as an item has them, and as the options of a page."""
    for people, expected in ((False, without), (True, with_people)):
        stated = {"path": path, "person": False, "synonyms": ["x"], "private": False}
        kept = {"path": expected, "person": False, "synonyms": ["x"]}
        assert shown({"keywords": [path]}, people=people)["keywords"] == (
            [] if expected is None else [expected]
        )
        assert shown({"keywords": [stated]}, people=people)["keywords"] == (
            [] if expected is None else [kept]
        )
        if len(path) == 1:
            names = disclosure(people=people).show_names(Treatment.KEYWORDS, path)
            assert names == ([] if expected is None else path)


def test_synonyms_that_name_people_are_left_out_and_private_ones_never_shown() -> None:
    keyword = {
        "path": ["Bride"],
        "person": False,
        "synonyms": ["Wilbur Nakamura", "wife"],
        "private_synonyms": ["hidden"],
    }
    assert shown({"keywords": [keyword]})["keywords"][0]["synonyms"] == ["wife"]
    assert "hidden" not in str(shown({"keywords": [keyword]}, people=True))


def test_the_most_restrictive_statement_of_a_keyword_counts() -> None:
    known = Known(
        marked=[
            Keyword(path=("A", "B", "C"), exported_from=1),
            Keyword(path=("A", "B", "C"), exported_from=2),
            Keyword(path=("A", "B", "C")),
            Keyword(path=("D",), exported_from=0, person=True),
            Keyword(path=("D",), private=True),
        ]
    )
    policy = DisclosurePolicy(people=True, gps=True, archived=True)
    row = {"keywords": [["A", "B", "C"], ["D"]], "people": ["D", "E"]}
    assert Disclosure(policy, known).show(row) == {"keywords": [["C"]], "people": ["E"]}


@pytest.mark.parametrize(
    ("album", "is_shown"),
    [
        ("Trips / 2019", True),
        ("Wilbur Nakamura", False),
        ("2019 / wilbur nakamura", False),
        ("Wilbur Nakamura's birthday", False),
        ("People / 2019", False),
        ("2019 / People", True),
        ("47.3769, 8.5417", False),
    ],
)
def test_albums_that_name_people_or_coordinates_stay_at_home(album: str, is_shown: bool) -> None:
    levels = album.split(" / ")
    item = {"id": "1", "path": levels, "kind": "album", "position": None}
    row = {"albums": [album], "collections": [album]}
    assert shown(row) == {"albums": [album][:is_shown], "collections": [album][:is_shown]}
    assert shown({"albums": [item]})["albums"] == [item][:is_shown]
    entry = {"album_id": "a", "path": levels, "album_name": levels[-1]}
    assert (disclosure().show(entry) is not None) == is_shown
    assert shown({"albums": [album]}, people=True, gps=True)["albums"] == [album]


def test_paths_lose_the_folders_and_files_that_are_named_after_people() -> None:
    path = "/photos/People/somebody/Wilbur Nakamura.jpg"
    assert shown({"path": path})["path"] == "/photos/People/…/….jpg"
    assert shown({"native_id": "2019/zorah-quimby/a.jpg"})["native_id"] == "2019/…/a.jpg"
    assert shown({"file_name": "People.jpg"})["file_name"] == "People.jpg"
    assert shown({"path": path}, people=True)["path"] == path


def test_questions_about_places_are_not_even_asked_and_others_lose_names() -> None:
    value = {"source": "eagle", "native_id": "1", "value": "Wilbur Nakamura, 47.3769, 8.5417"}
    row = {"conflict_id": "c", "field": "title", "stated_values": [value], "proposal": "x"}
    assert shown(row)["stated_values"] == [{**value, "value": "…, …"}]
    place = {**row, "field": "gps", "proposal": {"latitude": 47.3769, "longitude": 8.5417}}
    assert disclosure().show(place) is None
    assert shown(place, gps=True)["proposal"] == place["proposal"]
    where = {"path": "/p/Wilbur Nakamura/a.jpg", "member": None, "a new entry": "secret"}
    twice = {**row, "field": None, "stated_values": [{"value": where}], "proposal": "{json"}
    assert shown(twice)["stated_values"] == [{"value": {"path": "/p/…/a.jpg", "member": None}}]
    assert shown(twice)["proposal"] is None
    assert disclosure(gps=True, people=True).show({**row, "field": "a new fact"}) is None


def test_a_row_that_left_the_collection_keeps_nothing_that_names() -> None:
    row = {
        "title": "x",
        "keywords": [["harbour"]],
        "albums": ["Trips"],
        "people": ["Bo"],
        "extras": {"file_format": "RAW"},
        "rating": 3,
    }
    left = disclosure(people=True).show_retired(row)
    assert left == {**dict.fromkeys(row), "title": "x", "rating": 3}
