"""Backups of a city: snapshots of its files in a folder elsewhere, checked, thinned out over time, and restored.

A backup folder can be read without xlsync: a snapshot is a JSON list of paths and hashes, and each content lies unchanged in a
file named by its hash. It needs neither hard links nor long names nor letter case, so any share or USB disk will do.

    xlsync-backup.json                  that this is a backup folder, and its format
    お読みください.txt                    how to restore, also by hand
    snapshots/<when>-<hash>.json        what there was at one moment; the last file that a backup writes
    objects/<ab>/<sha256>               contents, written once
"""
