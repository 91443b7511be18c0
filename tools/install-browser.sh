#!/bin/sh
# What the tests marked `browser` need from the system: Debian's Chromium and a Japanese font. Playwright itself is in the
# development lock and downloads no browser of its own; axe-core comes with tests/node. Does nothing where all is there.
set -eu

wanted=""
command -v chromium >/dev/null || wanted="chromium"
fc-list :lang=ja 2>/dev/null | grep -q . || wanted="$wanted fonts-noto-cjk fontconfig"
# shellcheck disable=SC2086  # a list of package names
[ -z "$wanted" ] || "$(dirname "$0")/apt-install.sh" $wanted
command -v chromium >/dev/null || { echo "still missing: chromium" >&2; exit 1; }
