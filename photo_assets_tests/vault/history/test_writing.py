"""What a run of the history writes: only what changed, and nothing twice."""

import shutil
from dataclasses import replace
from pathlib import Path

import fastjsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photo_assets.lake import Lake
from photo_assets.ledger import Audit, AuditEntry, Confirmations, Decision, Decisions
from photo_assets.ledger.keeping import Keeping
from photo_assets.ledger.tables import AUDIT
from photo_assets.vault.history.log import changes_since, commit_named, photo_log
from photo_assets.vault.history.months import describe, due_months
from photo_assets.vault.history.published import photo_schema
from photo_assets.vault.history.record_rows import rows_of
from photo_assets.vault.history.records import photo_path
from photo_assets.vault.history.writing import has_new_rows, write_history
from photo_assets_tests.vault.history.commits import commit
from photo_assets_tests.vault.history.library import MONTH, OTHER, START, HistoryLibrary, Shot
from photo_assets_tests.vault.history.reading import files_of, git, objects_of, photos_of

A, B, C = (Shot(name=name) for name in "abc")


def test_every_photo_has_one_file_that_its_schema_describes(history: HistoryLibrary) -> None:
    history.put(A, Shot(name="b", copies=3, conflict=True), Shot(name="c", month=OTHER))
    written = history.commit()
    assert (written.new, written.committed) == (3, True)
    records = photos_of(history.repository.folder)
    for record in records.values():
        fastjsonschema.validate(photo_schema(), record)
    record = records[B.photo_id]
    assert record["state"] == "conflicted"
    assert [one["catalog"] for one in record["instances"]] == ["nas0", "nas1", "nas2"]
    assert record["blobs"] == [{"digest": f"sha256:{B.blob.hex()}", "size": 1000}]
    assert record["metadata"]["title"]["value"] == "a title"
    assert record["metadata"]["title"]["from"][0]["rule"] == "first"
    path = f"photos/{A.photo_id[:2]}/{A.photo_id[2:4]}/{A.photo_id}.json"
    assert files_of(history.repository.folder)[path].endswith(b"}\n")


def test_git_finds_nothing_wrong_and_clones_it(history: HistoryLibrary, tmp_path: Path) -> None:
    history.put(A, B)
    history.commit()
    history.put(Shot(name="a", title="another"))
    history.commit()
    folder = history.repository.folder
    git(folder, "fsck", "--strict")
    assert git(folder, "log", "--format=%an %ae %s").splitlines() == [
        "photosync photosync@localhost 1 changed photo",
        "photosync photosync@localhost 2 new photos",
    ]
    git(tmp_path, "clone", "-q", str(folder), "copy")
    copied = {
        str(path.relative_to(tmp_path / "copy")): path.read_bytes()
        for path in (tmp_path / "copy").rglob("*")
        if path.is_file() and ".git" not in path.parts
    }
    assert copied == files_of(folder)


def test_nothing_changed_is_no_commit_and_no_written_byte(history: HistoryLibrary) -> None:
    history.put(A, B)
    first = history.commit()
    before = {p: p.stat().st_mtime_ns for p in history.root.rglob("*") if p.is_file()}
    for everything in (False, True):
        again = history.commit(everything=everything)
        assert (again.commit, again.committed, again.bytes_written) == (first.commit, False, 0)
    after = {p: p.stat().st_mtime_ns for p in history.root.rglob("*") if p.is_file()}
    paths = {path for path in after.keys() | before.keys() if before.get(path) != after.get(path)}
    assert {path.name for path in paths if "sqlite" not in path.name} == set()
    assert due_months(history.sources()) == []


def test_only_months_whose_inputs_changed_are_read(history: HistoryLibrary) -> None:
    history.put(A, Shot(name="b", month=OTHER))
    history.commit()
    history.lake.path(("catalog", "folders"), OTHER).write_bytes(b"not a table")
    history.shots["a"] = Shot(name="a", title="new")
    history._write_month(MONTH, [history.shots["a"]])
    assert due_months(history.sources()) == [MONTH]
    written = history.commit()
    assert (written.photos, written.changed) == (1, 1)
    assert written.fields == {"title": 1, "items": 1}


