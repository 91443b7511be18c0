"""The stages of sheets as the store has them: what acts have made of each, and new acts planned and carried out."""
