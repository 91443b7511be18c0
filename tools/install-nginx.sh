#!/bin/sh
# What the tests marked `nginx` need from the system: nginx, and openssl for a certificate of their own. The tests start an
# nginx of their own on a free port, as the user who runs them; Debian's package may start its service besides.
# Does nothing where both are there.
set -eu

PATH=$PATH:/usr/local/sbin:/usr/sbin # where Debian puts servers, and a user's PATH does not look

missing() {
    command -v nginx >/dev/null || echo nginx
    command -v openssl >/dev/null || echo openssl
}

wanted=$(missing)
[ -n "$wanted" ] || exit 0
# shellcheck disable=SC2086  # a list of package names
"$(dirname "$0")/apt-install.sh" $wanted
still=$(missing)
[ -z "$still" ] || { echo "still missing:" $still >&2; exit 1; }
