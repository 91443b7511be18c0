#!/bin/sh
# For the scripts install-*.sh, which define `missing` (prints the packages that are not there) and read this file:
# installs them, and fails where some are missing still. Does nothing where none is.
wanted=$(missing)
if [ -n "$wanted" ]; then
    # shellcheck disable=SC2086  # a list of package names
    "$(dirname "$0")/apt-install.sh" $wanted
    still=$(missing)
    [ -z "$still" ] || { echo "still missing:" $still >&2; exit 1; }
fi
