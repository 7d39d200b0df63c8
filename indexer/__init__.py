"""Offline jobs.

``indexer.building`` embeds a catalogue's photos, fits its categories and publishes an index; ``indexer.pretraining``
makes the model bundle that the project ships.
"""
