"""`Disclosure`: which rows, and which values of each row, may be shown."""

from collections.abc import Iterable, Mapping
from typing import Any

from photo_assets.model.disclosure.columns import COLUMNS, Treatment
from photo_assets.model.disclosure.known_names import Known
from photo_assets.model.disclosure.names import Names
from photo_assets.model.disclosure.policy import DisclosurePolicy
from photo_assets.model.disclosure.redaction import Redactor, Row

_NAMING = frozenset({Treatment.KEYWORDS, Treatment.ALBUMS, Treatment.PEOPLE, Treatment.EXTRAS})


class Disclosure:
    """The `policy` of one destination, with the names known in the collection."""

    def __init__(self, policy: DisclosurePolicy, known: Known) -> None:
        self._policy = policy
        self._known = known
        self._redactor = Redactor(policy, known, [known.people])

    @property
    def policy(self) -> DisclosurePolicy:
        """The policy of the destination."""
        return self._policy

    def admits(self, visibility: Any, availability: Any, archived: Any) -> bool:
        """Return whether a photo or an item in this state may be shown at all."""
        return self._policy.admits(visibility, availability, archived)

    def show(
        self, row: Row, treatments: Mapping[str, Treatment] = COLUMNS
    ) -> dict[str, Any] | None:
        """Return the part of a row that may be shown, None when the whole row may not.

        Columns that `treatments` does not name are left out; one that may not be shown is None.
        JSON columns are returned as parsed values. The names of the row's own people count as
        known.
        """
        if not self.admits(row.get("visibility"), row.get("availability"), row.get("archived")):
            return None
        if "conflict_id" in row and not self._policy.allows(_fact(row["field"])):
            return None  # even a conflict between two places reveals that a place is known
        redactor = self._with(row)
        if "album_id" in row and not redactor.names_nobody(row.get("path") or ()):
            return None
        return redactor.record(row, treatments)

    def show_retired(
        self, row: Row, treatments: Mapping[str, Treatment] = COLUMNS
    ) -> dict[str, Any] | None:
        """Return the part of a row that may stay in the service once its photo left the collection.

        Keywords, albums and people are removed: whether they are private is no longer known.
        """
        shown = self.show(row, treatments)
        return shown and {n: None if treatments[n] in _NAMING else v for n, v in shown.items()}

    def show_names(self, treatment: Treatment, names: Iterable[Any]) -> list[Any]:
        """Return which of some keywords, albums or people may be shown, on any photo."""
        shown: list[Any] = self._redactor.value(treatment, list(names)) or []
        return shown

    def _with(self, row: Row) -> Redactor:
        """Return a `Redactor` that also knows the row's own people."""
        if self._policy.people:
            return self._redactor
        people = row.get("people") or ()
        names = [one["name"] if isinstance(one, Mapping) else one for one in people]
        new = [name for name in names if not self._known.people.has(name)]
        if not new:
            return self._redactor
        return Redactor(self._policy, self._known, [self._known.people, Names(new)])


def _fact(field: str | None) -> Treatment:
    return Treatment.PLAIN if field is None else COLUMNS.get(field, Treatment.NEVER)
