"""The shop as visitors meet it: a real server, a real index, a real browser."""
