"""From a photo to ranked product ids.

``search.engine.SearchEngine`` answers one snapshot, ``search.live.LiveEngine`` always the newest; ``search.photo``
opens photos, ``search.query`` has what goes in and comes out, ``search.errors`` what can be refused.

This file imports nothing, so that whoever only opens photos doesn't load FAISS.
"""
