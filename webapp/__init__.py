"""What people see and programs call: the shop's pages, its photos and its JSON API."""

from webapp.application import create_app

__all__ = ["create_app"]
