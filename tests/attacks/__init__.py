"""Attacks against a running server and watcher, and what they must not reach."""
