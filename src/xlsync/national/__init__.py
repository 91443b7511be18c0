"""What many cities publish, read together: cost per resident, by group and by grade. DuckDB reads the tables (Parquet)."""
