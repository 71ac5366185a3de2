"""Byte-identical files below folders, asked for alone: no catalog, no lake, nothing written.

Imports only the standard library, so that asking takes no longer than reading.
"""

from photo_assets.identity.duplicates.find import DuplicateReport, Group, find_duplicates
from photo_assets.identity.duplicates.walk import FoundFile, Problem, Root

__all__ = ["DuplicateReport", "FoundFile", "Group", "Problem", "Root", "find_duplicates"]
