"""The options that the properties of all pages may have, and what of them a month's pages use.

How often a name is used is counted a month at a time and kept: one edited photo costs its month.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from photo_assets.model.disclosure import Disclosure
from photo_assets.model.tables import PHOTOS, RELATIONS
from photo_assets.sinks.notion.fields import TREATMENTS, most_options, owned
from photo_assets.sinks.notion.known_options import standing_options
from photo_assets.sinks.notion.options import Vocabulary, choose, last_level
from photo_assets.store.configuration.sinks import NotionSettings
from photo_assets.store.disclosing import Collection, shown_months
from photo_assets.store.kept_facts import Facts, KeptFacts, facts_digest
from photo_assets.store.lake.inputs import photo_table

_RECIPE: Final = 1
_COUNTED_FROM: Final = (("metadata", "unified"), photo_table(PHOTOS), photo_table(RELATIONS))
_COUNTS: Final[Mapping[str, str]] = {
    "keywords": "SELECT partition, unnest(keywords) AS name FROM shown",
    "people": "SELECT partition, unnest(people) AS name FROM shown",
    "collections": "SELECT partition, unnest(albums) AS name FROM shown",
    "camera": "SELECT partition, camera_model AS name FROM shown",
    "lens": "SELECT partition, lens AS name FROM shown",
}


class Vocabularies:
    """The vocabulary of each property in `of`, chosen for the whole collection.

    Raises `StorageError`.
    """

    def __init__(
        self, collection: Collection, settings: NotionSettings, disclosure: Disclosure
    ) -> None:
        names = owned(settings)
        most = {field: count for field, count in most_options(settings).items() if field in names}
        standing = standing_options(collection.joined.lake)
        self._used: dict[str, dict[str, list[str]]] = defaultdict(dict)
        self.of: dict[str, Vocabulary] = {}
        counted = _counted(collection, settings)
        for field, count in most.items():
            said = _Said(field, disclosure)
            uses: Counter[str] = Counter()
            for month, facts in counted.items():
                found = [(said.of(name), times) for name, times in facts[field]]
                for name, times in found:
                    if name is not None:
                        uses[name] += times
                self._used[month][field] = [name for name, _ in found if name is not None]
            self.of[field] = choose(uses, standing[field], count)

    def digest(self, month: str) -> str:
        """Return a digest of which options the names on a month's pages have."""
        said = [
            [vocabulary.option(name) for name in self._used[month][field]]
            for field, vocabulary in self.of.items()
        ]
        return facts_digest(said)


class _Said:
    """What a name may be said as on a page: of a keyword its last level."""

    def __init__(self, field: str, disclosure: Disclosure) -> None:
        self._treatment = TREATMENTS[field]
        self._disclosure = disclosure
        self._known: dict[Any, str | None] = {}

    def of(self, name: Any) -> str | None:
        """Return what is said of a name, None for nothing."""
        key = tuple(name) if isinstance(name, list) else name
        if key not in self._known:
            shown = self._disclosure.show_names(self._treatment, [name])
            path = shown[0] if shown else ()
            self._known[key] = last_level([path] if isinstance(path, str) else path)
        return self._known[key]


def _counted(collection: Collection, settings: NotionSettings) -> dict[str, Facts]:
    """Return month -> field -> the names its shown photos have, each with how many do."""
    digests = {
        month: facts_digest(
            _RECIPE, settings.policy.archived, collection.digest(month, _COUNTED_FROM, ())
        )
        for month in collection.months
    }

    def make(months: Sequence[str]) -> Mapping[str, Facts]:
        batches = collection.joined.batches(months)
        return dict(made for batch in batches for made in _count(collection, batch, settings))

    return KeptFacts(collection.joined.kept / "notion_options").of(digests, make)


def _count(
    collection: Collection, months: Sequence[str], settings: NotionSettings
) -> Iterator[tuple[str, Facts]]:
    found: dict[str, dict[str, list[Any]]] = {m: {field: [] for field in _COUNTS} for m in months}
    with shown_months(
        "The options at Notion cannot be chosen", collection, months, settings.policy
    ) as connection:
        for field, query in _COUNTS.items():
            counts = f"SELECT partition, name, count(*) FROM ({query}) GROUP BY ALL"  # noqa: S608
            for month, name, count in connection.execute(counts).fetchall():
                if name is not None:
                    found[month][field].append((name, count))
    for month, fields in found.items():
        yield month, {field: sorted(counts) for field, counts in fields.items()}
