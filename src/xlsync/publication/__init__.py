"""What a city publishes of its sheets: open data, a static site, a book of the pages.

publishable_sheets.py   which sheets are published, and why the others are not
public_fields.py        which fields are
open_data/              tables, their dictionary and proof sums, as a Frictionless Data Package
publication_folder.py   a publication written beside the last one, then put into its place
"""
