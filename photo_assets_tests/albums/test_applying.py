"""Renaming at SmugMug: compare and set, what the service keeps, faults, and ends of the process."""

import pytest

from photo_assets.albums.applying import Renaming
from photo_assets.catalogs.sign_ins import configured_sign_ins, services
from photo_assets.catalogs.smugmug.renaming_sign_in import SOURCE
from photo_assets.ledger import Step
from photo_assets.model.errors import ConfigurationError
from photo_assets.service_calls import ServiceError
from photo_assets.sign_in.errors import SignInMissingError
from photo_assets.sign_in.flows import sign_in
from photo_assets_tests.albums.account import (
    KilledError,
    KilledService,
    Killing,
    RenamedAccount,
    change_of,
)
from photo_assets_tests.services.faults import Fault, FaultKind
from photo_assets_tests.services.faults import Step as Scripted
from photo_assets_tests.sign_in.service import Person


def test_a_name_is_changed_and_nothing_else(account: RenamedAccount) -> None:
    album = account.library.add_album("Regatta", description="boats", privacy="Private")
    address = album.node.url_path
    done = account.rename(album, "Regatta - May 30")
    assert done.step is Step.DONE
    assert album.node.name == "Regatta - May 30"
    assert (album.node.url_path, album.description) == (address, "boats")
    assert [one.step for one in account.changes.all()] == [Step.DONE]
    sent = [one for one in account.server.log.all() if one.method == "PATCH"]
    assert [one.path for one in sent] == [f"/api/v2/album/{album.key}"]


def test_another_name_than_before_is_a_conflict_and_stays(account: RenamedAccount) -> None:
    album = account.library.add_album("Regatta")
    change = change_of(album, "Regatta - May 30")
    account.library.edit_album(album, name="Somebody was here")
    ended = Renaming(account.changes, account.service(), None).begin(change)
    assert ended.step is Step.CONFLICT
    assert album.node.name == "Somebody was here"
    assert "PATCH" not in {one.method for one in account.server.log.all()}


def test_an_album_that_is_gone_is_a_conflict(account: RenamedAccount) -> None:
    album = account.library.add_album("Regatta")
    change = change_of(album, "Regatta - May 30")
    account.library.delete_album(album)
    assert Renaming(account.changes, account.service(), None).begin(change).step is Step.CONFLICT


def test_names_with_any_characters_arrive_as_they_are(account: RenamedAccount) -> None:
    for name in ("京都 - 5月12日", "Zoë & “Chloé” <b>", "🏄‍♀️ 100 %", 'a\\b"c'):
        album = account.library.add_album("x")
        assert account.rename(album, name).step is Step.DONE
        assert album.node.name == name


def test_a_name_that_the_service_refuses_fails_and_changes_nothing(account: RenamedAccount) -> None:
    album = account.library.add_album("Regatta")
    ended = account.rename(album, "x" * 300)
    assert ended.step is Step.FAILED
    assert "400" in (ended.detail or "") or "long" in (ended.detail or "")
    assert album.node.name == "Regatta"


def test_a_sign_in_that_may_only_read_fails_and_says_how_to_sign_in(
    account: RenamedAccount,
) -> None:
    account.server.settings.permissions = "Read"
    album = account.library.add_album("Regatta")
    ended = account.rename(album, "Regatta - May 30")
    assert ended.step is Step.FAILED and "another API key" in (ended.detail or "")
    assert album.node.name == "Regatta"


@pytest.mark.parametrize(
    "fault",
    [FaultKind.DROP_AFTER, FaultKind.DROP_BEFORE, FaultKind.TRUNCATED, FaultKind.LIMITED_MISSING],
)
def test_a_lost_reply_is_looked_up_and_not_sent_blindly(
    account: RenamedAccount, fault: FaultKind
) -> None:
    album = account.library.add_album("Regatta")
    account.server.faults.script(Scripted(Fault(fault, retry_after=0.0), method="PATCH"))
    assert account.rename(album, "Regatta - May 30").step is Step.DONE
    assert album.node.name == "Regatta - May 30"
    sent = [one for one in account.server.log.all() if one.method == "PATCH"]
    committed = fault in {FaultKind.DROP_AFTER, FaultKind.TRUNCATED}
    assert len(sent) == (1 if committed else 2)


def test_a_change_stays_open_while_the_service_is_down_and_is_continued(
    account: RenamedAccount,
) -> None:
    album = account.library.add_album("Regatta")
    account.server.api.refuses = "oauth_problem=token_rejected"
    with pytest.raises(ServiceError):
        account.rename(album, "Regatta - May 30")
    (left,) = account.changes.open()
    account.server.api.refuses = ""
    assert Renaming(account.changes, account.service(), None).finish(left).step is Step.DONE
    assert album.node.name == "Regatta - May 30"


def test_the_catalogs_own_sign_in_is_not_used_and_others_are_not_renamed(
    account: RenamedAccount,
) -> None:
    account.workspace.credentials.forget("smugmug_names", "me")
    with pytest.raises(SignInMissingError):
        account.service()
    account.workspace.settings.albums.__dict__["rename"] = ()
    with pytest.raises(ConfigurationError, match="may not be renamed"):
        account.service()


def test_the_sign_in_says_that_it_may_change_and_asks_for_that(account: RenamedAccount) -> None:
    account.server.settings.permissions = "Read"
    account.workspace.credentials.forget("smugmug_names", "me")
    (signed,) = [one for one in configured_sign_ins(account.workspace) if one.source == SOURCE]
    given = account.server.settings
    person = Person([given.api_key, given.api_secret])
    assert sign_in(account.workspace.credentials, signed, person.dialogue()).name == "stand-in"
    said = " ".join(person.lines)
    assert "only reads" not in said and "Permissions=Modify" in said
    assert given.permissions == "Modify"
    album = account.library.add_album("Regatta")
    assert account.rename(album, "Regatta - May 30").step is Step.DONE


def test_no_catalogs_own_sign_in_writes(account: RenamedAccount) -> None:
    assert [
        source for source, one in services().items() if any(scope.writes for scope in one.scopes)
    ] == [SOURCE]


def test_after_an_end_at_any_step_the_next_apply_completes_the_change(
    account: RenamedAccount,
) -> None:
    for at in range(1, 40):
        album = account.library.add_album("Regatta")
        killing = Killing(at)
        service = KilledService(account.service(), killing)
        renaming = Renaming(account.changes, service, None, killing.pass_by)
        try:
            renaming.begin(change_of(album, "Regatta - May 30"))
        except KilledError:
            assert album.node.name in {"Regatta", "Regatta - May 30"}
            for left in account.changes.open():
                Renaming(account.changes, account.service(), None).finish(left)
            last = account.changes.all(f"smugmug/me/{album.key}")[-1]
            assert (last.step, album.node.name) == (Step.DONE, "Regatta - May 30")
        else:
            break
    assert at > 8
