"""Assembling a merged chunk as rows of `UNIFIED`."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.metadata import sets
from photo_assets.metadata.approved import add_approved
from photo_assets.metadata.conflict import ABOUT_FILES
from photo_assets.metadata.fields import FILE_FACTS
from photo_assets.metadata.outcome import Outcome
from photo_assets.metadata.provenance import RENDITION, ProvenanceBuilder
from photo_assets.metadata.statements import NO_ROW, Ints, Statements, first_of_each
from photo_assets.metadata.verdicts import Verdict
from photo_assets.model.tables import UNIFIED
from photo_assets.model.vocabulary import Availability

_BY_MASTER = "master"  # rule of facts about the master's file


def unified_table(outcome: Outcome) -> pa.Table:
    """Return the chunk's photos as unified rows."""
    statements, photos = outcome.statements, outcome.photos
    provenance = ProvenanceBuilder(outcome)
    columns: dict[str, pa.Array] = {
        name: photos[name].combine_chunks() for name in ("photo_id", "uii", "month", "item_count")
    }
    for verdict in outcome.verdicts.values():
        columns |= _fact_columns(outcome, verdict)
        provenance.add_verdict(verdict)
    for name, merge in (
        ("keywords", sets.merge_keywords),
        ("people", sets.merge_people),
        ("albums", sets.merge_albums),
    ):
        merged = merge(statements)
        columns[name] = merged.column
        provenance.add_each(name, merged.rows, merged.rules, merged.rule)
    columns["marked_keywords"] = sets.marked_keywords(statements)
    columns["guessed_people"] = sets.guessed_people(statements)
    columns |= _file_columns(outcome, provenance)
    columns["sources"] = sets.list_catalogs(statements)
    columns["availability"] = _best_availability(statements)
    columns["conflict_count"] = _conflict_counts(outcome)
    add_approved(outcome, columns, provenance)
    columns["provenance"] = provenance.build()
    arrays = [_as(columns[field.name], field.type) for field in UNIFIED.schema]
    return pa.Table.from_arrays(arrays, schema=UNIFIED.schema)


def _as(column: pa.Array, kind: pa.DataType) -> pa.Array:
    return column if column.type == kind else column.cast(kind)


def _fact_columns(outcome: Outcome, verdict: Verdict) -> dict[str, pa.Array]:
    """Return the columns of a fact: the rules' values, replaced by people's answers."""
    answers = outcome.answers.get(verdict.fact.name, [])
    columns = {}
    for position, name in enumerate(verdict.fact.columns):
        column = _take(outcome.statements.column(name), verdict.shown)
        column = _as(column, UNIFIED.schema.field(name).type)
        if answers:
            decided = {answer.index: answer.columns[position] for answer in answers}
            mask = np.zeros(len(column), dtype=np.bool_)
            mask[list(decided)] = True
            given = pa.array([decided[index] for index in sorted(decided)], column.type)
            column = pc.replace_with_mask(column, pa.array(mask), given)
        columns[name] = column
    return columns


def _file_columns(outcome: Outcome, provenance: ProvenanceBuilder) -> dict[str, pa.Array]:
    """Return the columns of the master's file: name, kind, type and upright size."""
    statements = outcome.statements
    rows = np.flatnonzero(statements.master & statements.items)
    master = first_of_each(statements.photo[rows], rows, statements.photo_count)
    columns = {
        name: _take(statements.table[name].combine_chunks(), master) for name in FILE_FACTS["file"]
    }
    columns["media_kind"] = outcome.photos["media_kind"].combine_chunks()
    named = columns["file_name"].is_valid().to_numpy(zero_copy_only=False)
    provenance.add("file", master[named], _BY_MASTER)
    shown, others = _sizes(statements)
    for name in FILE_FACTS["dimensions"]:
        columns[name] = _take(statements.table[name].combine_chunks(), shown)
    provenance.add("dimensions", shown[shown != NO_ROW], _BY_MASTER)
    provenance.add("dimensions", others, RENDITION)
    return columns


def _sizes(statements: Statements) -> tuple[Ints, Ints]:
    """Return the row that provides each photo's size, and the rows that state another size.

    The master is preferred; then sizes measured on the file over those of catalogs.
    """
    width = pc.fill_null(statements.table["width"], 0).to_numpy().astype(np.int64)
    height = pc.fill_null(statements.table["height"], 0).to_numpy().astype(np.int64)
    rows = np.flatnonzero((width > 0) & (height > 0))
    order = np.lexsort(
        (rows, ~statements.exif[rows], ~statements.master[rows], statements.photo[rows])
    )
    chosen = rows[order]
    shown = first_of_each(statements.photo[chosen], chosen, statements.photo_count)
    best = shown[statements.photo[rows]]
    differs = (width[rows] != width[best]) | (height[rows] != height[best])
    return shown, rows[differs]


def _best_availability(statements: Statements) -> pa.Array:
    words = pa.array([word.value for word in Availability])  # from best to worst
    level = pc.fill_null(pc.index_in(statements.table["availability"], value_set=words), len(words))
    best = np.full(statements.photo_count, len(words))
    np.minimum.at(best, statements.photo, level.to_numpy())
    return words.take(pa.array(best, mask=best >= len(words)))


def _conflict_counts(outcome: Outcome) -> pa.Array:
    """Count each photo's conflicts, except those about file locations (see `availability`)."""
    rows = [conflict.index for conflict in outcome.open if conflict.kind not in ABOUT_FILES]
    index = np.asarray(rows, dtype=np.int64)
    return pa.array(np.bincount(index, minlength=outcome.statements.photo_count), pa.int32())


def _take(column: pa.Array, rows: Ints) -> pa.Array:
    return column.take(pa.array(rows, mask=rows == NO_ROW))
