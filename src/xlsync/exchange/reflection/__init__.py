"""反映状況: what became of the directions of an edition in the next year's budget."""