def test_a_photo_that_left_all_catalogs_keeps_its_file(history: HistoryLibrary) -> None:
    history.put(A, B)
    history.commit()
    history.remove("b")
    written = history.commit()
    assert (written.gone, written.changed) == (1, 0)
    record = photos_of(history.repository.folder)[B.photo_id]
    assert record["state"] == "gone"
    assert record["metadata"]["title"]["value"] == "a title"
    assert [one["presence"] for one in record["instances"]] == ["gone"]
    assert history.commit(everything=True).committed is False
    history.put(B)
    history.commit()
    assert photos_of(history.repository.folder)[B.photo_id]["state"] == "resolved"


def test_the_last_photo_of_a_month_can_leave(history: HistoryLibrary) -> None:
    history.put(A, Shot(name="b", month=OTHER))
    history.commit()
    history.remove("b")
    assert due_months(history.sources()) == [OTHER]
    assert history.commit().gone == 1
    assert due_months(history.sources()) == []


def test_a_photo_that_moves_to_another_month_is_not_gone(history: HistoryLibrary) -> None:
    history.put(A, B)
    history.commit()
    history.put(Shot(name="b", month=OTHER))
    written = history.commit()
    assert (written.gone, written.new, written.changed) == (0, 0, 1)


@pytest.mark.parametrize("waiting", [MONTH, OTHER])
def test_a_photo_that_moves_while_one_month_waits_is_not_gone(
    history: HistoryLibrary, waiting: str
) -> None:
    history.put(A, B)
    history.commit()
    history.put(Shot(name="b", month=OTHER))
    write_history(replace(history.sources(), waiting=[waiting]), 1)
    assert photos_of(history.repository.folder)[B.photo_id]["state"] == "resolved"
    history.commit()
    assert photos_of(history.repository.folder)[B.photo_id]["state"] == "resolved"
    assert due_months(history.sources()) == []


def test_a_photo_that_a_decision_merged_keeps_its_keys(history: HistoryLibrary) -> None:
    valid = fastjsonschema.compile(photo_schema())
    history.put(A, B, C)
    history.commit()
    before = photos_of(history.repository.folder)
    history.merge(C, B)
    history.decide(B, A)
    assert history.commit().merged == 2
    records = photos_of(history.repository.folder)
    a, b, c = (records[shot.photo_id] for shot in (A, B, C))
    assert a["aliases"] == sorted((B.photo_id, C.photo_id))
    assert (b["merged_into"], c["merged_into"]) == (A.photo_id, B.photo_id)
    assert {key["key"] for key in b["keys"]} >= {
        key["key"] for shot in (B, C) for key in before[shot.photo_id]["keys"]
    }
    assert "keys" not in c
    for record in (a, b, c):
        valid(record)
    stated = rows_of(b, B.photo_id)
    assert stated.alias is not None
    assert stated.alias["decided"] == 1
    assert {key["key"] for key in stated.keys} == {key["key"] for key in b["keys"]}
    history.decide(B, None)
    assert history.commit().separated == 1
    records = photos_of(history.repository.folder)
    assert records[B.photo_id]["aliases"] == [C.photo_id]
    assert records[B.photo_id]["instances"] == before[B.photo_id]["instances"]
    assert (records[A.photo_id], records[C.photo_id]) == (before[A.photo_id], c)
    valid(records[B.photo_id])


def test_a_merged_photo_says_where_it_is_now(history: HistoryLibrary) -> None:
    history.put(A, B)
    history.commit()
    history.merge(B, A)
    assert history.commit().merged == 1
    records = photos_of(history.repository.folder)
    assert records[B.photo_id]["merged_into"] == A.photo_id
    assert records[A.photo_id]["aliases"] == [B.photo_id]
    assert f"sha256:{B.blob.hex()}" in [one["digest"] for one in records[A.photo_id]["blobs"]]
    fastjsonschema.validate(photo_schema(), records[B.photo_id])


