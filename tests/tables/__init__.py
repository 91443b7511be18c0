"""Tables of rows: their merge, their JSON, their place on the page."""
