"""Counts and sentences about files that cannot be decoded or read.

`discover`, `status` and `report` share them; where they are printed does not belong here.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

from photo_assets.identity.faults import FileFault, file_faults
from photo_assets.model.visible_text import shown
from photo_assets.model.wording import counted
from photo_assets.workspace import Workspace

FaultCounts = Mapping[str, Mapping[str, int]]
"""`source/catalog` -> status (`undecodable`, `failed`, `damaged`) -> files."""

_WORDS = {
    "damaged": ("file is damaged but still readable", "files are damaged but still readable"),
    "undecodable": ("file cannot be decoded", "files cannot be decoded"),
    "failed": ("file could not be read", "files could not be read"),
}


def count_faults(workspace: Workspace) -> FaultCounts:
    """Return the number of such files by catalog and status."""
    counts: dict[str, Counter[str]] = {}
    for fault in file_faults(workspace.lake):
        counts.setdefault(f"{fault.source}/{fault.catalog}", Counter())[fault.status] += 1
    return counts


def fault_sentences(counts: FaultCounts) -> Iterator[str]:
    """Yield one line per catalog with such files, with the command that lists them."""
    for label, statuses in sorted(counts.items()):
        listed = ", ".join(counted(statuses[name], *_WORDS[name]) for name in sorted(statuses))
        yield f"{label}: {listed}: photosync report {label}"


def count_by_reason(faults: list[FileFault]) -> dict[str, int]:
    """Return the number of files by status and reason, in the form of a scan's report."""
    return dict(Counter(fault.why for fault in faults))


def fault_line(fault: FileFault) -> str:
    """Return one line with the path of the file and its fault."""
    where = shown(fault.path or fault.native_id)
    member = f", {shown(fault.member)} in it" if fault.member else ""
    return f"{where}{member} - {shown(fault.detail)}" if fault.detail else f"{where}{member}"
