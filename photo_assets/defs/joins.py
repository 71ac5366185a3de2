"""The inputs of each join, and whether the stored result is current.

Further inputs of the metadata assets are the configured rules, the decisions and the approvals.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, Final

import pyarrow as pa

from photo_assets.catalogs.registry import VISIBILITY as SERVICES
from photo_assets.identity.answers import Answer, answers_of
from photo_assets.identity.lookalikes import LookalikeInputs, search_digest
from photo_assets.identity.lookalikes.inputs import ASSET
from photo_assets.identity.masters import Item, masters_of
from photo_assets.identity.photos import MasterHierarchy
from photo_assets.identity.photos.made import Made, due_months, recipe_of, whole
from photo_assets.identity.sides import LOOKALIKE, photos_of
from photo_assets.lake.currency import is_current
from photo_assets.lake.inputs import fingerprint_files, item_files, photo_files
from photo_assets.ledger import AiProposals, Approvals, Decisions, PhotoRegistry
from photo_assets.metadata import (
    DECISION_SCHEMA,
    Approved,
    FieldRules,
    MetadataInputs,
    MetadataSummary,
    build_conflicts,
    build_unified,
)
from photo_assets.metadata.answers import AnswersByMonth, decision_texts
from photo_assets.metadata.monthly import MetadataMonths, MetadataSources, PhotoMonth
from photo_assets.metadata.visibility import VisibilityStream, VisibilitySummary
from photo_assets.model.canonical import inputs_digest
from photo_assets.model.tables import (
    CONFLICTS,
    LOOKALIKE_GROUPS,
    LOOKALIKES,
    MEMBERS,
    RELATIONS,
    UNIFIED,
    VISIBILITY,
    TableKind,
)
from photo_assets.workspace import Workspace

_SAID: Final = [(name, one.always_states, one.levels) for name, one in SERVICES.items()]


def hierarchy(workspace: Workspace) -> MasterHierarchy:
    """Return the configured rules for choosing a master."""
    return MasterHierarchy(sources=workspace.settings.identity.master_priority)


def photos_made(workspace: Workspace) -> Made | None:
    """Return the record of the last completed join, or None if there is none."""
    return whole(workspace.lake, workspace.joined_photos)


def photos_due(workspace: Workspace) -> list[str]:
    """Return the months of items that changed since the stored photos were joined.

    Those of photos that a person decided to be one, or not any more, have changed too.
    """
    registry = PhotoRegistry(workspace.ledger)
    recipe, answers = recipe_of(hierarchy(workspace)), same_photo_answers(workspace)
    lake, folder, masters = workspace.lake, workspace.joined_photos, chosen_masters(workspace)
    return due_months(lake, folder, recipe, registry, answers, masters)


def same_photo_answers(workspace: Workspace) -> tuple[Answer, ...]:
    """Return what people decided about pairs of photos."""
    return answers_of(Decisions(workspace.ledger).standing_of(LOOKALIKE).values())


def chosen_masters(workspace: Workspace) -> tuple[Item, ...]:
    """Return the items that people chose as masters."""
    return masters_of(Decisions(workspace.ledger).standing().values())


def metadata_months(workspace: Workspace, kind: TableKind) -> MetadataMonths[Any]:
    """Return the months of one of the metadata assets, for the stored photos."""
    made, decisions = photos_made(workspace), decision_table(workspace)
    photos = {m: PhotoMonth(made.version(m), made.sources[m]) for m in made.months} if made else {}
    settings = workspace.settings.metadata.model_dump_json()
    answers, asset = decision_texts(decisions), ("metadata", kind.name)
    texts = {(("metadata", CONFLICTS.name), "conflict_id"): answers}
    build: Callable[[MetadataInputs], Any]
    nothing: Callable[[], Any] = MetadataSummary
    if kind is VISIBILITY:
        approved = Approvals(workspace.ledger).levels()
        settings = inputs_digest([settings, *_SAID])
        levels = {one: sorted(map(repr, given)) for one, given in approved.items()}
        texts = {(asset, "conflict_id"): answers, (asset, "photo_id"): levels}
        build = partial(VisibilityStream, services=SERVICES, answers=decisions, approved=approved)
        nothing = VisibilitySummary
    elif kind is UNIFIED:
        proposals = AiProposals(workspace.ledger)
        reviewed = proposals.reviewed_photos()
        texts |= {(asset, "photo_id"): reviewed}
        released = Approved(proposals.released(), frozenset(reviewed))
        rules = field_rules(workspace)
        build = partial(build_unified, rules=rules, decisions=decisions, approved=released)
    else:
        build = partial(build_conflicts, rules=field_rules(workspace), decisions=decisions)
    sources = MetadataSources(
        lake=workspace.lake,
        photos=photos,
        settings=settings,
        answers=AnswersByMonth(texts),
        scratch=workspace.scratch_for("metadata"),
        memory_mib=workspace.settings.query_memory_mib,
    )
    return MetadataMonths(kind, sources, build, nothing)


def metadata_due(workspace: Workspace) -> list[str]:
    """Return the months of metadata that are out of date with their photos, oldest first."""
    if photos_made(workspace) is None:
        return []
    kinds = (UNIFIED, CONFLICTS, VISIBILITY)
    return sorted({month for kind in kinds for month in metadata_months(workspace, kind).due()})


def lookalike_inputs(workspace: Workspace) -> LookalikeInputs:
    """Return the files that the look-alike search reads."""
    lake = workspace.lake
    return LookalikeInputs(
        members=photo_files(lake, MEMBERS),
        relations=photo_files(lake, RELATIONS),
        fingerprints=fingerprint_files(lake),
        items=item_files(lake),
        memory_mib=workspace.settings.query_memory_mib,
        temp_directory=workspace.scratch_for("lookalikes"),
    )


def lookalikes_due(workspace: Workspace, *, remember: bool = False) -> bool:
    """Return whether the inputs or columns of the search differ from the stored result's.

    `remember` as in `lookalikes_digest`.
    """
    inputs, lake = lookalikes_digest(workspace, remember=remember), workspace.lake
    kinds = (LOOKALIKES, LOOKALIKE_GROUPS)
    return not all(is_current(lake, ASSET, kind.name, kind, inputs) for kind in kinds)


def lookalikes_digest(workspace: Workspace, *, remember: bool = False) -> str:
    """Return one digest over all inputs of `identity/lookalikes`.

    `remember` as in `search_digest`.
    """
    return search_digest(
        workspace.lake,
        lookalike_inputs(workspace),
        workspace.lookalike_inputs,
        workspace.settings.identity.lookalikes.model_dump_json(),
        remember=remember,
    )


def field_rules(workspace: Workspace) -> FieldRules:
    """Return the configured rules."""
    return FieldRules.from_settings(workspace.settings.metadata)


def decision_table(workspace: Workspace) -> pa.Table:
    """Return the ledger's decisions about values in the schema of the metadata package."""
    rows = [
        {
            "conflict_id": decision.conflict_id,
            "evidence_digest": bytes.fromhex(decision.evidence_digest),
            "answer": decision.answer,
            "decided_at": datetime.fromisoformat(decision.at or ""),
            "made_by": decision.made_by,
        }
        for decision in Decisions(workspace.ledger).all()
        if photos_of(decision.conflict_id) is None  # these answers join photos
    ]
    if not rows:  # Arrow loads pandas to convert Python values, even an empty list
        return pa.Table.from_batches([], DECISION_SCHEMA)
    return pa.Table.from_pylist(rows, DECISION_SCHEMA)
