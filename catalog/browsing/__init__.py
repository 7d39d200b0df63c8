"""Reading many products at once: the studio's search, and what an index is compared with."""
