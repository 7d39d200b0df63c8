"""The list of rules, and the addresses of all pages of curation."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from catalog.curation.change_log import latest_batches
from catalog.curation.rule_references import named
from catalog.curation.rule_terms import PRODUCT
from catalog.curation.rules import STATES as RULE_STATES
from catalog.curation.rules import RuleFilter, RuleStore, today
from catalog.curation.supercategories import SupercategoryStore
from catalog.curation.undoing import undo
from webapp.http.page_address import change_address
from webapp.http.parameters import read_page
from webapp.services.access import services
from webapp.studio.curation import files, form, kinds, links, order, pairs, synonyms
from webapp.studio.curation.form_values import read_product_id
from webapp.studio.curation.texts import ACTIONS, LISTS, STATES, STRENGTHS
from webapp.studio.paging import cut_page
from webapp.studio.permissions import current_account

PAGE_SIZE = 30
LATEST = 8  # changes that can be undone from the page

bp = Blueprint("curation", __name__, url_prefix="/curation")
bp.add_url_rule("/new", view_func=form.new, methods=["GET"])
bp.add_url_rule("/<int:rule_id>", view_func=form.edit, methods=["GET"])
bp.add_url_rule("/preview", view_func=form.show_preview, methods=["POST"])
bp.add_url_rule("/save", view_func=form.save, methods=["POST"])
bp.add_url_rule("/<int:rule_id>/pause", view_func=form.pause, methods=["POST"])
bp.add_url_rule("/<int:rule_id>/remove", view_func=form.remove, methods=["POST"])
bp.add_url_rule("/file", view_func=files.file, methods=["GET"])
bp.add_url_rule("/rules.csv", view_func=files.export, methods=["GET"])
bp.add_url_rule("/import", view_func=files.bring_in, methods=["POST"])
bp.add_url_rule("/pairs", view_func=pairs.pairs, methods=["GET"])
bp.add_url_rule("/pairs", view_func=pairs.choose, methods=["POST"])
bp.add_url_rule("/kinds", view_func=kinds.kinds, methods=["GET"])
bp.add_url_rule("/kinds", view_func=kinds.choose_kinds, methods=["POST"])
bp.add_url_rule("/pairs/learn", view_func=pairs.learn, methods=["POST"])
bp.add_url_rule("/order", view_func=order.order, methods=["GET"])
bp.add_url_rule("/order", view_func=order.save_order, methods=["POST"])
bp.add_url_rule("/links", view_func=links.links, methods=["GET"])
bp.add_url_rule("/links/remove", view_func=links.remove, methods=["POST"], endpoint="remove_link")
bp.add_url_rule("/synonyms", view_func=synonyms.synonyms, methods=["GET"])
bp.add_url_rule("/synonyms", view_func=synonyms.choose, methods=["POST"], endpoint="choose_synonyms")


@bp.get("/")
def rules() -> str:
    """A page of rules, and the latest changes."""
    page = read_page(request.args)
    asked = {name: request.args.get(name, "").replace("\0", "").strip() for name in ("list", "action", "state")}
    product_id = read_product_id(request.args.get("product", "").replace("\0", "").strip())
    category = request.args.get("category", "").replace("\0", "")
    state = asked["state"] if asked["state"] in RULE_STATES else None
    question = RuleFilter(asked["list"] or None, asked["action"] or None, product_id or None, category or None, state)
    store = RuleStore(services().catalog.database)
    shown, more = cut_page(store.find(question, PAGE_SIZE + 1, (page - 1) * PAGE_SIZE), PAGE_SIZE, page)
    return render_template(
        "studio/curation/rules.html",
        rules=shown,
        products=services().catalog.products(named((rule.terms for rule in shown), PRODUCT), drafts=True),
        today=today(),
        total=store.count(question),
        question=question,
        page=page,
        more=more,
        batches=latest_batches(services().catalog.database, LATEST),
        done=request.args.get("done"),
        categories=services().catalog.categories(),
        lists=LISTS,
        actions=ACTIONS,
        states=STATES,
        strengths=STRENGTHS,
        page_address=lambda page: change_address(page=page, done=None),
    )


@bp.post("/undo")
def take_back() -> BaseResponse:
    """Undo what was saved together."""
    database = services().catalog.database
    supercategories = SupercategoryStore(database)
    before = supercategories.chosen()
    batch = undo(database, request.form.get("batch", ""), by=current_account().name)
    if supercategories.chosen() != before:
        pairs.relearn_if_learned()
    flash(gettext("Taken back. Shoppers see it as it was before."), "done")
    asked = request.form.get("back")
    if asked == "products":
        return redirect(url_for("studio.products.products", done=batch), 303)
    back = asked if asked in ("pairs", "kinds", "synonyms", "links") else "rules"
    return redirect(url_for(f"studio.curation.{back}", done=batch), 303)
