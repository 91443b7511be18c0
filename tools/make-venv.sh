#!/bin/sh
# Make a virtual environment: make-venv.sh PYTHON FOLDER   Debian's python3 may first need its venv package.
set -eu
python=$1
folder=$2

command -v "$python" >/dev/null || {
    echo "no $python on this machine; xlsync needs Python 3.11 or later (make PYTHON=/path/to/python3 …)" >&2
    exit 1
}
version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "$python is Python $version; xlsync needs 3.11 or later (make PYTHON=/path/to/python3.11 …)" >&2
    exit 1
}
"$python" -c 'import ensurepip, venv' 2>/dev/null ||
    "$(dirname "$0")/apt-install.sh" "python$version-venv"

echo "making $folder with Python $version"
"$python" -m venv --clear "$folder"
