"""What many sheets add up to, grouped by 部, 課 and 係 (pure)."""
