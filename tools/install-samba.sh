#!/bin/sh
# What the tests marked `smb` need from the system: Samba's server and its client. Nothing of it is started.
# Does nothing where both are there.
set -eu

missing() {
    command -v smbd >/dev/null || echo samba
    command -v smbclient >/dev/null || echo smbclient
}

wanted=$(missing)
[ -n "$wanted" ] || exit 0
# shellcheck disable=SC2086  # a list of package names
"$(dirname "$0")/apt-install.sh" $wanted
still=$(missing)
[ -z "$still" ] || { echo "still missing:" $still >&2; exit 1; }
