"""Read-only: rows in, tables and charts out."""
