"""From the plan to the names at SmugMug and back: approval, conflicts, rollback, comparison."""

from datetime import datetime
from typing import Any

import pytest

from photo_assets.albums.plan import PlanRow, approve, make_plan, read_plan, revoke
from photo_assets.albums.rollback import going_back
from photo_assets.albums.running import (
    apply_approved,
    planned_rollback,
    renamed_albums,
    roll_back,
    verify_all,
)
from photo_assets.albums.verifying import Difference
from photo_assets.cli.album_names import show_plan
from photo_assets.ledger import AlbumChange, Step
from photo_assets_tests.albums.account import RenamedAccount
from photo_assets_tests.albums.lake import Photos, album
from photo_assets_tests.services.smugmug.library import Album

TAKEN = datetime(2024, 5, 30, 12)


class Planned:
    """The account, and a lake in which its albums were read."""

    def __init__(self, account: RenamedAccount) -> None:
        self.account, self.workspace = account, account.workspace
        self.albums: list[Album] = []

    def add(self, name: str) -> Album:
        self.albums.append(self.account.library.add_album(name))
        return self.albums[-1]

    def plan(self) -> list[PlanRow]:
        """Read the account into the lake, as its catalog does, and plan."""
        photos, listed = Photos(self.workspace), []
        for one in self.albums:
            photos.add("smugmug", album(one.key, one.node.name), TAKEN)
            listed.append(
                {
                    "catalog": "me",
                    "album_key": one.key,
                    "name": one.node.name,
                    "path": [one.node.name],
                }
            )
        photos.write(listed)
        make_plan(self.workspace)
        return read_plan(self.workspace)

    def apply(self) -> list[AlbumChange]:
        return apply_approved(self.workspace, read_plan(self.workspace), lambda _: None).changes

    def roll_back(self, **how: Any) -> list[AlbumChange]:
        values: dict[str, Any] = {"steps": None, "to": None, **how}
        wanted = planned_rollback(self.workspace, renamed_albums(self.workspace), "mara", **values)
        return roll_back(self.workspace, wanted, lambda _: None).changes


@pytest.fixture
def planned(account: RenamedAccount) -> Planned:
    return Planned(account)


def test_a_plan_names_the_catalogs_whose_albums_were_not_read(
    planned: Planned, capsys: pytest.CaptureFixture[str]
) -> None:
    show_plan(planned.workspace, as_json=False)
    assert "smugmug/me has no albums that were read" in capsys.readouterr().out
    planned.add("Regatta")
    planned.plan()
    show_plan(planned.workspace, as_json=False)
    said = capsys.readouterr().out
    assert "Regatta - May 30" in said and "no albums" not in said


def test_only_approved_names_are_changed_and_an_approval_is_used_once(planned: Planned) -> None:
    one, two = planned.add("Regatta"), planned.add("Harz")
    rows = planned.plan()
    assert {row.after for row in rows} == {"Regatta - May 30", "Harz - May 30"}
    assert planned.apply() == []
    approve(planned.workspace, [row for row in rows if row.before == "Regatta"], "mara")
    assert [change.step for change in planned.apply()] == [Step.DONE]
    assert (one.node.name, two.node.name) == ("Regatta - May 30", "Harz")
    assert planned.apply() == []
    assert {row.before: row.made for row in read_plan(planned.workspace)} == {
        "Regatta": True,
        "Harz": False,
    }
    assert [row.before for row in planned.plan()] == ["Harz"]


def test_an_approval_that_is_taken_back_changes_nothing(planned: Planned) -> None:
    planned.add("Regatta")
    approve(planned.workspace, planned.plan(), "mara")
    revoke(planned.workspace, read_plan(planned.workspace), "lea")
    assert planned.apply() == []


def test_an_approval_is_not_for_another_name(planned: Planned) -> None:
    one = planned.add("Regatta")
    approve(planned.workspace, planned.plan(), "mara")
    planned.account.library.edit_album(one, name="Kiel Week")
    assert [row.approved for row in planned.plan()] == [None]
    assert planned.apply() == []
    assert one.node.name == "Kiel Week"


def test_a_rename_elsewhere_before_applying_is_reported_and_needs_a_new_approval(
    planned: Planned,
) -> None:
    one = planned.add("Regatta")
    approve(planned.workspace, planned.plan(), "mara")
    planned.account.library.edit_album(one, name="Kiel Week")
    (change,) = planned.apply()
    assert change.step is Step.CONFLICT
    assert "Kiel Week" in (change.detail or "")
    assert planned.apply() == []


def test_rollback_restores_the_name_at_a_time_and_not_the_middle_one(planned: Planned) -> None:
    one = planned.add("first")
    rename = planned.account.rename
    start = rename(one, "second").at
    middle = rename(one, "third").at
    rename(one, "fourth")
    assert [c.after for c in planned.roll_back(to=middle)] == ["third"]
    assert [c.after for c in planned.roll_back(to=start)] == ["second"]
    assert [c.after for c in planned.roll_back(to="2020-01-01T00:00:00.000000Z")] == ["first"]
    assert one.node.name == "first"


def test_rollback_by_steps_goes_on_where_the_last_rollback_ended(planned: Planned) -> None:
    one = planned.add("first")
    for name in ("second", "third", "fourth"):
        planned.account.rename(one, name)
    assert [c.after for c in planned.roll_back(steps=1)] == ["third"]
    assert [c.after for c in planned.roll_back(steps=1)] == ["second"]
    planned.account.rename(one, "fifth")
    assert [c.after for c in planned.roll_back(steps=2)] == ["first"]
    assert planned.roll_back(steps=1) == []
    assert one.node.name == "first"


def test_an_album_that_somebody_renamed_since_is_not_rolled_back(planned: Planned) -> None:
    one, two = planned.add("one"), planned.add("two")
    planned.account.rename(one, "one - May 30")
    planned.account.rename(two, "two - May 30")
    planned.account.library.edit_album(one, name="Somebody was here")
    ended = {c.album: c.step for c in planned.roll_back(steps=1)}
    assert sorted(ended.values()) == [Step.CONFLICT, Step.DONE]
    assert (one.node.name, two.node.name) == ("Somebody was here", "two")


def test_an_open_change_is_continued_and_not_rolled_back(planned: Planned) -> None:
    one = planned.add("one")
    planned.account.rename(one, "two")
    changes = planned.account.changes
    intended = changes.intend(
        AlbumChange(
            album=f"smugmug/me/{one.key}", field="Name", before="two", after="three", who="mara"
        )
    )
    assert going_back(changes.all(intended.album), "mara", steps=1) is None
    assert [c.step for c in planned.apply()] == [Step.DONE]
    assert one.node.name == "three"


def test_verify_finds_what_was_renamed_since_and_what_is_gone_in_every_page(
    planned: Planned,
) -> None:
    planned.account.server.settings.clamps["albums"] = 2
    one, two, three = (planned.add(name) for name in ("one", "two", "three"))
    for each in (one, two, three):
        planned.account.rename(each, f"{each.node.name} - May 30")
    assert verify_all(planned.workspace)["smugmug/me"].findings == ()
    planned.account.library.edit_album(two, name="Somebody was here")
    planned.account.library.delete_album(three)
    found = verify_all(planned.workspace)["smugmug/me"]
    assert found.listed == 2
    assert {(f.album, f.difference) for f in found.findings} == {
        (f"smugmug/me/{two.key}", Difference.RENAMED_SINCE),
        (f"smugmug/me/{three.key}", Difference.GONE),
    }
