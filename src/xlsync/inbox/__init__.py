"""The watched folder: what staff save there is in the store seconds later, and shown on the board 提出状況.

Scans decide what has changed; file events only trigger the next scan. A staff member's file is never moved or deleted.
"""
