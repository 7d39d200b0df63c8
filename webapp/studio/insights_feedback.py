"""Insights: the answers that shoppers didn't want, and why."""

from flask import abort, render_template, request, url_for

from catalog.events.event_figures import EventFigures
from catalog.events.event_store import REASONS
from catalog.events.feedback_figures import FeedbackFigures
from webapp.http.parameters import read_page
from webapp.services.access import services
from webapp.studio.insights_days import day_values, read_days
from webapp.studio.insights_photos import event_photo_address

PAGE_SIZE = 24


def feedback() -> str:
    """What shoppers said of answers: by category, by product, and the latest with the photos that are kept."""
    days, page = read_days(request.args), read_page(request.args)
    database = services().catalog.database
    figures = FeedbackFigures(database)
    latest = figures.latest(days, PAGE_SIZE + 1, (page - 1) * PAGE_SIZE)
    if page > 1 and not latest:
        abort(404)
    by_product = figures.by_product(days)
    named = {one.name for one in by_product} | {one.product_id for one in latest}
    return render_template(
        "studio/insights_feedback.html",
        **day_values(days),
        searches=EventFigures(database).counts(days).searches,
        answers=figures.answers(days),
        reasons=REASONS,
        by_category=figures.by_category(days),
        by_product=by_product,
        products=services().catalog.products((product_id for product_id in named if product_id), drafts=True),
        latest=latest[:PAGE_SIZE],
        event_photo=event_photo_address,
        page=page,
        more=len(latest) > PAGE_SIZE,
        page_address=lambda page: url_for(
            "studio.insights.feedback", first=days.first, last=days.last, page=page, _anchor="latest"
        ),
    )
