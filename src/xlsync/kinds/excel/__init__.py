"""How Excel reads a cell as xlsync does: formulas of the hidden worksheet, and what they come to, for every kind to use."""
