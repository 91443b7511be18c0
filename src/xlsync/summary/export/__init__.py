"""The same sheets as tidy tables for other programs."""
