"""The mapping of a data source's properties to ours, by remembered id and by name."""

from typing import Any

import pytest

from photo_assets.sinks.notion.schema import Known, SchemaFit, fit

WANTED = {"title": "Title", "photo_id": "Photo UUID", "rating": "Rating", "iso": "ISO"}
KNOWN = {
    "title": Known("title", "Title"),
    "photo_id": Known("k", "Photo UUID"),
    "rating": Known("r", "Rating"),
    "iso": Known("i", "ISO"),
}
SOURCE = {
    "Title": ("title", "title"),
    "Photo UUID": ("k", "rich_text"),
    "Rating": ("r", "number"),
    "ISO": ("i", "number"),
}


def source(**changes: tuple[str, str] | None) -> dict[str, dict[str, Any]]:
    found = {**SOURCE, **changes}
    return {
        name: {"id": one[0], "name": name, "type": one[1]}
        for name, one in found.items()
        if one is not None
    }


def fitted(wanted: dict[str, str] | None = None, /, **changes: tuple[str, str] | None) -> SchemaFit:
    return fit(source(**changes), {**WANTED, **(wanted or {})}, KNOWN)


def test_properties_are_found_by_name_first_and_remembered() -> None:
    found = fit(source(), WANTED)
    assert found.names == WANTED
    assert found.seen == KNOWN
    assert (found.missing, found.renamed, found.taken) == ({}, {}, {})


def test_a_renamed_property_is_ours_and_so_is_the_key() -> None:
    changes: dict[str, Any] = {"Rating": None, "Bewertung": ("r", "number")}
    changes |= {"Photo UUID": None, "Foto": ("k", "rich_text")}
    found = fitted(**changes)
    assert found.names == {**WANTED, "rating": "Bewertung", "photo_id": "Foto"}
    assert found.renamed == {"Rating": "Bewertung", "Photo UUID": "Foto"}
    assert found.new_properties() == {}
    assert found.can_be_used
    assert found.seen == KNOWN  # asked for by the same names still


def test_a_property_of_the_old_name_is_not_taken_for_the_renamed_one() -> None:
    found = fitted(Rating=("x", "number"), Bewertung=("r", "number"))
    assert found.names["rating"] == "Bewertung"


def test_names_that_are_exchanged_there_are_followed() -> None:
    found = fitted(Rating=("i", "number"), ISO=("r", "number"))
    assert (found.names["rating"], found.names["iso"]) == ("ISO", "Rating")


def test_a_deleted_property_falls_back_to_the_name() -> None:
    found = fitted(Rating=("x", "number"))
    assert found.names["rating"] == "Rating"
    assert found.seen["rating"] == Known("x", "Rating")
    assert fitted(Rating=None).missing == {"rating": "Rating"}


@pytest.mark.parametrize("name", ["Rating", "Bewertung"])
def test_another_type_is_a_misfit_under_whatever_name(name: str) -> None:
    found = fitted(**{"Rating": None, name: ("r", "select")})
    assert found.misfits == {name: "select"}
    assert "rating" not in found.names
    assert found.missing == {}


def test_a_property_of_the_name_counts_when_ours_was_given_another_type() -> None:
    found = fitted(Rating=("x", "number"), Mine=("r", "select"))
    assert found.names["rating"] == "Rating"
    assert found.misfits == {}


def test_a_new_name_in_the_settings_wins_if_it_exists() -> None:
    found = fitted({"rating": "Stars"}, Stars=("s", "number"))
    assert found.names["rating"] == "Stars"
    assert found.seen["rating"] == Known("s", "Stars")
    assert fitted({"rating": "Stars"}, Stars=("s", "select")).misfits == {"Stars": "select"}


def test_a_new_name_in_the_settings_keeps_ours_until_it_exists() -> None:
    found = fitted({"rating": "Stars"})
    assert found.names["rating"] == "Rating"
    assert found.renamed == {"Stars": "Rating"}
    later = fit(source(Stars=("s", "number")), {**WANTED, "rating": "Stars"}, found.seen)
    assert later.names["rating"] == "Stars"


def test_another_name_is_the_way_out_when_ours_was_given_another_type() -> None:
    assert fitted({"rating": "Stars"}, Rating=("r", "select")).missing == {"rating": "Stars"}


def test_two_fields_never_share_a_property() -> None:
    found = fitted({"iso": "Bewertung"}, Rating=None, Bewertung=("r", "number"))
    assert found.names["iso"] == "Bewertung"  # the settings say so
    assert found.missing == {"rating": "Rating"}


def test_a_name_that_another_of_ours_bears_is_not_asked_for_again() -> None:
    """Notion would give the property of that name another type instead of adding one."""
    found = fitted(Rating=("i", "number"), ISO=None)
    assert found.names["iso"] == "Rating"
    assert found.taken == {"Rating": "ISO"}
    assert found.new_properties() == {}


def test_the_title_property_is_ours_under_any_name() -> None:
    found = fitted(Title=None, Rating=("title", "title"))
    assert found.names["title"] == "Rating"
    assert found.renamed == {"Title": "Rating"}
    assert found.taken == {"Rating": "Title"}
