"""The register (台帳): a list of the sheets and of what the office fills into them, shown before it is carried out."""
