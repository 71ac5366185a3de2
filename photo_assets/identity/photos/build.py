"""The identity join from end to end: items and fingerprints in, photos out."""

from photo_assets.identity.photos.assemble import assemble, steps, uii_collisions
from photo_assets.identity.photos.components import build_components
from photo_assets.identity.photos.edges import build_edges
from photo_assets.identity.photos.engine import engine
from photo_assets.identity.photos.inputs import PhotoInputs, PhotoSummary, PhotoTables
from photo_assets.identity.photos.load import load
from photo_assets.identity.photos.master import MasterHierarchy, choose_masters
from photo_assets.identity.photos.register import register
from photo_assets.identity.photos.relations import build_relations
from photo_assets.store.ledger import PhotoRegistry


def build_photos(
    inputs: PhotoInputs, registry: PhotoRegistry, hierarchy: MasterHierarchy
) -> PhotoTables:
    """Join items to photos and return their tables; the ledger gets what it does not know yet.

    Every item is in exactly one photo. The same inputs and ledger give the same tables, whatever
    the order of files; run again, nothing is written to the ledger. The ledger is locked for other
    writers only while ids are compared and stored.

    Raises `StorageError` when a table or the ledger cannot be read, or the ledger cannot be
    written; nothing was stored then.
    """
    with engine(inputs) as connection:
        loaded = load(connection, inputs)
        ambiguous = build_edges(connection)
        build_components(connection, loaded.items)
        choose_masters(connection, hierarchy)
        with registry.session() as session:
            registered = register(connection, session)
        related = build_relations(connection)
        photos, members, edges, relations = assemble(connection)
        items_by_step, photos_by_step = steps(connection)
        summary = PhotoSummary(
            items=loaded.items,
            photos=photos.num_rows,
            items_by_step=items_by_step,
            photos_by_step=photos_by_step,
            new_photos=registered.new,
            merged_photos=registered.merged,
            split_photos=registered.split,
            keys_written=registered.keys,
            uii_collisions=uii_collisions(connection),
            relations=related.by_kind,
            relations_without_target=related.without_target,
            relations_within_photo=related.within_photo,
            ambiguous=ambiguous,
            contradicted_digests=loaded.contradicted_digests,
            empty_files=loaded.empty_files,
            repeated_rows=loaded.repeated_rows,
        )
        return PhotoTables(photos, members, edges, relations, summary)
