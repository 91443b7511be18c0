"""THE PAGE AS DATA: a definition read from form.toml, written out for a fiscal year as an edition, a flat list of fields."""
