#!/bin/sh
# What the tests marked `office` need from the system: LibreOffice Calc, poppler, a Japanese font.
# Does nothing where all of it is there.
set -eu

missing() {
    command -v soffice >/dev/null || echo libreoffice-calc-nogui
    { command -v pdfinfo && command -v pdftoppm; } >/dev/null || echo poppler-utils
    command -v fc-list >/dev/null || echo fontconfig
    [ -n "$(fc-list IPAGothic 2>/dev/null || true)" ] || echo fonts-ipafont-gothic
}

. "$(dirname "$0")/install-missing.sh"
