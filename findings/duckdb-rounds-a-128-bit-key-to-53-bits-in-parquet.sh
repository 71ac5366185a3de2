#!/usr/bin/env bash
# Expected: DuckDB writes a HUGEINT or UHUGEINT to Parquet as a type that holds 128 bits, as it does for Arrow
# (decimal128), or refuses.
# Seen: COPY writes both, and every sum() of integers, as DOUBLE, without a warning. A key that is a 128-bit
# number, such as md5_number() of a photo's name or a UUID cast to a number, keeps 53 bits: the stored key
# differs from the computed one, and keys that differ in the lower bits become equal. Write such a key as
# UUID, BLOB or text.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --only-binary :all: duckdb==1.5.6 pyarrow==26.0.0

cd "$work"
"$work/venv/bin/python" - <<'PY'
import duckdb
import pyarrow.parquet

print("duckdb", duckdb.__version__)
database = duckdb.connect()
database.execute(
    "create table photos as select '2024/' || i || '.jpg' as name, 1000 + i as size, "
    "md5_number('2024/' || i || '.jpg') >> 2 as key from range(1000) files(i)"
)
database.execute("copy photos to 'photos.parquet'")
database.execute("copy (select sum(size) as bytes from photos) to 'totals.parquet'")
arrow = database.execute("select cast(key as hugeint) as key from photos limit 1").to_arrow_table()
print("key in DuckDB:", database.execute("select typeof(key) from photos limit 1").fetchone()[0])
print("key in Parquet:", pyarrow.parquet.read_schema("photos.parquet").field("key").type)
print("key in Arrow:", arrow.schema.field("key").type)
print("sum of sizes in Parquet:", pyarrow.parquet.read_schema("totals.parquet").field("bytes").type)

computed = dict(database.execute("select name, key from photos").fetchall())
stored = dict(database.execute("select name, key from 'photos.parquet'").fetchall())
changed = sum(int(stored[name]) != key for name, key in computed.items())
print(f"{changed} of {len(computed)} keys are not the same after a round trip")
assert pyarrow.parquet.read_schema("photos.parquet").field("key").type == "double"
assert pyarrow.parquet.read_schema("totals.parquet").field("bytes").type == "double"
assert changed > 990

database.execute(
    "copy (select unnest([340282366920938463463374607431768211455::uhugeint, "
    "340282366920938463463374607431768211454::uhugeint]) as key) to 'two.parquet'"
)
different = database.execute("select count(distinct key) from 'two.parquet'").fetchone()[0]
print(f"two different keys are {different} key in Parquet")
assert different == 1
PY
