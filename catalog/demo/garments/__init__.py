"""How each kind of thing in the boutique is cut and sewn."""
