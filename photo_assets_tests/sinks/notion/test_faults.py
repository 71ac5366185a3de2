"""Faults during writing: nothing is lost, duplicated or reported wrongly."""

import logging
from pathlib import Path

import pytest

from photo_assets.sample.notion.settings import READ
from photo_assets.service_calls import AmbiguousServiceError, PermanentServiceError
from photo_assets.service_calls import FaultKind as Worth
from photo_assets.sinks.engine.applying import apply_plan
from photo_assets.sinks.notion.covers import Covers
from photo_assets.sinks.notion.faults import classify
from photo_assets.sinks.notion.fields import owned
from photo_assets.sinks.notion.schema import fit
from photo_assets.sinks.notion.sending import PageSender
from photo_assets.sinks.notion.settings import notion_settings
from photo_assets.sinks.notion.sink import notion_client
from photo_assets.sinks.protocol import SinkNotReadyError
from photo_assets_tests.repetition import cases
from photo_assets_tests.services.faults import ALL_KINDS, Chance, Fault, FaultKind, Step
from photo_assets_tests.services.notion.server import NotionServer
from photo_assets_tests.sinks.notion.collection import photo, photo_id
from photo_assets_tests.sinks.notion.conftest import Studio, make_workspace, set_up

QUICK = {"retry_after": 0.1, "delay": 0.1}
# One of each sort: a wait that is asked for, a connection that ends, a reply that is broken.
SORTS = (FaultKind.LIMITED_TEXT, FaultKind.DROP_AFTER, FaultKind.OK_HTML)
EVERY = cases(ALL_KINDS, SORTS)


@pytest.mark.parametrize("committed", [False, True])
@pytest.mark.parametrize("kind", EVERY)
def test_a_create_that_fails_in_any_way_leaves_one_page(
    studio: Studio, kind: FaultKind, committed: bool
) -> None:
    studio.put([photo(1)], thumbnails=False)
    fault = Fault(kind, committed, **QUICK)
    studio.server.faults.script(Step(fault, "POST", "^/v1/pages$"))
    applied = studio.apply()
    assert (applied.failed, applied.left) == (0, 0)
    assert list(studio.values()) == [photo_id(1)]
    assert studio.server.faults.pending == 0


@pytest.mark.parametrize("kind", EVERY)
def test_an_update_that_fails_in_any_way_is_made(studio: Studio, kind: FaultKind) -> None:
    studio.sync([photo(1)])
    studio.server.faults.script(Step(Fault(kind, True, **QUICK), "PATCH", "pages/"))
    assert studio.sync([photo(1, rating=4)]).updated == 1
    assert studio.values()[photo_id(1)]["Rating"] == 4


@pytest.mark.parametrize("path", ["file_uploads$", "/send$"])
@pytest.mark.parametrize("kind", EVERY)
def test_a_failed_upload_is_repeated(studio: Studio, kind: FaultKind, path: str) -> None:
    studio.put([photo(1)])
    studio.server.faults.script(Step(Fault(kind, True, **QUICK), "POST", path))
    assert studio.apply().created == 1
    assert studio.server.pages(studio.source)[0]["cover"]["type"] == "file"


def test_a_page_whose_reply_was_lost_is_found_although_queries_lag(studio: Studio) -> None:
    studio.put([photo(1)], thumbnails=False)
    (row,) = studio.plan().plan.read()
    studio.server.settings.query_delay = 3  # so the second look alone can see it
    client = notion_client(studio.workspace)
    settings = notion_settings(studio.workspace.settings.sinks)
    ledger, source = studio.workspace.ledger, studio.source
    sender = PageSender(
        client,
        ledger,
        source,
        Covers(client, studio.workspace.thumbnails, settings.token_env),
        settings.token_env,
        sleep=studio.server.clock.advance,
    )
    there = fit(client.data_source(source)["properties"], owned(settings), {})
    studio.server.faults.script(Step(Fault(FaultKind.DROP_AFTER), "POST", "^/v1/pages$"))
    with pytest.raises(AmbiguousServiceError):
        sender.send(row, there, uncertain=False)
    assert sender.send(row, there, uncertain=True).state == "updated"
    assert studio.server.calls("POST", "/query") == 2
    assert list(studio.values()) == [photo_id(1)]
    client.close()


