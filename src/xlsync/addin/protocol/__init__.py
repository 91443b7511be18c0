"""What client and xlsync say to one another, and how it is written (docs/protocol.md)."""
