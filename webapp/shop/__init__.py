"""The shop's pages: start, products, categories, results of a search, and what browsers and search engines ask for."""
