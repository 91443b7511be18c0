"""The worksheet チェック and the hidden worksheet that computes it."""
