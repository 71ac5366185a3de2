"""Merging the statements of catalogs about one photo: rules, provenance, conflicts, decisions.

Receives identities as a table and depends on no catalog's format.
"""

from photo_assets.metadata.approved import Approved
from photo_assets.metadata.build import (
    MetadataStream,
    MetadataTables,
    build_conflicts,
    build_metadata,
    build_unified,
)
from photo_assets.metadata.decisions import DECISION_SCHEMA
from photo_assets.metadata.inputs import MetadataInputs
from photo_assets.metadata.rules import FieldRules, Rule
from photo_assets.metadata.summary import MetadataSummary

__all__ = [
    "DECISION_SCHEMA",
    "Approved",
    "FieldRules",
    "MetadataInputs",
    "MetadataStream",
    "MetadataSummary",
    "MetadataTables",
    "Rule",
    "build_conflicts",
    "build_metadata",
    "build_unified",
]
