"""Approved values as files: CSV, JSON, or one XMP sidecar per photo. Only what is released."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from photo_assets.ai.reviewing import months_of
from photo_assets.ledger import AiProposals
from photo_assets.model.ai_release import Released
from photo_assets.model.ai_values import AI_FIELDS
from photo_assets.model.canonical import canonical_document
from photo_assets.system.durable import make_directory, replacing
from photo_assets.workspace import Workspace

FORMATS: Final = ("csv", "json", "xmp")

_XMP: Final = """\
<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Identifier={photo}>
{parts}  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>
"""


def export(workspace: Workspace, format_: str, target: Path) -> int:
    """Write the approved values of all photos to a file, or for `xmp` to a folder; return a count.

    An XMP file is named by the photo's id. Raises `StorageError`.
    """
    released = AiProposals(workspace.ledger).released()
    rows = [released[photo] for photo in sorted(released)]
    if format_ == "xmp":
        make_directory(target)
        for one in rows:
            with replacing(target / f"{one.photo_id}.xmp") as stream:
                stream.write(xmp(one).encode())
        return len(rows)
    months = months_of(workspace)
    content = _csv(rows, months) if format_ == "csv" else _json(rows, months)
    with replacing(target) as stream:
        stream.write(content)
    return len(rows)


def xmp(one: Released) -> str:
    """Return the description and tags of a photo as an XMP packet."""
    parts = []
    if one.values.description:
        text = escape(one.values.description)
        li = f'<rdf:li xml:lang="x-default">{text}</rdf:li>'
        parts.append(f"   <dc:description><rdf:Alt>{li}</rdf:Alt></dc:description>\n")
    if one.values.tags:
        items = "".join(f"<rdf:li>{escape(tag)}</rdf:li>" for tag in one.values.tags)
        parts.append(f"   <dc:subject><rdf:Bag>{items}</rdf:Bag></dc:subject>\n")
    return _XMP.format(photo=quoteattr(f"urn:uuid:{one.photo_id}"), parts="".join(parts))


def _documents(rows: list[Released], months: Mapping[str, str]) -> Iterator[dict[str, object]]:
    for one in rows:
        month = months.get(one.photo_id)
        yield {"photo_id": one.photo_id, "month": month and month[:7], **asdict(one.values)}


def _json(rows: list[Released], months: Mapping[str, str]) -> bytes:
    return canonical_document([*_documents(rows, months)])


def _csv(rows: list[Released], months: Mapping[str, str]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, ["photo_id", "month", *AI_FIELDS])
    writer.writeheader()
    for row in _documents(rows, months):
        tags = row["tags"]
        assert isinstance(tags, tuple)
        cells = {**row, "tags": "; ".join(tags)}
        writer.writerow({name: _cell(value) for name, value in cells.items()})
    return text.getvalue().encode()


def _cell(value: object) -> object:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" else value
