"""Large losses that discovery holds back, as questions; the answer is a confirmation of the ledger.

Only that somebody removed these items on purpose can be said; otherwise they come back by a scan.
"""

from collections.abc import Iterator

from photo_assets.catalogs.discovery.discover import catalog_folder
from photo_assets.catalogs.discovery.manifest import Held, load_held
from photo_assets.catalogs.registry import SOURCES
from photo_assets.ledger import Confirmation, Confirmations, Ledger
from photo_assets.model.canonical import canonical
from photo_assets.questions.question import LOST_ITEMS, Question, Stated
from photo_assets.workspace import Workspace


def held_losses(workspace: Workspace) -> list[Question]:
    """Return a question for every loss that nobody confirmed yet."""
    confirmations = Confirmations(workspace.ledger)
    return [
        _question(source, name, held)
        for source, name, held in _held(workspace)
        if not confirmations.is_confirmed(source, name, held.scan_digest)
    ]


def confirm_loss(ledger: Ledger, question: Question, who: str) -> Confirmation:
    """Record that `who` accepts exactly this loss. The next scan marks the items missing."""
    (source, name), more = question.id.split("/")[1:], question.more or {}
    return Confirmations(ledger).confirm(
        source, name, question.evidence_digest, who, more["lost"], more["known"]
    )


def _held(workspace: Workspace) -> Iterator[tuple[str, str, Held]]:
    for source in SOURCES:
        folder = workspace.staging / source
        for name in sorted(p.name for p in folder.iterdir()) if folder.is_dir() else ():
            held = load_held(catalog_folder(workspace.staging, source, name))
            if held is not None:
                yield source, name, held


def _question(source: str, name: str, held: Held) -> Question:
    examples = tuple(Stated(source, name, one, "no longer there") for one in held.examples)
    return Question(
        id=f"lost/{source}/{name}",
        kind=LOST_ITEMS,
        photo_ids=(),
        month=None,
        detail=f"{source}/{name} {held.sentence}",
        evidence_digest=held.scan_digest,
        values=examples,
        more={"lost": held.lost, "known": held.known, "found_at": held.at},
        seen=canonical([one.to_json() for one in examples]),
    )
