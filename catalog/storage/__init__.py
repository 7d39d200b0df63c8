"""The catalogue's database: its tables, how they change, connections and transactions, the full-text index."""
