#!/bin/sh
# What the tests marked `postgres` need from the system: PostgreSQL's server. Nothing of it is started, no cluster is made.
# Does nothing where it is there.
set -eu

missing() {
    for folder in /usr/lib/postgresql/*/bin; do
        [ ! -x "$folder/initdb" ] || return 0
    done
    command -v initdb >/dev/null || echo postgresql
}

. "$(dirname "$0")/install-missing.sh"
