// Refines without a reload: fetches the page's address with other parameters and swaps in its results.
// If anything fails, the browser navigates to that address instead.

const SLIDER_MS = 350;
const KEPT_ANSWERS = 12;

const kept = new Map(); // history key -> {answer, title, search}: what back and forward bring without asking again
let key = history.state?.key ?? null; // of the entry that is shown
let shown = location.pathname + location.search;
let asking = null; // the AbortController of the request under way
let keys = 0;

function currentAnswer() {
  return document.querySelector("[data-answer]");
}

function newKey() {
  keys += 1;
  return `${performance.timeOrigin}-${keys}`;
}

// Fetches a page and returns it as a document; throws if the answer is no page of the shop.
shop.fetchPage = async (address, signal, headers = {}) => {
  const response = await fetch(address, { signal, headers: { Accept: "text/html", ...headers } });
  if (!response.ok || !response.headers.get("Content-Type")?.startsWith("text/html")) throw new Error("no page");
  return new DOMParser().parseFromString(await response.text(), "text/html");
};

// Shows the results at an address; push: false if the browser goes back to it; ahead: the page, if it was fetched
// ahead of the visit. The visit itself is then told to the shop while its results are already shown.
shop.visit = async (address, { push = true, ahead = null } = {}) => {
  const answer = currentAnswer();
  if (!answer) return location.assign(address);
  asking?.abort();
  const mine = (asking = new AbortController());
  wait(true);
  try {
    const page = await (ahead ?? shop.fetchPage(address, mine.signal));
    await released();
    if (mine.signal.aborted) return;
    const next = page.querySelector("[data-answer]");
    if (!next) throw new Error("no answer");
    const focus = rememberFocus(currentAnswer());
    keep();
    if (push) {
      key = newKey();
      history.pushState({ key }, "", address);
      shown = location.pathname + location.search;
    }
    show(document.adoptNode(next), page.title, page.body.dataset.searchEvent, focus);
    shop.announce(summary(next));
    if (ahead) tellOfVisit(address, mine.signal);
  } catch {
    if (mine.signal.aborted) return;
    if (push) location.assign(address);
    else location.reload();
  } finally {
    if (asking === mine) {
      asking = null;
      wait(false);
    }
  }
};

// A page that was fetched ahead counts as no search: asking for it again makes one, and brings its event's id.
async function tellOfVisit(address, signal) {
  try {
    const { searchEvent } = (await shop.fetchPage(address, signal)).body.dataset;
    if (searchEvent && location.href.replaceAll("%2C", ",") === address) document.body.dataset.searchEvent = searchEvent;
  } catch {
    // Its results are shown; only the event is lost.
  }
}

function wait(on) {
  currentAnswer()?.setAttribute("aria-busy", String(on));
  document.querySelector("[data-waiting]")?.classList.toggle("waiting--on", on);
}

// The results must not be swapped while a finger holds the slider.
let held = false;
addEventListener("pointerdown", () => (held = true), true);
for (const name of ["pointerup", "pointercancel"]) addEventListener(name, () => (held = false), true);

function released() {
  if (!held) return Promise.resolve();
  return new Promise((resolve) => {
    const ended = new AbortController();
    ended.signal.addEventListener("abort", resolve);
    for (const name of ["pointerup", "pointercancel"]) addEventListener(name, () => ended.abort(), { signal: ended.signal });
  });
}

function keep() {
  if (!key) {
    key = history.state?.key ?? newKey();
    history.replaceState({ ...history.state, key }, "");
  }
  const answer = currentAnswer();
  // The form goes back to what the address says, until the new results come.
  answer.querySelectorAll("form[data-refine]").forEach((form) => form.reset());
  kept.set(key, { answer, title: document.title, search: document.body.dataset.searchEvent });
  if (kept.size > KEPT_ANSWERS) kept.delete(kept.keys().next().value);
}

function show(next, title, search, focus) {
  const answer = currentAnswer();
  carryOver(answer, next);
  next.removeAttribute("aria-busy");
  shop.refresh(next);
  answer.replaceWith(next);
  document.title = title;
  if (search) document.body.dataset.searchEvent = search;
  else delete document.body.dataset.searchEvent;
  document.dispatchEvent(new Event("shop:shown"));
  restoreFocus(next, focus);
  const top = next.getBoundingClientRect().top;
  if (top < -innerHeight) scrollTo({ top: Math.max(0, scrollY + top - 24), behavior: "instant" });
}

