"""The work after a pass over the folder: write-back, board, summaries."""
