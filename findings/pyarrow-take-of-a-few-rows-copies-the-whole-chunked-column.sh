#!/usr/bin/env bash
# Expected: take() of 2,000 rows of a table needs memory for these rows, whether its columns are in one chunk or
# in several, as those of every table read from Parquet are.
# Seen: where a text column has several chunks, take() first joins them to one: the memory of the whole column
# is needed a second time for a result of half a MiB. A loop that picks some rows of a table larger than half
# of the memory fails there, and a column with more than 2 GiB of text cannot be joined at all. Combine the
# chunks once before the loop, or take from each record batch.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --only-binary :all: pyarrow==26.0.0 numpy==2.4.6

cat > "$work/measure.py" <<'PY'
"""Print the bytes of a table, the most that was allocated beyond it, and the bytes of the result."""

import sys

import numpy
import pyarrow

pool = pyarrow.system_memory_pool()
pyarrow.set_memory_pool(pool)
# 200,000 captions; the number of rows in a chunk is the argument.
captions = pyarrow.array([f"a caption of photo {number}, " * 8 for number in range(200_000)])
table = pyarrow.Table.from_batches(
    pyarrow.table({"caption": captions}).to_batches(max_chunksize=int(sys.argv[1]))
)
rows = pyarrow.array(numpy.arange(0, 200_000, 100))
held = pool.bytes_allocated()
result = table.take(rows)
print(table.nbytes, pool.max_memory() - held, result.nbytes)
PY

"$work/venv/bin/python" -c 'import pyarrow; print("pyarrow", pyarrow.__version__)'
read -r table one_chunk result < <("$work/venv/bin/python" "$work/measure.py" 200000)
read -r _ twenty_chunks _ < <("$work/venv/bin/python" "$work/measure.py" 10000)
echo "a table of $table bytes; 2,000 of its rows have $result bytes"
echo "take() from 1 chunk needs at most $one_chunk bytes beside the table"
echo "take() from 20 chunks needs $twenty_chunks bytes beside the table"
[ "$one_chunk" -lt $((table / 5)) ]
[ "$twenty_chunks" -gt $((table * 4 / 5)) ]
