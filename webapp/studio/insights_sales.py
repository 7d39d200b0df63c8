"""Insights: from lists to purchases, as far as the shop's own site reports them."""

from flask import render_template, request

from catalog.events.conversion_figures import ConversionFigures
from webapp.services.access import services
from webapp.studio.insights_days import day_values, read_days
from webapp.studio.insights_lists import LIST_TITLES

FEW = 100  # answers or views; with fewer, shares are a matter of chance


def sales() -> str:
    """Views, clicks, carts and purchases by list and by what was recognised in photos."""
    days = read_days(request.args)
    figures = ConversionFigures(services().catalog.database)
    by_list = figures.by_list(days)
    return render_template(
        "studio/insights_sales.html",
        **day_values(days),
        by_list=by_list,
        by_category=figures.by_category(days),
        turnover=figures.turnover(days),
        reported=any(one.carts or one.purchases for one in by_list),
        lists=LIST_TITLES,
        few=FEW,
    )
