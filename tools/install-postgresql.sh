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

wanted=$(missing)
[ -n "$wanted" ] || exit 0
# shellcheck disable=SC2086  # a list of package names
"$(dirname "$0")/apt-install.sh" $wanted
still=$(missing)
[ -z "$still" ] || { echo "still missing:" $still >&2; exit 1; }
