"""Pointers of an image to other items, and ids that programs asserted for it."""

from collections.abc import Iterator

from photo_assets.catalogs.lightroom.record import ImageRecord, Publication
from photo_assets.catalogs.lightroom.values import text
from photo_assets.media.xmp.record import XmpRecord
from photo_assets.model.item import Link
from photo_assets.model.vocabulary import LinkKind


def links(record: ImageRecord, xmp: XmpRecord) -> tuple[Link, ...]:
    """Return all links, each once, in a fixed order."""
    return tuple(dict.fromkeys(_links(record, xmp)))


def _links(record: ImageRecord, xmp: XmpRecord) -> Iterator[Link]:
    if record.master is not None:
        name = text(record.image.get("copyName"))
        yield Link(kind=LinkKind.VIRTUAL_COPY_OF, target=record.master, detail=name)
    if record.stacked is not None and record.stacked.top is not None:
        yield Link(kind=LinkKind.STACKED_UNDER, target=record.stacked.top)
    for publication in record.publications:
        remote_id = text(publication.remote_id)
        if remote_id is not None:
            yield Link(kind=LinkKind.PUBLISHED_AS, target=remote_id, detail=_published(publication))
    for name, asserted in (
        ("xmpMM:DocumentID", xmp.document_id),
        ("xmpMM:OriginalDocumentID", xmp.original_document_id),
    ):
        if asserted:
            yield Link(kind=LinkKind.DOCUMENT_ID, target=asserted, detail=name)
    import_hash = text(record.file.get("importHash"))
    if import_hash is not None:
        yield Link(kind=LinkKind.IMPORT_HASH, target=import_hash)


def _published(publication: Publication) -> str | None:
    """Return "<service> <url>", whichever of the two is known."""
    service = publication.collection.service if publication.collection else None
    return " ".join(part for part in (service, text(publication.url)) if part) or None
