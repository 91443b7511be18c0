"""What follows a receipt: write-back, board, summaries."""
