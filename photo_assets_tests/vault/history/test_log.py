"""Who said what when: the changes of one photo, and of all photos since a commit."""

from hypothesis import given
from hypothesis import strategies as st

from photo_assets.vault.history.changes import changes_between, count_fields
from photo_assets.vault.history.log import (
    changes_since,
    commit_before,
    commit_named,
    commits,
    current_record,
    photo_log,
)
from photo_assets.vault.history.records import photo_path
from photo_assets_tests.vault.history.commits import commit
from photo_assets_tests.vault.history.library import OTHER, START, HistoryLibrary, Shot

A, B = Shot(name="a"), Shot(name="b")


def test_the_log_of_a_photo_names_value_catalog_and_rule(history: HistoryLibrary) -> None:
    history.put(A, B)
    history.commit()
    history.put(Shot(name="b", title="of another photo"))
    history.commit()
    history.put(Shot(name="a", title="a better title"))
    third = history.commit()
    (newest, changes), (oldest, first) = photo_log(history.repository, A.photo_id)
    assert (newest.name, newest.seconds) == (third.commit, START + 3)
    assert oldest.seconds == START + 1
    by_field = {(one.item, one.field): one for one in changes}
    title = by_field[None, "title"]
    assert (title.before, title.after) == ("a title", "a better title")
    assert (title.said_by, title.rule) == (["folders/nas0/a.jpg"], "first")
    of_item = by_field["folders/nas0/a.jpg", "title"]
    assert (of_item.before, of_item.after) == ("a title", "a better title")
    assert by_field.keys() == {(None, "title"), ("folders/nas0/a.jpg", "title")}
    assert {"title", "keywords", "photo_state", "canonical_source", "keys"} <= {
        one.field for one in first
    }


def test_items_that_come_and_go_are_one_change_each(history: HistoryLibrary) -> None:
    history.put(Shot(name="a", copies=2))
    history.commit()
    history.put(Shot(name="a", copies=1, away=True))
    history.commit()
    _, changes = next(photo_log(history.repository, A.photo_id))
    of_items = {(one.item, one.before, one.after) for one in changes if one.item}
    assert of_items == {
        ("folders/nas0/a.jpg", "online", "offline"),
        ("folders/nas1/a.jpg", "online", None),
    }


def test_the_log_goes_on_when_a_photo_left_or_was_merged(history: HistoryLibrary) -> None:
    history.put(A, B)
    history.commit()
    history.merge(B, A)
    history.commit()
    history.remove("a")
    history.commit()
    (_, gone), (_, merged), _ = photo_log(history.repository, A.photo_id)
    assert ("photo_state", "resolved", "gone") in {
        (one.field, one.before, one.after) for one in gone
    }
    assert ("aliases", None, [B.photo_id]) in [(c.field, c.before, c.after) for c in merged]
    (_, last), _ = photo_log(history.repository, B.photo_id)
    assert ("merged_into", A.photo_id) in {(one.field, str(one.after)) for one in last}
    assert (current_record(history.repository, A.photo_id) or {})["state"] == "gone"


def test_an_unknown_photo_has_no_log(history: HistoryLibrary) -> None:
    history.put(A)
    history.commit()
    assert [*photo_log(history.repository, B.photo_id)] == []
    assert current_record(history.repository, B.photo_id) is None


def test_changes_since_a_commit_or_a_time(history: HistoryLibrary) -> None:
    history.put(A, B)
    first = history.commit()
    history.put(Shot(name="a", title="new"), Shot(name="c", month=OTHER))
    history.commit()
    history.put(Shot(name="a", title="newer"))
    history.commit()
    repository = history.repository
    assert [one.seconds - START for one in commits(repository)] == [3, 2, 1]
    for earlier in (
        commit_named(repository, first.commit[:8]),
        commit_before(repository, START + 2),
    ):
        found = {one.photo_id: one for one in changes_since(repository, earlier)}
        assert found.keys() == {A.photo_id, Shot(name="c").photo_id}
        assert (found[A.photo_id].before, found[A.photo_id].file_name) == ("resolved", "a.jpg")
        assert {one.after for one in found[A.photo_id].changes} == {"newer"}
        assert found[Shot(name="c").photo_id].before is None
    everything = changes_since(repository, commit_before(repository, START))
    assert len([*everything]) == 3
    assert commit_named(repository, "ffffffff") is None
    last = commit_before(repository, START + 100)
    assert [*changes_since(repository, last)] == []


def test_a_moved_file_and_other_top_level_fields_are_changes() -> None:
    item = {"source": "folders", "catalog": "nas", "native_id": "a.jpg", "presence": "online",
            "blob": "sha256:1", "row": {"title": "t"}}  # fmt: skip
    title = {"value": "t", "from": [{"rule": "first"}]}
    before = {"state": "resolved", "created_at": "1", "canonical_source": {"native_id": "a.jpg"},
              "keys": [1], "instances": [item], "metadata": {"title": title},
              "visibility": {"effective": "public", "per_catalog": {"public": ["nas"]}}}  # fmt: skip
    after = {"state": "resolved", "created_at": "2", "canonical_source": {"native_id": "b.jpg"},
             "keys": [2], "instances": [{**item, "native_id": "b.jpg"}],
             "metadata": {"title": {"value": "t", "from": [{"rule": "longest"}]}},
             "visibility": {"effective": "public", "per_catalog": {"public": ["x"]}}}  # fmt: skip
    found = {one.field: one for one in changes_between(before, after)}
    assert found.keys() == {
        *("created_at", "canonical_source", "keys", "title", "visibility.per_catalog", "moved")
    }
    moved, stated = found["moved"], found["title"]
    assert (moved.before, moved.after) == ("folders/nas/a.jpg", "folders/nas/b.jpg")
    assert (stated.before, stated.after, stated.rule) == ("t", "t", "longest")
    assert [*changes_between(after, after)] == []
    edited = {"value": "t", "from": [{"rule": "longest", "stated_at": "2031-01-01T00:00:00Z"}]}
    later = {**after, "metadata": {"title": edited}}
    assert [*changes_between(after, later)] == []  # each edit of a file states all values anew


def test_files_of_others_and_records_without_a_state_do_not_end_a_diff(
    history: HistoryLibrary,
) -> None:
    history.put(A)
    history.commit()
    commit(history.repository.folder, {
        (b"photos", b"notes.txt"): b"hello",
        (b"photos", b"ab", b"zz.json"): b"[]",
        photo_path(B.photo_id): b"{}",
    }, START + 2)  # fmt: skip
    _, first = commits(history.repository)
    assert [*changes_since(history.repository, first)] == []
    commit(history.repository.folder, {photo_path(B.photo_id): b"{oops"}, START + 3)
    assert [*changes_since(history.repository, first)] == []


_VALUES = st.dictionaries(st.sampled_from("abc"), st.integers(0, 2), max_size=3)


@given(_VALUES, _VALUES)
def test_changes_of_fields_are_those_that_differ(old: dict[str, int], new: dict[str, int]) -> None:
    before, after = (
        {"metadata": {name: {"value": value, "from": []} for name, value in one.items()}}
        for one in (old, new)
    )
    differing = {name for name in "abc" if old.get(name) != new.get(name)}
    changes = [*changes_between(before, after)]
    assert {one.field for one in changes} == differing
    assert count_fields(iter(changes)).total() == len(differing)
    assert all((old.get(c.field), new.get(c.field)) == (c.before, c.after) for c in changes)
