"""The documented columns as Dagster's column schema."""

from collections.abc import Sequence

import dagster as dg

from photo_assets.model.schema import Column


def column_schema(columns: Sequence[Column]) -> dg.TableSchema:
    """Return the table schema shown in the UI: names, types, meanings and units."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                column.name,
                type=str(column.type),
                description=f"{column.meaning} [{column.unit}]" if column.unit else column.meaning,
                constraints=dg.TableColumnConstraints(nullable=column.nullable),
            )
            for column in columns
        ]
    )
