"""Values that another form of the city owns: taken over into the sheets, and kept in step."""
