"""From the nearest photos to what a shopper sees: ranked products, facets, curation, categories and complements."""
