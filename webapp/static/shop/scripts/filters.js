// What the form of filters does without a search: on a phone it is a drawer that opens and closes, and the slider shows
// the word for its position while it is moved.

let scrolled = 0; // of the drawer, which each new answer brings anew

function isOpen() {
  return "filters" in document.documentElement.dataset;
}

function setOpen(open) {
  if (open) document.documentElement.dataset.filters = "";
  else delete document.documentElement.dataset.filters;
  for (const toggle of document.querySelectorAll(".refine__toggle")) toggle.setAttribute("aria-expanded", String(open));
  const form = document.querySelector("form.refine");
  scrolled = 0;
  if (open) form?.querySelector("input:not([type=hidden]), select, summary")?.focus({ preventScroll: true });
  else if (form) document.getElementById(`${form.id}-toggle`)?.focus({ preventScroll: true });
}

// The way back to the results, with how many there are.
function closer(form) {
  const total = form.closest("[data-answer]")?.dataset.total ?? "";
  const place = document.createElement("p");
  place.className = "drawer__close";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.textContent = shop.fill(shop.words(total === "1" ? "showOne" : "showMany"), { number: total });
  button.addEventListener("click", () => setOpen(false));
  place.append(button);
  return place;
}

shop.mount("form.refine", (form) => {
  if (!form.id) return;
  const toggle = document.createElement("button");
  toggle.type = "button";
  toggle.id = `${form.id}-toggle`;
  toggle.className = "button button--quiet refine__toggle";
  toggle.textContent = shop.words("filters");
  toggle.setAttribute("aria-controls", form.id);
  toggle.setAttribute("aria-expanded", String(isOpen()));
  toggle.addEventListener("click", () => setOpen(!isOpen()));
  form.before(toggle);
  form.append(closer(form));
  form.addEventListener("scroll", () => (scrolled = form.scrollTop), { passive: true });
  const before = scrolled;
  requestAnimationFrame(() => (form.scrollTop = before));
});

addEventListener("keydown", (event) => {
  if (event.key === "Escape" && isOpen() && !event.defaultPrevented) setOpen(false);
});

// A press on the shade around the drawer, or the keyboard's way out of it, closes it.
addEventListener("pointerdown", (event) => {
  if (isOpen() && matchMedia("(max-width: 899px)").matches && !event.target.closest(".refine, .refine__toggle")) {
    event.preventDefault();
    setOpen(false);
  }
});
addEventListener("focusout", ({ target, relatedTarget }) => {
  const form = isOpen() && target.closest?.("form.refine");
  if (form && relatedTarget && !form.contains(relatedTarget) && !relatedTarget.matches(".refine__toggle")) setOpen(false);
});

document.addEventListener("input", (event) => {
  const output = event.target.type === "range" && event.target.form?.querySelector("output[data-weight]");
  if (!output) return;
  const [below, even, above] = output.dataset.words.split("|");
  const beside = Number(event.target.value) - Number(output.dataset.usual);
  output.textContent = Math.abs(beside) <= Number(output.dataset.even) ? even : beside > 0 ? above : below;
  event.target.setAttribute("aria-valuetext", output.textContent);
});
