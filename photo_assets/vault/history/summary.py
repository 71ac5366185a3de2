"""What one run of the history wrote, as counts and as the message of its commit."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from photo_assets.model.wording import counted

_LISTED: Final = 12


@dataclass(slots=True, kw_only=True)
class HistoryWritten:
    """The counts of one run. `commit`: the head afterwards; `committed`: this run made it.

    `fields`: the changed fields of photos that were known before; `rows`: added ledger rows by
    table. `photos`: looked at; `bytes_written`: to the repository.
    """

    commit: str = ""
    committed: bool = False
    photos: int = 0
    new: int = 0
    changed: int = 0
    gone: int = 0
    merged: int = 0
    separated: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    bytes_written: int = 0

    def count(
        self, record: Mapping[str, Any], before: Mapping[str, Any], fields: Counter[str] | None
    ) -> None:
        """Count one written record."""
        state = record["state"]
        if state in ("gone", "merged"):
            if before.get("state") != state:
                setattr(self, state, getattr(self, state) + 1)
        elif before.get("state") == "merged":
            self.separated += 1
        elif not before or before["state"] == "gone":
            self.new += 1
        else:
            self.changed += 1
            self.fields += fields or Counter()

    def message(self) -> str:
        """Return the message of the commit: a subject of counts, then the fields by frequency."""
        counts = [
            counted(self.new, "new photo") if self.new else "",
            counted(self.changed, "changed photo") if self.changed else "",
            f"{self.merged:,} merged" if self.merged else "",
            f"{self.separated:,} separated" if self.separated else "",
            f"{self.gone:,} in no catalog any more" if self.gone else "",
            *(f"{number:,} in {table}" for table, number in sorted(self.rows.items())),
        ]
        subject = ", ".join(one for one in counts if one) or "Files of the repository changed"
        most = self.fields.most_common()
        most.sort(key=lambda one: (-one[1], one[0]))
        lines = [f"{name}: {number:,}" for name, number in most[:_LISTED]]
        if len(most) > _LISTED:
            lines.append(f"and {len(most) - _LISTED} more fields")
        return "\n".join([subject, *(["", "Changed fields:", *lines] if lines else [])])
