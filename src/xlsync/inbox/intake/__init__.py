"""From a changed file in the shared folder to a receipt."""
