#!/usr/bin/env bash
# Expected: a library for git repositories reads one of any number of packs, as git does: packs that were not used for a
# while are closed when files run short, and core.packedGitLimit says how much of them is kept.
# Seen: dulwich keeps each pack that it read one object of open until the repository is closed, with four descriptors
# each (the pack and its index are opened as files, and mapping a file keeps a descriptor of its own). core.packedGitLimit
# is read and closes none. A program that writes one pack per commit, or fetches daily and never collects them, so fails
# with "Too many open files" at the 256th pack, under the usual limit of 1,024, while git reads the same repository
# with 64. Join the packs in time, or close the repository after each part of the work.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --only-binary :all: dulwich==1.2.21

export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
git init --quiet --bare --initial-branch=main "$work/packs.git"
cd "$work/packs.git"
git config gc.auto 0
packs=60
for number in $(seq "$packs"); do
  tree=$(printf '100644 blob %s\tvalue\n' "$(echo "$number" | git hash-object -w --stdin)" | git mktree)
  git update-ref HEAD "$(git commit-tree "$tree" ${head:+-p "$head"} -m "$number")"
  head=$(git rev-parse HEAD)
  git repack -d --quiet
done

cat > "$work/read.py" <<'PY'
import os
import resource
import sys
from importlib.metadata import version

from dulwich.repo import Repo

folder, limit, kept = sys.argv[1], int(sys.argv[2]), sys.argv[3]
resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
repository = Repo(folder)
if kept:
    repository.get_config().set(b"core", b"packedGitLimit", kept.encode())
    repository.get_config().write_to_path()
    repository.close()
    repository = Repo(folder)
before, read = len(os.listdir("/dev/fd")), 0
try:
    for entry in repository.get_walker():
        repository[repository[entry.commit.tree][b"value"][1]]
        read += 1
except OSError as error:
    print(f"{type(error).__name__} {error.errno} after {read} commits")
else:
    print(f"read {read}, {len(os.listdir('/dev/fd')) - before} descriptors more")
repository.close()
PY

echo "dulwich $("$work/venv/bin/python" -c 'from importlib.metadata import version; print(version("dulwich"))'), $(git --version), $packs packs"
by_git=$(ulimit -n 64 && git log --format=%T | sed 's/$/:value/' | git cat-file --batch-check='%(objecttype)' | sort | uniq -c | xargs)
plain=$("$work/venv/bin/python" "$work/read.py" . 1024 "" 2>/dev/null)
limited=$("$work/venv/bin/python" "$work/read.py" . 1024 1k 2>/dev/null)
few=$("$work/venv/bin/python" "$work/read.py" . 200 "" 2>/dev/null)
printf 'git with 64 descriptors: %s\ndulwich: %s\ndulwich, core.packedGitLimit=1k: %s\ndulwich with 200 descriptors: %s\n' \
  "$by_git" "$plain" "$limited" "$few"

[ "$by_git" = "$packs blob" ]
[ "$plain" = "read $packs, $((4 * packs)) descriptors more" ]
[ "$limited" = "$plain" ]
case "$few" in "OSError 24 after "*) ;; *) exit 1 ;; esac
echo "dulwich holds four open files for each pack that it has read"
