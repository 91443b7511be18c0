"""THE WATCHED FOLDER: what staff save there is in the store seconds later, and the board says so.

The scan is the truth, an event only a nudge to scan at once. A staff member's file is never moved, renamed or deleted.
"""