def test_an_expired_upload_is_repeated(studio: Studio) -> None:
    studio.put([photo(1)])
    studio.server.faults.script(Step(Fault(FaultKind.DROP_BEFORE), "POST", "^/v1/pages$"))

    connection = studio.sink.connect()
    plan = studio.plan().plan
    (row,) = plan.read()
    connection.prepare(1)
    with pytest.raises(AmbiguousServiceError):
        connection.send([row], uncertain=False)
    studio.server.clock.advance(2 * 3600)
    (outcome,) = connection.send([row], uncertain=True)
    assert outcome.state == "created"
    assert outcome.note is None
    assert studio.server.pages(studio.source)[0]["cover"]["type"] == "file"
    connection.close()


def test_many_faults_of_all_kinds_lose_nothing_and_double_nothing(studio: Studio) -> None:
    rows = [photo(n) for n in range(16)]
    studio.put(rows)
    kinds = tuple(kind for kind in ALL_KINDS if kind not in (FaultKind.SLOW,))
    studio.server.faults.chance(Chance(0.2, seed=3, kinds=kinds, retry_after=0.05))
    for _ in range(6):
        applied = studio.apply(at_once=4)
        if not applied.left:
            break
    studio.server.faults.chance(None)
    studio.apply()
    assert sorted(studio.values()) == sorted(photo_id(n) for n in range(16))
    assert studio.server.refused == []
    assert studio.verify().drifted == ()


def test_a_long_requested_wait_ends_the_run_and_is_reported(studio: Studio) -> None:
    studio.put([photo(1), photo(2)], thumbnails=False)
    studio.server.faults.script(
        Step(Fault(FaultKind.LIMITED_SECONDS, retry_after=600), "POST", "^/v1/pages$")
    )
    applied = studio.apply(at_once=1)
    assert applied.waiting_until is not None
    assert applied.left == 2
    assert studio.values() == {}


def what_is_missing(studio: Studio) -> str:
    """Return the sentence, whether it was told before anything was begun or on the way."""
    try:
        missing = studio.apply().missing
    except SinkNotReadyError as error:
        return str(error)
    assert missing is not None
    return missing


@pytest.mark.parametrize(
    ("capabilities", "token", "words"),
    [
        ({READ}, "ntn_test", "is not permitted to do this"),
        (None, "ntn_other", "does not accept the token"),
    ],
)
def test_a_missing_permission_stops_the_run_with_one_sentence(
    studio: Studio,
    monkeypatch: pytest.MonkeyPatch,
    capabilities: set[str] | None,
    token: str,
    words: str,
) -> None:
    studio.put([photo(n) for n in range(20)], thumbnails=False)
    if capabilities is not None:
        studio.server.settings.capabilities = capabilities
    monkeypatch.setenv("NOTION_ARCHIVE_TOKEN", token)
    told = what_is_missing(studio)
    assert words in told
    assert token not in told
    assert studio.server.calls("POST", "/pages") <= 2


