"""AI values in unified rows: those that a person approved, as the last of all sources.

The description is the caption of a photo for which no catalog and no person states one; tags are
further keywords; all of them are in the column `ai`, and who approved them in `ai_approval`.
Nothing that `model.ai_release` did not release comes here.
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.metadata.fields import AI, AI_APPROVED
from photo_assets.metadata.outcome import Outcome
from photo_assets.metadata.provenance import ProvenanceBuilder
from photo_assets.model.ai_release import Released
from photo_assets.model.tables import AI_APPROVAL, AI_VALUES, KEYWORD_PATH

APPROVED = "approved by a person"
"""The rule of values that a person approved."""


@dataclass(frozen=True, slots=True)
class Approved:
    """What people said about AI values. `reviewed`: the photos with any answer."""

    released: Mapping[str, Released] = field(default_factory=dict)
    reviewed: Collection[str] = frozenset()

    def note(self, outcome: Outcome) -> None:
        """Note the answers about the photos of a chunk."""
        if not self.reviewed:
            return
        for index, photo in enumerate(outcome.photos["photo_id"].to_pylist()):
            if photo in self.reviewed:
                outcome.decided[photo] = index
            if (found := self.released.get(photo)) is not None:
                outcome.approved[index] = found


def add_approved(
    outcome: Outcome, columns: dict[str, pa.Array], provenance: ProvenanceBuilder
) -> None:
    """Add the columns of approved values, and fill captions and keywords of photos with them."""
    count = outcome.photos.num_rows
    rows = {index: asdict(one.values) for index, one in outcome.approved.items()}
    if not rows:
        columns[AI], columns[AI_APPROVED] = pa.nulls(count, AI_VALUES), pa.nulls(count, AI_APPROVAL)
        return
    approvals = {index: _approval(one) for index, one in outcome.approved.items()}
    for name, found, kind in ((AI, rows, AI_VALUES), (AI_APPROVED, approvals, AI_APPROVAL)):
        columns[name] = pa.array([found.get(index) for index in range(count)], kind)
    captioned = _fill_captions(outcome, columns)
    tagged = _add_tags(outcome, columns)
    for name, indexes in ((AI, sorted(rows)), ("caption", captioned), ("keywords", tagged)):
        for index in indexes:
            one = outcome.approved[index]
            at = datetime.fromisoformat(one.at)
            provenance.add_approved(name, index, (AI, "", str(one.review), at), APPROVED)


def _approval(one: Released) -> dict[str, str | datetime]:
    at = datetime.fromisoformat(one.at)
    return {"model": one.model, "request": one.request, "approved_by": one.who, "approved_at": at}


def _fill_captions(outcome: Outcome, columns: dict[str, pa.Array]) -> list[int]:
    decided = {answer.index for answer in outcome.answers.get("caption", [])}
    empty = columns["caption"].is_null().to_pylist()
    texts = {
        index: one.values.description
        for index, one in outcome.approved.items()
        if one.values.description and empty[index] and index not in decided
    }
    mask = np.zeros(len(empty), dtype=np.bool_)
    filled = sorted(texts)
    mask[filled] = True
    given = pa.array([texts[index] for index in filled], columns["caption"].type)
    columns["caption"] = pc.replace_with_mask(columns["caption"], pa.array(mask), given)
    return filled


def _add_tags(outcome: Outcome, columns: dict[str, pa.Array]) -> list[int]:
    """Add tags that are not the last level of a keyword; return the photos that got some."""
    paths = columns["keywords"].to_pylist()
    tagged = []
    for index, one in outcome.approved.items():
        here = list(paths[index] or [])
        leaves = {path[-1].casefold() for path in here if path}
        new = [[tag] for tag in one.values.tags if tag.casefold() not in leaves]
        if new:
            paths[index] = sorted([*here, *new])
            tagged.append(index)
    if tagged:
        columns["keywords"] = pa.array(paths, pa.list_(KEYWORD_PATH))
    return sorted(tagged)
