// The map and the grid beside it show the same products: pointing at one marks it in both, and shows its name.

function mark(event) {
  const map = document.querySelector("[data-around]");
  if (!map) return;
  const one = event.target.closest("[data-product]");
  document.querySelectorAll(".is-shown").forEach((marked) => marked.classList.remove("is-shown"));
  if (!one) return;
  const same = `[data-product="${CSS.escape(one.dataset.product)}"]`;
  document.querySelectorAll(same).forEach((twin) => twin.classList.add("is-shown"));
  const said = document.querySelector("[data-around-name]");
  const spot = map.querySelector(same);
  if (said && spot) said.textContent = spot.dataset.name;
}

for (const name of ["pointerover", "focusin"]) document.addEventListener(name, mark);
