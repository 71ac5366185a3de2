#!/usr/bin/env bash
# Expected: pyarrow needs pandas only where a DataFrame goes in or comes out; `import pyarrow` does not
# load it.
# Seen: where pandas is installed, the first Python value that becomes an Arrow value loads all of it:
# pa.scalar(1), pa.array([1]), a NumPy array, schema.empty_table(). So does pq.read_table, through
# pyarrow.dataset. No pandas object is anywhere near.
# So a short command that makes one small table pays for the import of pandas, and its memory, as long
# as some other package of the environment depends on pandas. Tables made of batches, pa.nulls,
# pq.write_table and pq.ParquetFile do without.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --only-binary :all: pyarrow==26.0.1 pandas==3.1.1 numpy==2.4.6

cd "$work"
cat > tell.py <<'PY'
import sys

import numpy
import pyarrow as pa
import pyarrow.parquet as pq

SCHEMA = pa.schema([("taken", pa.int64())])
DO = {
    "nothing but the import": lambda: None,
    "Table.from_batches([], schema)": lambda: pa.Table.from_batches([], SCHEMA),
    "nulls(3)": lambda: pa.nulls(3),
    "parquet.write_table": lambda: pq.write_table(pa.Table.from_batches([], SCHEMA), "photos.parquet"),
    "ParquetFile.read": lambda: pq.ParquetFile("photos.parquet").read(),
    "parquet.read_table": lambda: pq.read_table("photos.parquet"),
    "scalar(1)": lambda: pa.scalar(1),
    "array([1])": lambda: pa.array([1]),
    "array(numpy.arange(3))": lambda: pa.array(numpy.arange(3)),
    "schema.empty_table()": SCHEMA.empty_table,
}
name = sys.argv[1]
assert "pandas" not in sys.modules
before = len(sys.modules)
DO[name]()
loaded = "pandas" in sys.modules
print(f"{name}: pandas {'loaded' if loaded else 'not loaded'}, {len(sys.modules) - before} more modules")
sys.exit(0 if loaded == (sys.argv[2] == "loads") else 1)
PY
"$work/venv/bin/python" -c 'import pyarrow, pandas; print("pyarrow", pyarrow.__version__, "beside pandas", pandas.__version__)'
for what in "nothing but the import" "Table.from_batches([], schema)" "nulls(3)" \
  "parquet.write_table" "ParquetFile.read"; do
  "$work/venv/bin/python" tell.py "$what" leaves
done
for what in "scalar(1)" "array([1])" "array(numpy.arange(3))" "schema.empty_table()" \
  "parquet.read_table"; do
  "$work/venv/bin/python" tell.py "$what" loads
done
