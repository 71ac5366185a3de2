-- One chunk's statements, in the order that the rule `first` follows: trashed items last, then
-- source order, then the master, then the key, so that no order of catalogs, files or rows shows.
-- Names in braces are filled in by staging_sql.py.
WITH said_by_items AS (
    SELECT m.p, m.source, m.catalog, m.native_id, m.is_master,
           coalesce(i.availability, m.availability) AS availability,
           coalesce(i.month, m.month) AS month, false AS exif,
           m.source || '/' || m.catalog AS carrier, i.modified_time AS stated_at, {item_only},
           {item_size}, {item_values}
    FROM (SELECT * FROM member WHERE chunk = $chunk) m
    LEFT JOIN {items} i USING (p, source, catalog, native_id)
    -- An item that moved to another month is in both until the old month is written again.
    QUALIFY row_number() OVER (
        PARTITION BY m.p, m.source, m.catalog, m.native_id
        ORDER BY i.month = m.month DESC, i.modified_time DESC NULLS LAST, i.month DESC) = 1
), files AS (
    SELECT f.*, a.availability, a.month,
           CASE WHEN json_valid(f.exif)
                THEN json_transform(f.exif, '{exif_types}') END AS e
    FROM {files} f
    JOIN (SELECT p, source, catalog, native_id, availability, month FROM said_by_items) a
    USING (p, source, catalog, native_id)
    QUALIFY row_number() OVER (
        PARTITION BY f.p, f.exif, f.width, f.height
        ORDER BY a.availability = 'trashed', f.is_master DESC,
                 f.source, f.catalog, f.native_id) = 1
), said_by_files AS (
    SELECT x.p, 'exif' AS source, x.source || '/' || x.catalog AS catalog, x.native_id,
           x.is_master, x.availability, x.month, true AS exif,
           x.source || '/' || x.catalog AS carrier, NULL::TIMESTAMPTZ AS stated_at, {nothing},
           coalesce(x.width, CASE WHEN coalesce(x.e.orientation, 1) >= 5 THEN x.e.height
                                  ELSE x.e.width END) AS width,
           coalesce(x.height, CASE WHEN coalesce(x.e.orientation, 1) >= 5 THEN x.e.width
                                   ELSE x.e.height END) AS height, {exif_values}
    FROM files x
), said AS (
    SELECT {head}, {tail} FROM said_by_items UNION ALL SELECT {head}, {tail} FROM said_by_files
)
SELECT {head}, {tail}
FROM said
LEFT JOIN source_rank exact ON exact.name = said.source || '/' || said.catalog
LEFT JOIN source_rank kind ON kind.name = said.source
ORDER BY p, availability = 'trashed', coalesce(exact.rank, kind.rank, 1000000),
         is_master DESC, source, catalog, native_id, month, stated_at
