"""What differs between two records of a photo, field by field. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from photo_assets.vault.history.records import ITEM_KEY

_LISTS: Final = ("aliases", "blobs", "conflicts", "relations")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One changed value. None before: it was not there; None after: it is not there any more.

    `item` is the catalog's entry (`source/catalog/native_id`) whose value it is, None for the
    photo's own. `said_by` are the entries from which a photo's value comes, `rule` what chose it.
    """

    field: str
    before: Any
    after: Any
    item: str | None = None
    said_by: Sequence[str] = ()
    rule: str | None = None


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    """Yield the changes from one record to the next; from `{}` to the first one: everything."""
    for name in ("state", "merged_into"):
        if before.get(name) != after.get(name):
            yield Change(field=name, before=before.get(name), after=after.get(name))
    yield from _metadata(before.get("metadata", {}), after.get("metadata", {}))
    old, new = (record.get("visibility", {}).get("effective") for record in (before, after))
    if old != new:
        yield Change(field="visibility", before=old, after=new)
    for name in _LISTS:
        if (old := before.get(name) or None) != (new := after.get(name) or None):
            yield Change(field=name, before=old, after=new)
    yield from _items(before.get("instances", ()), after.get("instances", ()))


def count_fields(changes: Iterator[Change]) -> Counter[str]:
    """Count changes by field; those of items together as `items`."""
    return Counter({"items" if change.item else change.field for change in changes})


def _metadata(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name, {}), after.get(name, {})
        if old.get("value") != new.get("value"):
            origins = new.get("from") or old.get("from") or ()
            yield Change(
                field=name,
                before=old.get("value"),
                after=new.get("value"),
                said_by=[item_name(one) for one in origins if "source" in one],
                rule=next((one["rule"] for one in origins if "rule" in one), None),
            )


def _items(before: Sequence[Any], after: Sequence[Any]) -> Iterator[Change]:
    old, new = ({item_name(one): one for one in items} for items in (before, after))
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


def _flat(instance: Mapping[str, Any]) -> dict[str, Any]:
    own = {name: value for name, value in instance.items() if name not in (*ITEM_KEY, "row")}
    return {**own, **instance["row"]}


def item_name(item: Mapping[str, Any]) -> str:
    """Return an item as `source/catalog/native_id`."""
    return "/".join(str(item[name]) for name in ITEM_KEY)
