"""The collections: which designs the boutique sells."""
