"""Shoppers' searches and clicks: how they are stored, what they add up to, and the photos that are kept with them."""
