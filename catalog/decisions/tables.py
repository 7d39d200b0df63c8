"""The tables of the merchandisers' decisions."""
