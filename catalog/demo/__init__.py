"""The demo boutique: a shop that is drawn, so that Vitrina can be tried without any download."""

from catalog.demo.boutique import DemoCounts, render_demo

__all__ = ["DemoCounts", "render_demo"]
