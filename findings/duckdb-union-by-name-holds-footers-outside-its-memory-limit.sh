#!/usr/bin/env bash
# Expected: memory_limit bounds what a query over many small Parquet files needs, except for a fixed amount, and
# duckdb_memory() tells what is used.
# Seen: with union_by_name = true, DuckDB opens every file while the query is planned and keeps all footers until
# it ends. They are not counted: neither the limit nor duckdb_memory() knows of them. With 1,200 files of 40
# list columns, one file a month and table as in a lake by month, a process with a limit of 64 MB grows by far
# more than 64 MB to count the rows; without union_by_name it does not. Use the option only for the files whose
# columns differ.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --only-binary :all: duckdb==1.5.6 pyarrow==26.0.0

cd "$work"
mkdir lake
venv/bin/python - <<'PY'
import pyarrow
import pyarrow.parquet

month = pyarrow.table({f"column_{n}": [["one", "two", "three"]] * 80 for n in range(40)})
pyarrow.parquet.write_table(month, "lake/0.parquet")
content = open("lake/0.parquet", "rb").read()
for number in range(1, 1_200):
    open(f"lake/{number}.parquet", "wb").write(content)
PY

cat > measure.py <<'PY'
"""Print how many MiB the process grows by to count the rows, and how many of them DuckDB knows of."""

import sys

import duckdb


def resident():
    (line,) = (one for one in open("/proc/self/status") if one.startswith("VmRSS"))
    return int(line.split()[1]) // 1024


database = duckdb.connect(config={"memory_limit": "64MB", "threads": 2})
database.execute("select count(*) from 'lake/0.parquet'").fetchone()  # loads what any query needs
before = resident()
rows = database.sql(
    f"select count(*) from read_parquet('lake/*.parquet', union_by_name = {sys.argv[1]})"
)
assert rows.fetchone() == (96_000,)
known = database.execute("select sum(memory_usage_bytes) from duckdb_memory()").fetchone()[0]
print(resident() - before, known // 2**20)
PY

venv/bin/python -c 'import duckdb; print("duckdb", duckdb.__version__)'
read -r plain plain_known < <(venv/bin/python measure.py false)
read -r united united_known < <(venv/bin/python measure.py true)
echo "counting the rows of 1,200 files with a limit of 64 MB:"
echo "union_by_name = false: the process grows by $plain MiB; DuckDB knows of $plain_known"
echo "union_by_name = true: the process grows by $united MiB; DuckDB knows of $united_known"
[ "$plain" -lt 64 ]
[ "$united" -gt 100 ]
[ "$united_known" -lt 64 ]
