// What the form of filters does without a search: on a phone it opens and closes, and the slider shows the word for its
// position while it is moved.

function isOpen() {
  return "filters" in document.documentElement.dataset;
}

shop.mount("form.refine", (form) => {
  if (!form.id || !form.previousElementSibling) return;
  const toggle = document.createElement("button");
  toggle.type = "button";
  toggle.id = `${form.id}-toggle`;
  toggle.className = "button button--quiet refine__toggle";
  toggle.textContent = shop.words("filters");
  toggle.setAttribute("aria-controls", form.id);
  toggle.setAttribute("aria-expanded", String(isOpen()));
  toggle.addEventListener("click", () => {
    if (isOpen()) delete document.documentElement.dataset.filters;
    else document.documentElement.dataset.filters = "";
    toggle.setAttribute("aria-expanded", String(isOpen()));
  });
  form.before(toggle);
});

document.addEventListener("input", (event) => {
  const output = event.target.type === "range" && event.target.form?.querySelector("output[data-weight]");
  if (!output) return;
  const [below, even, above] = output.dataset.words.split("|");
  const beside = Number(event.target.value) - Number(output.dataset.usual);
  output.textContent = Math.abs(beside) <= Number(output.dataset.even) ? even : beside > 0 ? above : below;
  event.target.setAttribute("aria-valuetext", output.textContent);
});
