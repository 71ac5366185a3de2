#!/bin/sh
# Makes contract.json.gz again from the types the vendor publishes. Needs node, npm and Python.
# The versions are pinned in package.json; the same versions give the same bytes.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp "$here/package.json" "$here/package-lock.json" "$here/tsconfig.json" "$here/contract.ts" "$work"
cd "$work"
npm ci --ignore-scripts --no-audit --no-fund
npx ts-json-schema-generator -f tsconfig.json -p contract.ts -t '*' -e export --no-type-check -o schema.json
python3 "$here/pack.py" schema.json "$here/contract.json.gz"
cp node_modules/@notionhq/client/LICENSE "$here/LICENSE.notionhq-client"
