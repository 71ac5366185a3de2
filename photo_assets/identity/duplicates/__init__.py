"""Finding byte-identical files below folders, without catalogs or a lake. Nothing is written.

Imports only the standard library, so that the command starts quickly.
"""

from photo_assets.identity.duplicates.find import DuplicateReport, Group, find_duplicates
from photo_assets.identity.duplicates.walk import FoundFile, Problem, Root

__all__ = ["DuplicateReport", "FoundFile", "Group", "Problem", "Root", "find_duplicates"]
