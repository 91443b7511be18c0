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

. "$(dirname "$0")/install-missing.sh"
