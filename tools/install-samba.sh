#!/bin/sh
# What the tests marked `smb` need from the system: Samba's server and its client. Nothing of it is started.
# Does nothing where both are there.
set -eu

missing() {
    command -v smbd >/dev/null || echo samba
    command -v smbclient >/dev/null || echo smbclient
}

. "$(dirname "$0")/install-missing.sh"
