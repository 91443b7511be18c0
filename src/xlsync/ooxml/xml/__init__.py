"""XML parts as bytes: their encoding, and replacing ranges in them."""
