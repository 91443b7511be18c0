"""What each button does: a press in, changes and receipts out."""
