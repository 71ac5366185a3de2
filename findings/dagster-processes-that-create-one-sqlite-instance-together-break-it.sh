#!/usr/bin/env bash
# Expected: Dagster's SQLite storage is made for several processes (webserver, daemon, code servers, command line), so
# that those which open a new, empty DAGSTER_HOME at the same moment all get an instance: one creates the files, the
# others wait or find them.
# Seen: the storages of runs and of schedules look whether the file states a version of the schema, create the tables
# and state the version, without a lock or a transaction around these steps, and without another attempt; only the
# event log has one. Most processes that start together fail: "table ... already exists", "UNIQUE constraint failed:
# alembic_version.version_num", or an error of Alembic. What is worse, a file may keep two rows in alembic_version, of
# two versions: the instance can then never be opened again, by any process ("more than one head present"). Open a new
# instance once before the processes start, or hold a lock while one is opened; to mend a file, delete the row of the
# older version, 29b539ebc72a.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --only-binary :all: dagster==1.13.27 sqlalchemy==2.1.9 alembic==1.20.1

"$work/venv/bin/python" - "$work/homes" <<'PY'
import os
import sys
from collections import Counter
from importlib.metadata import version
from pathlib import Path

import dagster
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage

print("dagster", version("dagster"), "alembic", version("alembic"), "SQLAlchemy", version("sqlalchemy"))
PROCESSES, ROUNDS = 5, 20


def opened(home, processes):
    """Open one instance in several processes at once; return the errors."""
    (home / "dagster.yaml").write_text("telemetry:\n  enabled: false\n")
    said, say = os.pipe()
    wait, start = os.pipe()
    children = []
    for _ in range(processes):
        child = os.fork()
        if child == 0:
            os.close(start)
            os.read(wait, 1)  # ends when the parent closes its end
            try:
                with dagster.DagsterInstance.from_config(str(home)) as instance:
                    instance.get_runs(limit=1)
            except Exception as error:
                text = str(error).splitlines()[0]
                os.write(say, f"{type(error).__name__}: {text[:90]}\n".encode())
            os._exit(0)
        children.append(child)
    for end in (start, wait, say):
        os.close(end)
    with os.fdopen(said) as stream:
        errors = stream.read().splitlines()
    for child in children:
        os.waitpid(child, 0)
    return errors


found, later, broken = Counter(), Counter(), 0
for number in range(ROUNDS):
    home = Path(sys.argv[1]) / str(number)
    home.mkdir(parents=True)
    found.update(opened(home, PROCESSES))
    alone = [error for _ in range(3) for error in opened(home, 1)]
    later.update(alone)
    broken += len(alone) == 3
for title, errors in (("opened together", found), ("opened afterwards, alone", later)):
    print(f"{title}:")
    for error, count in errors.most_common():
        print(f"  {count} times {error}")
print(f"{broken} of {ROUNDS} instances cannot be opened any more")
assert sum(found.values()) > 5, "processes fail while the files are new"
assert broken, "some files stay wrong"
PY
