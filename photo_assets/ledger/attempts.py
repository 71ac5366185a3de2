"""How often automation tried a partition with the same input, so that it can stop.

Operational data: if it is lost, a few tries are repeated.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, insert, select, update

from photo_assets.ledger.ledger import Ledger
from photo_assets.ledger.tables import PARTITION_ATTEMPTS as ATTEMPTS

_LONGEST_ERROR = 4000


@dataclass(frozen=True, slots=True)
class Attempts:
    """The tries of one partition since its input last changed or it last succeeded."""

    input_digest: str
    attempts: int
    last_error: str | None
    at: str


class PartitionAttempts:
    """The attempts of all partitioned assets. A success or a new input resets the count."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def started(
        self, asset: str, partition: str, input_digest: str, *, succeeded: str | None = None
    ) -> int:
        """Count a try of `partition` with this input; return its number, from 1.

        `succeeded` is a partition of the asset whose tries are removed in the same transaction,
        because each transaction waits for the disk.
        """
        one = _is(asset, partition)
        with self._ledger.writing() as connection:
            if succeeded is not None:
                connection.execute(delete(ATTEMPTS).where(*_is(asset, succeeded)))
            row = connection.execute(select(ATTEMPTS).where(*one)).mappings().first()
            now = self._ledger.now()
            if row is None:
                values = {"asset": asset, "partition": partition, "attempts": 1, "at": now}
                connection.execute(insert(ATTEMPTS).values(input_digest=input_digest, **values))
                return 1
            same = row["input_digest"] == input_digest
            count = int(row["attempts"]) + 1 if same else 1
            error = row["last_error"] if same else None
            connection.execute(
                update(ATTEMPTS)
                .where(*one)
                .values(input_digest=input_digest, attempts=count, last_error=error, at=now)
            )
            return count

    def failed(self, asset: str, partition: str, input_digest: str, error: str) -> None:
        """Record why the try failed; a try that was never started counts as one."""
        one = _is(asset, partition)
        with self._ledger.writing() as connection:
            changed = connection.execute(
                update(ATTEMPTS)
                .where(*one, ATTEMPTS.c.input_digest == input_digest)
                .values(last_error=error[:_LONGEST_ERROR], at=self._ledger.now())
            )
            if changed.rowcount:
                return
            connection.execute(delete(ATTEMPTS).where(*one))
            connection.execute(
                insert(ATTEMPTS).values(
                    asset=asset,
                    partition=partition,
                    input_digest=input_digest,
                    attempts=1,
                    last_error=error[:_LONGEST_ERROR],
                    at=self._ledger.now(),
                )
            )

    def succeeded(self, asset: str, partition: str) -> None:
        """Remove the tries of a partition that succeeded."""
        with self._ledger.writing() as connection:
            connection.execute(delete(ATTEMPTS).where(*_is(asset, partition)))

    def attempts(self, asset: str) -> Mapping[str, Attempts]:
        """Return partition -> tries, for those that are running or failed."""
        c = ATTEMPTS.c
        query = select(c.partition, c.input_digest, c.attempts, c.last_error, c.at)
        with self._ledger.reading() as connection:
            rows = connection.execute(query.where(c.asset == asset).order_by(c.partition))
            return {row[0]: Attempts(*row[1:]) for row in rows}

    def forget(self, asset: str) -> None:
        """Let automation try every partition of `asset` again."""
        with self._ledger.writing() as connection:
            connection.execute(delete(ATTEMPTS).where(ATTEMPTS.c.asset == asset))


def _is(asset: str, partition: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (ATTEMPTS.c.asset == asset, ATTEMPTS.c.partition == partition)
