"""Products: the catalogue searched and filtered, and each product with its neighbours."""
