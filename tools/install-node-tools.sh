#!/bin/sh
# What the tests marked `node` need: HyperFormula and the Open XML SDK validator, exactly as tests/node/package-lock.json
# has them. They run as processes of their own in tests, and are no part of xlsync. Does nothing where they are there.
set -eu

folder=$(dirname "$0")/../tests/node
missing() {
    command -v node >/dev/null || echo nodejs
    command -v npm >/dev/null || echo npm
}

. "$(dirname "$0")/install-missing.sh"

cmp -s "$folder/package-lock.json" "$folder/node_modules/.installed" && exit 0
(cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null)
cp "$folder/package-lock.json" "$folder/node_modules/.installed"