def test_photos_of_the_ledger_that_no_catalog_has_get_a_file_too(history: HistoryLibrary) -> None:
    history.put(A, B)
    history.remove("b")
    history.commit()
    record = photos_of(history.repository.folder)[B.photo_id]
    assert (record["state"], record["anchor"]) == ("gone", f"sha256:{B.blob.hex()}")
    fastjsonschema.validate(photo_schema(), record)


def test_rows_of_the_ledger_are_lines_that_are_only_added(history: HistoryLibrary) -> None:
    history.put(A)
    history.commit()
    assert not has_new_rows(history.sources())
    decision = Decision(
        conflict_id="c1", evidence_digest="0" * 64, values_seen="[]", answer='{"v": 1}', who="mara"
    )
    Decisions(history.ledger).append(decision)
    Confirmations(history.ledger).confirm("folders", "nas", "d", "mara", 3, 4)
    Audit(history.ledger).append(AuditEntry(who="w", action="a", subject="s"))
    assert has_new_rows(history.sources())
    written = history.commit()
    assert dict(written.rows) == {"decisions": 1, "confirmations": 1, "audit": 1}
    assert written.message() == "1 in audit, 1 in confirmations, 1 in decisions"
    lines = [c for p, c in files_of(history.repository.folder).items() if "decisions" in p]
    (history.root / "ledger.sqlite").unlink()  # a new ledger knows no decision
    history.put(A)
    history.commit(everything=True)
    Decisions(history.ledger).append(decision)
    history.commit()
    after = [c for p, c in files_of(history.repository.folder).items() if "decisions" in p]
    assert all(line in b"".join(after) for line in b"".join(lines).splitlines())


def test_nothing_that_gives_access_is_in_any_object(history: HistoryLibrary) -> None:
    extras = '{"page": "see https://user:canary-extra@example.org/x ok", "image_views": 5}'
    history.put(Shot(name="a", extras=extras))
    history.commit()
    everything = b"\n".join(objects_of(history.repository.folder))
    assert b"canary" not in everything
    assert b"image_views" not in everything
    record = photos_of(history.repository.folder)[A.photo_id]
    assert record["instances"][0]["extras"] == {"page": "see  ok"}
    assert record["instances"][0]["raw_sha256"]


def test_a_repository_that_something_else_changed_is_compared_in_full(
    history: HistoryLibrary, tmp_path: Path
) -> None:
    history.put(A, B)
    first = history.commit()
    history.put(Shot(name="a", title="another"))
    history.commit()
    expected = files_of(history.repository.folder)
    (history.repository.folder / "refs" / "heads" / "main").write_text(first.commit + "\n")
    assert due_months(history.sources()) == [MONTH]
    assert history.commit().changed == 1
    assert files_of(history.repository.folder) == expected
    shutil.rmtree(history.repository.folder)
    assert history.commit().new == 2
    assert files_of(history.repository.folder) == expected


def test_a_repository_put_back_from_a_backup_gets_every_record_again(
    history: HistoryLibrary,
) -> None:
    history.put(A, Shot(name="b", month=OTHER))
    history.commit()
    folder, backup = history.repository.folder, history.root / "backup.git"
    shutil.copytree(folder, backup)
    history.put(C, Shot(name="a", title="another"))
    history.commit()
    expected = files_of(folder)
    shutil.rmtree(folder)
    backup.rename(folder)
    assert due_months(history.sources()) == [MONTH, OTHER]
    history.commit()
    assert files_of(folder) == expected
    assert due_months(history.sources()) == []


def test_two_repositories_that_are_used_in_turn_both_have_every_record(
    history: HistoryLibrary,
) -> None:
    history.put(A)
    history.commit()
    folder, drawer = history.repository.folder, history.root / "drawer.git"
    folder.rename(drawer)
    history.put(B)
    history.commit()
    shutil.rmtree(folder)
    drawer.rename(folder)
    history.commit()
    assert photos_of(folder).keys() == {A.photo_id, B.photo_id}
    assert photos_of(folder)[B.photo_id]["state"] == "resolved"


