"""The published sheets as tables that other programs read."""
