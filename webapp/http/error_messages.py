"""What people read when something can't be done: a title and advice for each error code."""

from flask_babel import LazyString, lazy_gettext

Words = tuple[LazyString, LazyString]

_ADVICE: dict[str, Words] = {
    "api_key": (
        lazy_gettext("This is for programs with a key"),
        lazy_gettext("Nothing was changed. Send a key that is in force with the request."),
    ),
    "scope": (
        lazy_gettext("This key is for something else"),
        lazy_gettext("Nothing was changed. Use a key that has the scope which the details name."),
    ),
    "unusable_product": (
        lazy_gettext("This product can't be saved like that"),
        lazy_gettext("Nothing was changed. The details below say which value is the reason."),
    ),
    "missing_photo": (
        lazy_gettext("Which photo?"),
        lazy_gettext("No photo arrived. Choose one below and we will look for it."),
    ),
    "not_a_photo": (
        lazy_gettext("That is not a photo we can read"),
        lazy_gettext("JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF and HEIC photos work. Try another one."),
    ),
    "photo_too_large": (
        lazy_gettext("That photo is too large"),
        lazy_gettext("Send a smaller copy, or a screenshot of it."),
    ),
    "address_too_long": (
        lazy_gettext("This address is too long"),
        lazy_gettext("Choose fewer filters, or say it in fewer words. You can also begin again from the start page."),
    ),
    "form_too_large": (
        lazy_gettext("That is too much for one form"),
        lazy_gettext("Nothing was changed. Send less at a time."),
    ),
    "too_many_searches": (
        lazy_gettext("One search after the other"),
        lazy_gettext("Several of your searches are still being answered. Wait a moment, then send the photo again."),
    ),
    "busy": (
        lazy_gettext("Many people are searching right now"),
        lazy_gettext("Wait a moment, then send the photo again. You can browse the categories meanwhile."),
    ),
    "photo_too_small": (
        lazy_gettext("That photo is too small"),
        lazy_gettext("There is not enough in it to recognise anything. Try a larger one."),
    ),
    "damaged_photo": (
        lazy_gettext("That photo is damaged"),
        lazy_gettext("Part of it is missing. Save or download it again, or try another one."),
    ),
    "photo_expired": (
        lazy_gettext("That photo is no longer here"),
        lazy_gettext("Photos are kept for a short time only. Send it again, and the search goes on."),
    ),
    "bad_parameter": (
        lazy_gettext("Something in the address is not right"),
        lazy_gettext("The details below say what. You can also begin again from the start page."),
    ),
    "unknown_product": (
        lazy_gettext("We no longer have this product"),
        lazy_gettext("It may have sold out for good. Show us a photo of it and we will find the next best thing."),
    ),
    "unknown_category": (
        lazy_gettext("We have nothing of that kind"),
        lazy_gettext("The start page lists everything that there is."),
    ),
    "not_found": (
        lazy_gettext("Page not found"),
        lazy_gettext("The address may be mistyped, or the page has moved."),
    ),
    "method_not_allowed": (
        lazy_gettext("This page does not work that way"),
        lazy_gettext("Begin again from the start page."),
    ),
    "studio_off": (
        lazy_gettext("The studio is off"),
        lazy_gettext("It opens when somebody has an account. Whoever runs the shop makes one on the command line."),
    ),
    "signed_out": (
        lazy_gettext("You are signed out"),
        lazy_gettext("Nothing was changed. Sign in again, then repeat what you did."),
    ),
    "forbidden": (
        lazy_gettext("Your account may not do that"),
        lazy_gettext("Nothing was changed. An admin of the studio can give you another role."),
    ),
    "form_expired": (
        lazy_gettext("This form is out of date"),
        lazy_gettext("Nothing was changed. Go back, load the page anew, and send it again."),
    ),
    "unusable_account": (
        lazy_gettext("No such account can be made"),
        lazy_gettext("Nothing was changed. The details below say what a name, a role and a password take."),
    ),
    "unusable_rule": (
        lazy_gettext("This rule makes no sense"),
        lazy_gettext("Nothing was saved. The details below say what is missing or contradicts itself."),
    ),
    "unusable_label": (
        lazy_gettext("That can't be a label"),
        lazy_gettext("Nothing was changed. Go back and choose one of the list."),
    ),
    "edit_conflict": (
        lazy_gettext("Somebody else was faster"),
        lazy_gettext("Your change was not saved, theirs was. Look at it, then decide again."),
    ),
    "job_running": (
        lazy_gettext("A job is running already"),
        lazy_gettext("One runs at a time. Wait for it to end, or cancel it; then start yours again."),
    ),
    "no_appraisal": (
        lazy_gettext("This was not judged yet"),
        lazy_gettext("There is no such evaluation. The history of Quality lists those that there are."),
    ),
    "damaged_appraisal": (
        lazy_gettext("This evaluation can't be read"),
        lazy_gettext("Its files are damaged or missing. The details say which; a new evaluation takes its place."),
    ),
    "storage_unavailable": (
        lazy_gettext("The shop's disk takes nothing"),
        lazy_gettext("It is full, or may not be written. Nothing was changed; whoever runs the shop has to make room."),
    ),
    "catalogue_lost": (
        lazy_gettext("We can't find our catalogue"),
        lazy_gettext("Whoever runs the shop has to bring it back. Come back shortly."),
    ),
    "too_many_requests": (
        lazy_gettext("Too many requests"),
        lazy_gettext("Wait a moment, then go on."),
    ),
    "idempotency_mismatch": (
        lazy_gettext("This key stands for another request"),
        lazy_gettext("Nothing was changed. Send a new Idempotency-Key with each new request."),
    ),
    "idempotency_busy": (
        lazy_gettext("This request is being answered already"),
        lazy_gettext("Wait for its answer, then ask again with the same Idempotency-Key."),
    ),
    "internal_error": (
        lazy_gettext("Something broke on our side"),
        lazy_gettext("It is not your fault, and it has been noted. Try again in a moment."),
    ),
}
_NOT_READY: Words = (
    lazy_gettext("We are still arranging the window"),
    lazy_gettext("Searching by photo is not possible at the moment. You can browse by category, or come back shortly."),
)
_ANY_PHOTO: Words = (
    lazy_gettext("We could not use that photo"),
    lazy_gettext("Try another one."),
)
_ANYTHING: Words = (
    lazy_gettext("That did not work"),
    lazy_gettext("Begin again from the start page."),
)


def explain_error(code: str, status: int) -> Words:
    """The title and the advice for an error, in the reader's language; a general one for an unknown code."""
    if code in _ADVICE:
        return _ADVICE[code]
    if code == "unusable_photo":
        return _ANY_PHOTO
    return _NOT_READY if status == 503 else _ANYTHING
