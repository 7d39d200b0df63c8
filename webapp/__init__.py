"""What people see and programs call: the shop's pages, its photos, its JSON API, and the studio."""

from webapp.application import create_app

__all__ = ["create_app"]