// Keeps from results to results: elements marked data-keep (with an id), and which <details> are open.
function carryOver(answer, next) {
  for (const old of answer.querySelectorAll("[data-keep]")) {
    const fresh = next.querySelector(`#${CSS.escape(old.id)}[data-keep]`);
    if (!fresh || fresh.dataset.keep !== old.dataset.keep) continue;
    // The elements swap places and values, since the results that are left may come back.
    const place = document.createComment("");
    fresh.replaceWith(place);
    old.replaceWith(fresh);
    place.replaceWith(old);
    const values = { ...old.dataset };
    Object.assign(old.dataset, fresh.dataset);
    Object.assign(fresh.dataset, values);
    old.dispatchEvent(new Event("shop:kept"));
  }
  for (const details of answer.querySelectorAll("details[id]")) {
    const same = next.querySelector(`#${CSS.escape(details.id)}`);
    if (same) same.open = details.open;
  }
}

function rememberFocus(answer) {
  const element = document.activeElement;
  if (!answer.contains(element)) return null;
  const typed = element.matches("input:not([type=checkbox], [type=radio], [type=range])") ? element.value : null;
  return { element, selector: selectorOf(element), typed };
}

function selectorOf(element) {
  if (element.id) return `#${CSS.escape(element.id)}`;
  if (element.name) {
    const value = element.matches("[type=checkbox], [type=radio]") ? `[value="${CSS.escape(element.value)}"]` : "";
    return `${element.localName}[name="${CSS.escape(element.name)}"]${value}`;
  }
  return null;
}

function restoreFocus(next, focus) {
  if (!focus) return;
  if (focus.element.isConnected) return focus.element.focus({ preventScroll: true }); // in what lived on
  const found = focus.selector && next.querySelector(focus.selector);
  const element = found || next;
  if (!found) next.tabIndex = -1; // a link that was pressed and is gone: the answer itself takes its place
  else if (focus.typed !== null) found.value = focus.typed;
  element.focus({ preventScroll: true });
}

function summary(answer) {
  const { total } = answer.dataset;
  if (total === undefined) return (answer.querySelector("[data-count], h1, h2")?.textContent ?? "").trim();
  return shop.fill(shop.words(total === "1" ? "result" : total === "0" ? "noResults" : "results"), { number: total });
}

// The address of a form, with only the fields that were filled in or moved, so that a shared address stays short.
function addressOf(form) {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && value.trim() && !isUntouched(form.elements[name])) query.append(name, value);
  }
  const address = new URL(form.action || location.href, location.href);
  address.search = query;
  address.hash = "";
  return address.href;
}

// A slider has a value even if nobody has moved it.
function isUntouched(control) {
  if (control.type !== "range" || new URLSearchParams(location.search).has(control.name)) return false;
  const untouched = control.cloneNode();
  untouched.value = control.defaultValue; // rounded to the steps as the original was
  return untouched.value === control.value;
}

const visitForm = (form) => form.isConnected && form.reportValidity() && shop.visit(addressOf(form));
const visitFormSoon = shop.debounce(visitForm, SLIDER_MS);

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-refine]");
  if (!form) return;
  if (event.target.type === "range") visitFormSoon(form);
  else visitForm(form);
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-refine]")) return;
  event.preventDefault();
  visitFormSoon.cancel();
  visitForm(event.target);
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-answer] a[data-refine-link]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  shop.visit(link.href);
});

// More of the same results came, and the address names the last page of them.
document.addEventListener("shop:moved", () => (shown = location.pathname + location.search));

addEventListener("popstate", (event) => {
  const address = location.pathname + location.search;
  if (!currentAnswer() || address === shown) return; // a jump within the page
  shown = address;
  const focus = rememberFocus(currentAnswer());
  if (key) keep();
  key = event.state?.key ?? null;
  const known = kept.get(key);
  asking?.abort();
  if (!known) return shop.visit(location.href, { push: false });
  show(known.answer, known.title, known.search, focus);
  wait(false);
  shop.announce(summary(known.answer));
});
