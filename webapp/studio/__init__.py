"""The studio: what a merchandiser sees and does, behind a sign-in.

``permissions`` decides who may do what; ``layout`` holds what all pages share and registers the areas. Each large area
is a folder whose ``views`` has its blueprint; the small ones (overview, insights, accounts) are one module each.
"""
