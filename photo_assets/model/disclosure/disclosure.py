"""`Disclosure`: which rows may be shown, and what of each."""

from collections.abc import Iterable, Mapping
from typing import Any

from photo_assets.model.disclosure.columns import COLUMNS, Treatment
from photo_assets.model.disclosure.known import Known
from photo_assets.model.disclosure.names import Names
from photo_assets.model.disclosure.policy import DisclosurePolicy
from photo_assets.model.disclosure.showing import Row, Showing

_NAMING = frozenset({Treatment.KEYWORDS, Treatment.ALBUMS, Treatment.PEOPLE, Treatment.EXTRAS})


class Disclosure:
    """One place's `policy`, and what the collection knows."""

    def __init__(self, policy: DisclosurePolicy, known: Known) -> None:
        self._policy = policy
        self._known = known
        self._showing = Showing(policy, known, [known.people])

    @property
    def policy(self) -> DisclosurePolicy:
        """What the place is allowed to show."""
        return self._policy

    def admits(self, visibility: Any, availability: Any, archived: Any) -> bool:
        """Say whether a photo or an item in this state may be shown at all."""
        return self._policy.admits(visibility, availability, archived)

    def show(
        self, row: Row, treatments: Mapping[str, Treatment] = COLUMNS
    ) -> dict[str, Any] | None:
        """Return what of a row may be shown, None when the row as a whole may not.

        Columns that `treatments` does not name are left out; one that may not be shown is None.
        JSON columns are given as what they say. A name that the row's own people have is known.
        """
        if not self.admits(row.get("visibility"), row.get("availability"), row.get("archived")):
            return None
        if "conflict_id" in row and not self._policy.allows(_fact(row["field"])):
            return None  # even that there are two places says that one is known
        showing = self._with(row)
        if "album_id" in row and not showing.names_nobody(row.get("path") or ()):
            return None
        return showing.record(row, treatments)

    def show_left(
        self, row: Row, treatments: Mapping[str, Treatment] = COLUMNS
    ) -> dict[str, Any] | None:
        """Return what may stay of a row that left the collection.

        Keywords, albums and people go: whether they are private can no longer be told.
        """
        shown = self.show(row, treatments)
        return shown and {n: None if treatments[n] in _NAMING else v for n, v in shown.items()}

    def show_names(self, treatment: Treatment, names: Iterable[Any]) -> list[Any]:
        """Return which of some keywords, albums or people may be shown, on any photo."""
        shown: list[Any] = self._showing.value(treatment, list(names)) or []
        return shown

    def _with(self, row: Row) -> Showing:
        """Return a showing that knows the row's own people as well."""
        if self._policy.people:
            return self._showing
        people = row.get("people") or ()
        names = [one["name"] if isinstance(one, Mapping) else one for one in people]
        new = [name for name in names if not self._known.people.has(name)]
        if not new:
            return self._showing
        return Showing(self._policy, self._known, [self._known.people, Names(new)])


def _fact(field: str | None) -> Treatment:
    return Treatment.PLAIN if field is None else COLUMNS.get(field, Treatment.NEVER)
