"""What differs between two records of a photo, field by field. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from photo_assets.vault.history.records import ITEM_KEY

_DETAILED: Final = frozenset({"metadata", "visibility", "instances"})
_THE_FILE: Final = frozenset({"photo_id", "anchor", "schema_version"})
"""What names or describes the file itself: told only if it changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One changed value. None before: it was not there; None after: it is not there any more.

    `item` is the catalog's entry (`source/catalog/native_id`) whose value it is, None for the
    photo's own. The field `photo_state` is the record's `state` (`state` is the province), `moved`
    the new name of an entry whose file is the same. Equal values: only who states it or the rule
    changed. `said_by` are the entries from which a photo's value comes, `rule` what chose it.
    """

    field: str
    before: Any
    after: Any
    item: str | None = None
    said_by: Sequence[str] = ()
    rule: str | None = None


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    """Yield the changes from one record to the next; from `{}` to the first one: everything."""
    for name in sorted(before.keys() | after.keys(), key=_first):
        old, new = before.get(name) or None, after.get(name) or None
        if name in _DETAILED or old == new or (name in _THE_FILE and not before):
            continue
        yield Change(field="photo_state" if name == "state" else name, before=old, after=new)
    yield from _metadata(before.get("metadata", {}), after.get("metadata", {}))
    seen = [_stated(one.get("visibility", {})) for one in (before, after)]
    old, new = (one.pop("effective", None) for one in seen)
    if old != new:
        yield Change(field="visibility", before=old, after=new)
    for name in sorted(seen[0].keys() | seen[1].keys()):
        if (old := seen[0].get(name)) != (new := seen[1].get(name)):
            yield Change(field=f"visibility.{name}", before=old, after=new)
    yield from _items(before.get("instances", ()), after.get("instances", ()))


def _first(name: str) -> tuple[bool, str]:
    return name not in ("state", "merged_into"), name


def _stated(visibility: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is stated, without empty lists."""
    return {name: value for name, value in visibility.items() if value}


def count_fields(changes: Iterator[Change]) -> Counter[str]:
    """Count changes by field; those of items together as `items`."""
    return Counter({"items" if change.item else change.field for change in changes})


def _metadata(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name, {}), after.get(name, {})
        if old.get("value") != new.get("value") or _sayers(old) != _sayers(new):
            origins = new.get("from") or old.get("from") or ()
            yield Change(
                field=name,
                before=old.get("value"),
                after=new.get("value"),
                said_by=[item_name(one) for one in origins if "source" in one],
                rule=next((one["rule"] for one in origins if "rule" in one), None),
            )


def _sayers(value: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return who states a value and what chose it, without the time, which each edit changes."""
    return [
        {name: one[name] for name in one if name != "stated_at"} for one in value.get("from", [])
    ]


def _items(before: Sequence[Any], after: Sequence[Any]) -> Iterator[Change]:
    old: dict[str, Any] = {item_name(one): one for one in before}
    new: dict[str, Any] = {item_name(one): one for one in after}
    for left, found in [*_moves(old, new)]:
        yield Change(field="moved", before=left, after=found, item=found)
        old[found] = old.pop(left)
    for name in sorted(old.keys() | new.keys()):
        if name not in new or name not in old:
            was, now = (one.get(name, {}).get("presence") for one in (old, new))
            yield Change(field="presence", before=was, after=now, item=name)
            continue
        flat = [_flat(one[name]) for one in (old, new)]
        for field in sorted(flat[0].keys() | flat[1].keys()):
            was, now = (one.get(field) for one in flat)
            if was != now:
                yield Change(field=field, before=was, after=now, item=name)


def _moves(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the old and the new name of entries of the same file in the same catalog."""
    left = {name: _file(new[name]) for name in sorted(new.keys() - old.keys())}
    for name in sorted(old.keys() - new.keys()):
        if "blob" in old[name]:
            found = next((now for now, file in left.items() if file == _file(old[name])), None)
            if found is not None:
                del left[found]
                yield name, found


def _file(item: Mapping[str, Any]) -> tuple[Any, ...]:
    return item["source"], item["catalog"], item.get("blob")


def _flat(instance: Mapping[str, Any]) -> dict[str, Any]:
    own = {name: value for name, value in instance.items() if name not in (*ITEM_KEY, "row")}
    return {**own, **instance["row"]}


def item_name(item: Mapping[str, Any]) -> str:
    """Return an item as `source/catalog/native_id`."""
    return "/".join(str(item[name]) for name in ITEM_KEY)
