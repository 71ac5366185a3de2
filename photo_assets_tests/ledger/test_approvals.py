"""Approvals stand until they are revoked, for exactly one photo, target and level."""

from typing import Any

import pyarrow as pa
import pytest
from sqlalchemy import text

from photo_assets.ledger import ApprovalChangedError, Approvals, Ledger, Merge, PhotoRegistry
from photo_assets.ledger.photos import KNOWN_KEYS, RegistryChange
from photo_assets.model.errors import StorageError
from photo_assets.model.permits import Level
from photo_assets.model.vocabulary import Visibility

P, OTHER = "11111111-1111-5111-8111-111111111111", "22222222-2222-5222-8222-222222222222"


def test_an_approval_is_given_once_revoked_once_and_given_again(ledger: Ledger) -> None:
    approvals = Approvals(ledger)
    given = approvals.approve(P, "flickr/main", Visibility.PUBLIC, "mara", "the book's cover")
    assert approvals.approve(P, "flickr/main", Visibility.PUBLIC, "jon") == given
    assert approvals.standing() == [given]
    assert (given.who, given.why, given.revokes) == ("mara", "the book's cover", None)
    assert given.approval_id is not None
    taken = approvals.revoke(given.approval_id, "jon", "a mistake")
    assert (taken.revokes, taken.who, taken.level) == (given.approval_id, "jon", "public")
    assert approvals.standing() == []
    for number in (given.approval_id, taken.approval_id, 999):
        assert number is not None
        with pytest.raises(ApprovalChangedError, match="nothing was stored"):
            approvals.revoke(number, "jon")
    again = approvals.approve(P, "flickr/main", Visibility.PUBLIC, "mara")
    assert approvals.standing() == [again]
    assert approvals.all() == [given, taken, again]


def test_each_counts_for_its_photo_target_and_level_alone(ledger: Ledger) -> None:
    approvals = Approvals(ledger)
    for photo, target, level in (
        (P, "flickr/main", Visibility.UNLISTED),
        (P, "smugmug/main", Visibility.UNLISTED),
        (OTHER, "flickr/main", Visibility.PUBLIC),
    ):
        approvals.approve(photo, target, level, "mara")
    assert approvals.levels() == {
        P: {
            Level(photo_id=P, target="flickr/main", level=Visibility.UNLISTED),
            Level(photo_id=P, target="smugmug/main", level=Visibility.UNLISTED),
        },
        OTHER: {Level(photo_id=OTHER, target="flickr/main", level=Visibility.PUBLIC)},
    }


THIRD = "33333333-3333-5333-8333-333333333333"


def register(ledger: Ledger, *photos: str) -> None:
    change(ledger, photos=pa.table({"photo_id": photos, "anchor": photos}))


def change(ledger: Ledger, **changes: Any) -> None:
    nothing = {"photos": pa.table({"photo_id": [], "anchor": []}), "keys": KNOWN_KEYS.empty_table()}
    with PhotoRegistry(ledger).session() as session:
        session.apply(RegistryChange(**{**nothing, **changes}))


def test_an_approval_does_not_count_for_what_a_merge_brings_until_it_is_split(
    ledger: Ledger,
) -> None:
    register(ledger, P, OTHER, THIRD)
    approvals = Approvals(ledger)
    given = approvals.approve(P, "flickr/main", Visibility.PUBLIC, "mara")
    change(ledger, decided=[Merge(OTHER, P, "a person decided it")])
    assert approvals.levels() == {} and approvals.standing() == [given]
    assert [*approvals.overtaken([given])] == [given.approval_id]
    again = approvals.approve(P, "flickr/main", Visibility.PUBLIC, "mara", "seen with both")
    assert again.approval_id != given.approval_id
    public = {P: {Level(photo_id=P, target="flickr/main", level=Visibility.PUBLIC)}}
    assert approvals.levels() == public
    assert approvals.approve(P, "flickr/main", Visibility.PUBLIC, "mara") == again
    change(ledger, merges=[Merge(THIRD, OTHER, "the same file")])  # and so into P
    assert approvals.levels() == {}
    change(ledger, ended=[OTHER])
    assert approvals.levels() == public
    assert approvals.overtaken(approvals.standing()) == {}


def test_nobody_approves_what_is_unknown(ledger: Ledger) -> None:
    with pytest.raises(ValueError, match="unknown"):
        Approvals(ledger).approve(P, "flickr/main", Visibility.UNKNOWN, "mara")
    assert Approvals(ledger).all() == []


@pytest.mark.parametrize(
    "change", ["UPDATE approvals SET level = 'public'", "DELETE FROM approvals"]
)
def test_the_database_changes_no_approval(ledger: Ledger, change: str) -> None:
    approvals = Approvals(ledger)
    given = approvals.approve(P, "flickr/main", Visibility.FRIENDS, "mara")
    with pytest.raises(StorageError, match="append-only"), ledger.writing() as connection:
        connection.execute(text(change))
    assert approvals.all() == [given]
