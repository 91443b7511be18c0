#!/bin/sh
# Install Debian packages: apt-install.sh PACKAGE…   As root, or through sudo; one second try.
set -eu

command -v apt-get >/dev/null || { echo "no apt on this machine; please install: $*" >&2; exit 1; }

if [ "$(id -u)" = 0 ]; then
    as_root=""
elif ! command -v sudo >/dev/null; then
    echo "neither root nor sudo; please have installed: $*" >&2
    exit 1
elif [ -t 0 ]; then
    as_root="sudo"
else
    as_root="sudo -n" # nobody is there to type a password
fi

apt() {
    # shellcheck disable=SC2086  # as_root may be empty, or two words
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=120 "$@"
}

install() {
    apt update && apt install --no-install-recommends "$@"
}

echo "installing with apt: $*"
install "$@" || {
    echo "that failed; once more in 10 seconds" >&2
    sleep 10
    install "$@"
}
