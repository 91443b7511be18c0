"""Workers: programs on any machine that do what watchers queue in the database of many cities."""
