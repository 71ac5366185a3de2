"""What both metadata assets read: the lake's files, the configured rules, the decisions."""

from datetime import datetime

import pyarrow as pa

from photo_assets.metadata import DECISION_SCHEMA, FieldRules, MetadataInputs
from photo_assets.store.lake.inputs import fingerprint_files, item_files
from photo_assets.store.ledger import Decisions
from photo_assets.store.workspace import Workspace


def metadata_inputs(workspace: Workspace) -> MetadataInputs:
    """Return the files of items, fingerprints and photos."""
    lake = workspace.lake
    return MetadataInputs(
        items=item_files(lake),
        fingerprints=fingerprint_files(lake),
        photos=lake.path(("identity", "photos"), "photos"),
        members=lake.path(("identity", "photos"), "members"),
        scratch=workspace.scratch_for("metadata"),
        memory_mib=workspace.settings.query_memory_mib,
    )


def field_rules(workspace: Workspace) -> FieldRules:
    """Return the configured rules."""
    return FieldRules.from_settings(workspace.settings.metadata)


def decision_table(workspace: Workspace) -> pa.Table:
    """Return the ledger's decisions as the metadata room reads them."""
    rows = [
        {
            "conflict_id": decision.conflict_id,
            "evidence_digest": bytes.fromhex(decision.evidence_digest),
            "answer": decision.answer,
            "decided_at": datetime.fromisoformat(decision.at or ""),
        }
        for decision in Decisions(workspace.ledger).all()
    ]
    return pa.Table.from_pylist(rows, schema=DECISION_SCHEMA)