def test_without_a_token_one_line_says_which_variable(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio.put([photo(1)])
    assert studio.plan().plan.rows == 1  # the plan is made all the same
    monkeypatch.delenv("NOTION_ARCHIVE_TOKEN")
    with pytest.raises(SinkNotReadyError, match="NOTION_ARCHIVE_TOKEN is not set"):
        studio.apply()


def test_a_database_that_is_no_longer_shared_is_reported(studio: Studio) -> None:
    studio.put([photo(1)])
    plan = studio.plan().plan
    del studio.server.store.data_sources[studio.source]
    with pytest.raises(SinkNotReadyError, match="has no access to it"):
        apply_plan(studio.workspace, studio.sink, plan.plan_id)


def test_the_limit_of_free_workspaces_is_reported_before_the_first_write(studio: Studio) -> None:
    connection = studio.sink.connect()
    studio.server.settings.upload_bytes = 5 * 1024 * 1024
    assert [line for line in connection.prepare(901) if "1,000 blocks" in line]
    assert connection.prepare(900) == []
    studio.server.settings.upload_bytes = 5 * 1024**3
    assert connection.prepare(5000) == []  # a paid workspace
    connection.close()


def test_a_full_workspace_stops_all_instead_of_failing_every_page(studio: Studio) -> None:
    studio.put([photo(n) for n in range(30)], thumbnails=False)
    studio.server.settings.block_limit = studio.server.store.blocks_made + 10
    applied = studio.apply(at_once=2)
    assert "no more pages" in (applied.missing or "")
    assert (applied.created, applied.left, len(studio.values())) == (10, 20, 10)
    assert studio.server.calls("POST", "/v1/pages") <= 12
    studio.server.settings.block_limit = None
    studio.apply()
    assert len(studio.values()) == 30


def test_a_schema_that_is_full_costs_the_pages_with_new_options(studio: Studio) -> None:
    studio.sync([photo(1)])
    size = 1 + len(str(studio.server.client(retry=False).data_sources.retrieve(studio.source)))
    studio.server.settings.schema_bytes = size // 2
    applied = studio.sync([photo(1, rating=2), photo(2, keywords=[["quite new"]])])
    assert (applied.updated, applied.failed) == (1, 1)
    assert "keyword_options" in applied.errors[photo_id(2)]


def test_the_token_is_nowhere_to_be_read(
    server: NotionServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    secret = "ntn_" + "s3cr3tZ" * 5
    server.settings.token = secret
    monkeypatch.setenv("NOTION_ARCHIVE_TOKEN", secret)
    caplog.set_level(logging.DEBUG)
    workspace = make_workspace(tmp_path / "w", server.base_url, server.root_page_id)
    set_up(workspace)
    studio = Studio(workspace, server)
    studio.put([photo(1)], thumbnails=False)
    server.faults.script(Step(Fault(FaultKind.INTERNAL), "POST", "^/v1/pages$"))
    applied = studio.apply()
    server.settings.token = "another"
    with pytest.raises(SinkNotReadyError) as told:
        studio.sync([photo(1, rating=0)])
    captured = capfd.readouterr()
    everything = [str(told.value), str(applied), caplog.text, captured.out, captured.err]
    everything += [path.read_text(errors="replace") for path in _files(workspace.data_dir)]
    assert not [text for text in everything if "s3cr3tZ" in text]


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("kind", "worth", "limited"),
    [
        (FaultKind.LIMITED_SECONDS, Worth.TRANSIENT, True),
        (FaultKind.LIMITED_DATE, Worth.TRANSIENT, True),
        (FaultKind.LIMITED_MISSING, Worth.TRANSIENT, True),
        (FaultKind.LIMITED_TEXT, Worth.TRANSIENT, True),
        (FaultKind.CONFLICT, Worth.TRANSIENT, False),
        (FaultKind.INTERNAL, Worth.AMBIGUOUS, False),
        (FaultKind.BAD_GATEWAY_HTML, Worth.AMBIGUOUS, False),
        (FaultKind.UNAVAILABLE, Worth.AMBIGUOUS, False),
        (FaultKind.GATEWAY_TIMEOUT, Worth.AMBIGUOUS, False),
        (FaultKind.OVERLOADED, Worth.TRANSIENT, True),
        (FaultKind.DROP_BEFORE, Worth.AMBIGUOUS, False),
        (FaultKind.RESET_AFTER, Worth.AMBIGUOUS, False),
        (FaultKind.TRUNCATED, Worth.AMBIGUOUS, False),
        (FaultKind.OK_HTML, Worth.AMBIGUOUS, False),
        (FaultKind.SLOW, Worth.AMBIGUOUS, False),
    ],
)
def test_each_failure_is_classified(
    server: NotionServer, kind: FaultKind, worth: Worth, limited: bool
) -> None:
    client = server.client(retry=False, log_level=logging.CRITICAL, timeout_ms=300)
    server.faults.script(Fault(kind, retry_after=2, delay=2))
    with pytest.raises(Exception) as caught:
        client.users.me()
    fault = classify(caught.value)
    assert (fault.kind, fault.limited) == (worth, limited)
    if kind in (FaultKind.LIMITED_SECONDS, FaultKind.LIMITED_TEXT):
        assert fault.retry_after_s == 2


def test_an_unreachable_service_had_no_effect(server: NotionServer) -> None:
    import notion_client as vendor

    client = vendor.Client(
        auth="x", base_url="http://127.0.0.1:1", retry=False, log_level=logging.CRITICAL
    )
    with pytest.raises(Exception) as caught:
        client.users.me()
    assert classify(caught.value).kind is Worth.TRANSIENT


def test_our_own_errors_are_not_classified() -> None:
    with pytest.raises(KeyError):
        classify(KeyError("results"))


def test_an_unknown_page_is_refused_for_good(studio: Studio) -> None:
    client = notion_client(studio.workspace)
    with pytest.raises(PermanentServiceError):
        client.update_page("393abc1e-edcd-8169-85ce-c64d3d3f20fd", {})
    client.close()
