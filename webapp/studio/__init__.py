"""The studio: what a merchandiser sees and does, behind a log-in. One module an area, each with its own blueprint.

``access`` decides who may come in, ``frame`` what all pages share; the areas are registered in ``application``.
"""
