"""Decide what becomes of an incoming sheet: merge base, choices, three-way merge, field ownership."""
