"""What is derived from the store, kept with the digest of everything it was derived from: safe to lose, never trusted blindly.

derived_record.py    rows of (kind, subject): the digest of the inputs, and what was derived from them
sheet_inputs.py     a digest of all that a store holds of a sheet, read again only where a file changed
input_digest.py     one digest of values such as the terms of a city, and of the program itself
"""
