"""Evaluation in tiers (一次・二次・最終・外部評価): grades and reasons that arrive as a table after a meeting."""
