"""The JSON API, one module for each version, and the objects that it answers with."""
