"""Offline jobs.

``indexer.building.build`` embeds a catalogue's photos, fits its categories and publishes an index. ``indexer.training``
fine-tunes a network on labelled photos, ``indexer.evaluation`` evaluates it, ``indexer.labels`` finds wrong labels, and
``indexer.network`` says what such a network is.
"""
