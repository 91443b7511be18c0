"""A year of a city played with real processes: staff save workbooks, the office acts, the watcher is killed now and then."""
