"""Approvals and changes of albums' names: appended only, and read back as they were made."""

import pytest
from sqlalchemy import text

from photo_assets.ledger import (
    AlbumApproval,
    AlbumApprovals,
    AlbumChange,
    AlbumChanges,
    Ledger,
    Step,
)
from photo_assets.model.errors import StorageError

ALBUM = "smugmug/me/k1"
CHANGE = AlbumChange(album=ALBUM, field="Name", before="a", after="b", who="mara")


def approval(after: str = "b") -> AlbumApproval:
    return AlbumApproval(album=ALBUM, field="Name", before="a", after=after, who="mara")


def test_an_approval_stands_until_it_is_revoked(ledger: Ledger) -> None:
    approvals = AlbumApprovals(ledger)
    one, two = approvals.approve([approval(), approval("c")])
    assert approvals.standing() == [one, two]
    approvals.revoke([one], "lea")
    assert approvals.standing() == [two]
    with pytest.raises(StorageError):
        approvals.revoke([one], "lea")


def test_a_change_is_read_with_its_last_step(ledger: Ledger) -> None:
    changes = AlbumChanges(ledger)
    one = changes.intend(CHANGE)
    two = changes.intend(CHANGE)
    assert one.change_id != two.change_id
    assert changes.open() == [one, two]
    renamed = changes.reached(one, Step.RENAMED)
    done = changes.reached(renamed, Step.DONE, "as planned")
    assert changes.all(ALBUM) == [done, two]
    assert (done.began_at, done.detail) == (one.at, "as planned")
    assert changes.open() == [two]
    assert changes.all("smugmug/me/k2") == []
    with pytest.raises(StorageError):
        changes.reached(done, Step.DONE)


@pytest.mark.parametrize("table", ["album_approvals", "album_changes"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET who = 'x'", "DELETE FROM {}"])
def test_the_database_refuses_changes(ledger: Ledger, table: str, statement: str) -> None:
    AlbumApprovals(ledger).approve([approval()])
    AlbumChanges(ledger).intend(CHANGE)
    with pytest.raises(StorageError, match="append-only"), ledger.writing() as connection:
        connection.execute(text(statement.format(table)))
