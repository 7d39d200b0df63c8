"""What sources say of products that belong together: seen, changed by a rule, or taken out of the list."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from catalog.curation.change_log import latest_batches
from catalog.curation.rule_terms import HIDE, PRODUCT, RuleTerms
from catalog.curation.rules import RuleStore
from catalog.curation.source_links import SourceLink, SourceLinkStore
from catalog.result_lists import LISTS
from webapp.errors import BadParameterError
from webapp.http.page_address import change_address
from webapp.http.parameters import read_page
from webapp.services.access import services
from webapp.studio.curation.form_values import read_product_id
from webapp.studio.curation.texts import LISTS as LIST_TEXTS
from webapp.studio.paging import cut_page
from webapp.studio.permissions import current_account

PAGE_SIZE = 30


def links() -> str:
    """A page of links, of one product or of all."""
    page, done = read_page(request.args), request.args.get("done")
    product_id = read_product_id(request.args.get("product", "").replace("\0", "").strip()) or None
    database, store = services().catalog.database, SourceLinkStore(services().catalog.database)
    shown, more = cut_page(store.find(product_id, PAGE_SIZE + 1, (page - 1) * PAGE_SIZE), PAGE_SIZE, page)
    return render_template(
        "studio/curation/links.html",
        links=shown,
        products=services().catalog.products({name for one in shown for name in (one.anchor, one.target)}, drafts=True),
        total=store.count(product_id),
        product_id=product_id,
        lists=LIST_TEXTS,
        page=page,
        more=more,
        done=next((one for one in latest_batches(database, 1) if done and one.batch == done), None),
        change_address=_change_address,
        page_address=lambda page: change_address(page=page, done=None),
    )


def remove() -> BaseResponse:
    """Take a link's product out of the list, by a rule that hides it there."""
    list_name, anchor, target = (request.form.get(name, "").replace("\0", "") for name in ("list", "anchor", "target"))
    if list_name not in LISTS or not anchor or not target:
        raise BadParameterError("list, anchor and target must name a link. Open the page again.")
    database, batch = services().catalog.database, None
    if target in dict(SourceLinkStore(database).targets(list_name, anchor)):
        terms = RuleTerms(list_name, HIDE, target, anchor=anchor, anchor_kind=PRODUCT)
        _, batch = RuleStore(database).add(terms, by=current_account().name)
        flash(gettext("Taken out of the list. Imports won’t bring it back."), "done")
    else:
        flash(gettext("The source no longer names this link."), "refusal")
    return redirect(url_for("studio.curation.links", product=request.form.get("product") or None, done=batch), 303)


def _change_address(link: SourceLink) -> str:
    """The form of a rule that says the same as the link, to be changed and saved."""
    if link.rule_id is not None:
        return url_for("studio.curation.edit", rule_id=link.rule_id)
    return url_for(
        "studio.curation.new",
        list=link.list_name,
        product_id=link.anchor,
        target=link.target,
        position=link.position,
    )
