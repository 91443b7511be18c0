"""Bring a workbook staff already have up to the store's latest revision."""
