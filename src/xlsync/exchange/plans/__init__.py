"""The city's lists of 施策 and of shared indicators: a new list against the old one, and indicators put into sheets."""
