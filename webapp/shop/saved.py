"""The page of what a shopper saved. The server knows nothing of it: the browser fills the page in."""

from flask import render_template


def saved() -> str:
    """The page, without what will be on it."""
    return render_template("shop/saved.html")
