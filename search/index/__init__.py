"""What a build publishes, read: snapshots with their vectors, product columns, category head and match grades."""
