#!/bin/sh
# What the tests marked `browser` need from the system: Debian's Chromium and a Japanese font. Playwright itself is in the
# development lock and downloads no browser of its own; axe-core comes with tests/node. Does nothing where all is there.
set -eu

missing() {
    command -v chromium >/dev/null || echo chromium
    fc-list :lang=ja 2>/dev/null | grep -q . || echo fonts-noto-cjk fontconfig
}

. "$(dirname "$0")/install-missing.sh"
