"""Explaining why two items are one photo or two. Reads tables, decides nothing."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import duckdb

from photo_assets.identity.answers import Answer, answered, ids_in, settle_answers
from photo_assets.identity.photos.engine import engine
from photo_assets.identity.photos.inputs import PhotoInputs, PhotoTables
from photo_assets.identity.photos.load import load
from photo_assets.identity.photos.references import ItemKey, Subject, resolve
from photo_assets.identity.sides import lookalike_id
from photo_assets.ledger import PhotoRegistry

_STEPS = {1: "same bytes", 2: "same image data", 3: "asserted id", 4: "a person's decision"}


@dataclass(frozen=True, slots=True)
class Link:
    """One edge of the chain: `a` and `b` are the same by `key`, whose value is `value`."""

    a: ItemKey
    b: ItemKey
    step: int
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """The explanation. `chain` is the shortest one, empty for different photos or a single item.

    `facts` are sentences about the closest connections between different photos.
    """

    a: Subject
    b: Subject
    chain: tuple[Link, ...]
    facts: tuple[str, ...]

    @property
    def same_photo(self) -> bool:
        """Whether both are one photo."""
        return self.a.photo_id == self.b.photo_id

    def lines(self) -> list[str]:
        """Return the explanation as lines for a terminal."""
        if self.same_photo:
            head = f"One photo, {self.a.photo_id}."
            if self.a.item == self.b.item:
                return [head, f"  Both are {_shown(self.a.item)}."]
            return [head, *(line for link in self.chain for line in _link_lines(link))]
        return [
            "Two photos.",
            f"  {_shown(self.a.item)} is {self.a.photo_id}",
            f"  {_shown(self.b.item)} is {self.b.photo_id}",
            *(f"  {fact}" for fact in self.facts),
        ]


def explain(
    inputs: PhotoInputs,
    tables: PhotoTables,
    a: ItemKey | str,
    b: ItemKey | str,
    registry: PhotoRegistry | None = None,
) -> Explanation:
    """Explain how `a` and `b` are related.

    With `registry`, ids that were merged into others are accepted. Raises `UnknownReferenceError`
    if a reference matches nothing, `StorageError` if a table cannot be read.
    """
    with engine(inputs) as opened:
        connection = opened.connection
        load(connection, inputs)
        connection.execute("CREATE TEMP VIEW paths AS FROM item")
        for name in ("photos", "members", "edges", "relations"):
            connection.register(name, getattr(tables, name))
        one, other = (resolve(connection, ref, registry) for ref in (a, b))
        if one.photo_id == other.photo_id:
            chain = shortest_chain(_edges(connection, one.photo_id), one.item, other.item)
            return Explanation(one, other, chain, ())
        facts = (
            *_related(connection, one, other),
            *_decided(inputs.answers, registry, {one.photo_id, other.photo_id}),
            *_contents(connection, one, other),
        )
        return Explanation(one, other, (), facts)


def shortest_chain(edges: Iterable[Link], start: ItemKey, goal: ItemKey) -> tuple[Link, ...]:
    """Return the fewest edges from `start` to `goal`; among equals, stronger steps first."""
    neighbours: dict[ItemKey, list[Link]] = {}
    for e in sorted(edges, key=lambda e: (e.step, e.key, e.a, e.b)):
        neighbours.setdefault(e.a, []).append(e)
        neighbours.setdefault(e.b, []).append(Link(e.b, e.a, e.step, e.key, e.value))
    arrived: dict[ItemKey, Link | None] = {start: None}
    waiting = deque([start])
    while waiting and goal not in arrived:
        here = waiting.popleft()
        for edge in neighbours.get(here, ()):
            if edge.b not in arrived:
                arrived[edge.b] = edge
                waiting.append(edge.b)
    chain: list[Link] = []
    step = arrived.get(goal)
    while step is not None:
        chain.append(step)
        step = arrived[step.a]
    return tuple(reversed(chain))


def _edges(connection: duckdb.DuckDBPyConnection, photo_id: str) -> list[Link]:
    rows = connection.execute(
        "SELECT a_source, a_catalog, a_native_id, b_source, b_catalog, b_native_id, "
        "step, key, value FROM edges WHERE photo_id = $1",
        [photo_id],
    ).fetchall()
    return [Link(ItemKey(*row[:3]), ItemKey(*row[3:6]), *row[6:]) for row in rows]


def _related(connection: duckdb.DuckDBPyConnection, a: Subject, b: Subject) -> list[str]:
    rows = connection.execute(
        "SELECT kind, source, catalog, from_native_id, to_native_id FROM relations "
        "WHERE (from_photo_id = $1 AND to_photo_id = $2) "
        "OR (from_photo_id = $2 AND to_photo_id = $1) ORDER BY ALL",
        [a.photo_id, b.photo_id],
    ).fetchall()
    return [
        f"Related: {_shown(ItemKey(source, catalog, start))} is {kind.replace('_', ' ')} "
        f"{_shown(ItemKey(source, catalog, end))}; they belong together but are different photos."
        for kind, source, catalog, start, end in rows
    ]


def _decided(
    answers: Sequence[Answer], registry: PhotoRegistry | None, photos: set[str]
) -> list[str]:
    """Return what people decided about two photos that are not one."""
    if registry is None or not answers:
        return []
    found = answered(answers, registry.current_ids(ids_in(answers))).get(lookalike_id(*photos))
    if found is None:
        return []
    if found.same is False:
        return ["A person decided that they are different."]
    settled = settle_answers(answers, registry.own_ids(ids_in(answers)))
    if found.question in settled.contradicted:
        return [
            "A person decided that they are one photo. This is not followed: it would also make "
            "one photo of two that a person decided to be different."
        ]
    return ["A person decided that they are one photo. Run: photosync discover"]


def _contents(connection: duckdb.DuckDBPyConnection, a: Subject, b: Subject) -> list[str]:
    one, other = (_known(connection, subject.item) for subject in (a, b))
    facts = []
    for subject, known in ((a, one), (b, other)):
        if known["copy"]:
            facts.append(
                f"{_shown(subject.item)} is a virtual copy: it has no file of its own to compare."
            )
        elif known["empty"]:
            facts.append(f"{_shown(subject.item)} is an empty file: empty files are never joined.")
    for name, what in (("blob", "SHA-256"), ("image", "image data")):
        x, y = one[name], other[name]
        if x is None or y is None:
            facts.append(f"The {what} of at least one of them is unknown.")
        elif x == y:
            facts.append(f"The {what} is the same, but a safeguard kept them apart.")
        else:
            facts.append(f"The {what} differs: {str(x)[:16]}… and {str(y)[:16]}…")
    if one["phash"] is not None and other["phash"] is not None:
        distance = (int(str(one["phash"])) ^ int(str(other["phash"]))).bit_count()
        facts.append(
            f"Their perceptual hashes (pHash) differ in {distance} of 64 bits; similar hashes "
            "only make a "
            "candidate, never one photo."
        )
    return facts


def _known(connection: duckdb.DuckDBPyConnection, item: ItemKey) -> dict[str, object]:
    names = ("blob", "image", "copy", "empty", "phash")
    rows = connection.execute(
        "SELECT lower(hex(blob)), lower(hex(image)), is_copy, is_empty, phash FROM item "
        "WHERE source = $1 AND catalog = $2 AND native_id = $3",
        list(item),
    ).fetchall()
    return dict(zip(names, rows[0], strict=True)) if rows else dict.fromkeys(names)


def _link_lines(link: Link) -> list[str]:
    whole = len(link.value) <= 40 or link.key == "decision"
    value = link.value if whole else link.value[:16] + "…"
    return [
        f"  {_shown(link.a)}",
        f"    = {_shown(link.b)}",
        f"      step {link.step}, {_STEPS[link.step]}: {link.key} {_printable(value)}",
    ]


def _shown(item: ItemKey) -> str:
    return _printable(str(item))


def _printable(text: str) -> str:
    """Return text without characters that control a terminal or break a line."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)