def test_a_lost_repository_is_compared_in_full_until_no_month_waits(
    history: HistoryLibrary,
) -> None:
    history.put(A, Shot(name="b", month=OTHER))
    history.commit()
    expected = files_of(history.repository.folder)
    shutil.rmtree(history.repository.folder)
    write_history(replace(history.sources(), waiting=[OTHER]), START + 50)
    assert due_months(history.sources()) == [MONTH, OTHER]
    history.commit()
    assert files_of(history.repository.folder) == expected
    assert due_months(history.sources()) == []


def test_a_run_that_ends_between_commit_and_table_is_made_good(
    history: HistoryLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    history.put(A)
    history.commit()
    expected = files_of(history.repository.folder)
    history.put(Shot(name="a", title="another"))
    with monkeypatch.context() as patch:
        patch.setattr(Lake, "together", _interrupted)
        with pytest.raises(KeyboardInterrupt):
            history.commit()
    assert files_of(history.repository.folder) != expected
    history.put(A)  # the value that the table still has
    history.commit()
    assert files_of(history.repository.folder) == expected


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("trusted", [True, False])
def test_a_full_comparison_repairs_what_the_table_calls_known(
    history: HistoryLibrary, *, trusted: bool
) -> None:
    history.put(A, B)
    history.commit()
    expected = files_of(history.repository.folder)
    path = photo_path(A.photo_id)
    head = commit(history.repository.folder, {path: b"{}\n"}, START + 9)
    if trusted:
        describe(history.lake, head, {})
    history.commit(everything=True)
    assert files_of(history.repository.folder) == expected


def test_a_new_ledger_keeps_what_the_history_knew(history: HistoryLibrary) -> None:
    history.put(A, B, C)
    history.commit()
    history.merge(C, A)
    history.commit()
    before = photos_of(history.repository.folder)
    for file in history.root.glob("ledger.sqlite*"):
        file.unlink()
    history.remove("b")
    history.put(A)
    history.commit(everything=True)
    after = photos_of(history.repository.folder)
    assert after[B.photo_id]["state"] == "gone"
    assert [one["presence"] for one in after[B.photo_id]["instances"]] == ["gone"]
    assert after[B.photo_id]["blobs"] == before[B.photo_id]["blobs"]
    assert after[A.photo_id]["created_at"] == before[A.photo_id]["created_at"]
    assert after[C.photo_id] == before[C.photo_id]
    assert history.commit(everything=True).committed is False


_FOREIGN = (
    b"{oops",
    b"[]",
    b"{}",
    b"<<<<<<< HEAD\n",
    b"\xff",
    b'{"state": 1}',
    b'{"state": "resolved", "metadata": [1], "instances": {}}',
    b'{"state": "resolved", "instances": [{}], "visibility": 3}',
)


@pytest.mark.parametrize("content", _FOREIGN)
def test_what_a_person_wrote_over_a_record_is_written_over(
    history: HistoryLibrary, content: bytes
) -> None:
    history.put(A, B)
    first = history.commit()
    history.remove("b")
    history.commit()
    folder = history.repository.folder
    expected = photos_of(folder)
    paths = [photo_path(one.photo_id) for one in (A, B)]
    commit(folder, dict.fromkeys(paths, content), START + 9)
    repository = history.repository
    earlier = commit_named(repository, first.commit)
    assert [*changes_since(repository, earlier)] == []
    assert len([*photo_log(repository, A.photo_id)]) == 2
    history.commit()
    found = photos_of(folder)
    assert found[A.photo_id] == expected[A.photo_id]
    assert found[B.photo_id]["state"] == "gone"
    assert len([*photo_log(history.repository, A.photo_id)]) == 3


@pytest.mark.parametrize(
    "path",
    [
        (b"photos", b"notes.txt"),
        (b"photos", A.photo_id.encode()[:2], b"zz.json", b"a"),
        (*photo_path(A.photo_id), b"a"),
        photo_path(A.photo_id)[:3],
        (b"photos", b"no", b"x.json"),
    ],
)
def test_other_files_below_the_photos_are_no_records(
    history: HistoryLibrary, path: tuple[bytes, ...]
) -> None:
    history.put(A)
    first = history.commit()
    commit(history.repository.folder, {path: b"{}"}, START + 9)
    repository = history.repository
    assert [*changes_since(repository, commit_named(repository, first.commit))] == []
    assert len([*photo_log(repository, A.photo_id)]) == 1
    history.commit()
    assert photos_of(history.repository.folder)[A.photo_id]["state"] == "resolved"


def test_one_more_row_of_the_ledger_writes_the_rows_of_its_day(
    history: HistoryLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    history.put(A)
    with history.ledger.writing() as connection:
        rows = [
            {"at": f"2026-11-{day:02}T05:00:00.{n:06}Z", "who": "w", "action": "a", "subject": "s"}
            for day in range(1, 31)
            for n in range(20)
        ]
        connection.execute(AUDIT.insert(), rows)
    history.commit()
    with monkeypatch.context() as patch:  # nothing new: no row is read
        patch.setattr(Keeping, "by_time", _interrupted)
        assert not has_new_rows(history.sources())
        history.commit()
    before = files_of(history.repository.folder)
    assert len([path for path in before if path.startswith("ledger/audit/")]) == 30
    with history.ledger.writing() as connection:
        connection.execute(AUDIT.insert(), [{**rows[-1], "at": "2026-11-30T06:00:00.000000Z"}])
    assert has_new_rows(history.sources())
    history.commit()
    after = files_of(history.repository.folder)
    changed = {path for path in after if after[path] != before.get(path)}
    assert changed == {"ledger/audit/2026-11-30.jsonl"}
    assert not has_new_rows(history.sources())


_EDITS = st.lists(
    st.tuples(
        st.sampled_from("abcdefgh"),
        st.sampled_from([MONTH, OTHER]),
        st.sampled_from(["", "x", "two words"]),
        st.integers(1, 3),
        st.booleans(),
    ),
    min_size=1,
    max_size=4,
)


@given(st.lists(_EDITS, min_size=1, max_size=4))
@settings(deadline=None, max_examples=15)
def test_the_tree_after_any_changes_is_one_written_from_nothing(
    tmp_path_factory: pytest.TempPathFactory, steps: list[list[tuple[str, str, str, int, bool]]]
) -> None:
    history = HistoryLibrary(tmp_path_factory.mktemp("history"))
    for edits in steps:
        for name, month, title, copies, conflict in edits:
            history.put(Shot(name=name, month=month, title=title, copies=copies, conflict=conflict))
        history.commit()
    found = files_of(history.repository.folder)
    history.repository.folder.rename(history.root / "old.git")
    history.commit()
    assert files_of(history.repository.folder) == found


def test_the_schema_refuses_what_it_does_not_describe(history: HistoryLibrary) -> None:
    history.put(Shot(name="a", conflict=True))
    history.commit()
    (record,) = photos_of(history.repository.folder).values()
    valid = fastjsonschema.compile(photo_schema())
    valid(record)
    (instance,), (conflict,) = record["instances"], record["conflicts"]
    for wrong in (
        {"more": 1},
        {"state": "unknown"},
        {"instances": [{**instance, "url": "https://example.org"}]},
        {"instances": [{**instance, "row": {**instance["row"], "title": 3}}]},
        {"conflicts": [{**conflict, "evidence_digest": "short"}]},
        {"metadata": {"title": {"value": 3, "from": []}}},
        {"photo_id": "not a UUID"},
    ):
        with pytest.raises(fastjsonschema.JsonSchemaValueException):
            valid({**record, **wrong})
    with pytest.raises(fastjsonschema.JsonSchemaValueException):
        valid({name: value for name, value in record.items() if name != "blobs"})


def test_a_changed_configuration_is_committed_alone(history: HistoryLibrary) -> None:
    history.put(A)
    history.commit()
    for text in ("data_dir: one\n", "data_dir: two\n"):
        sources = replace(history.sources(), configuration=text)
        assert has_new_rows(sources)
        assert write_history(sources, START + 10).committed
        assert files_of(history.repository.folder)["photosync.yaml"] == text.encode()
        assert not has_new_rows(sources)
        assert not write_history(sources, START + 11).committed
    git(history.repository.folder, "fsck", "--strict")
