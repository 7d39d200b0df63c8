"""From the records of a platform's export to products: records are grouped, split into looks, and sizes folded in."""
