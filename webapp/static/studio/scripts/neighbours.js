// The map and the grid beside it show the same products: pointing at one marks it in both, and shows its name.

shop.mount("[data-around]", (map) => {
  const said = document.querySelector("[data-around-name]");
  const twins = (productId) => document.querySelectorAll(`[data-product="${CSS.escape(productId)}"]`);

  const mark = (event) => {
    const one = event.target.closest("[data-product]");
    document.querySelectorAll(".is-shown").forEach((marked) => marked.classList.remove("is-shown"));
    if (!one) return;
    twins(one.dataset.product).forEach((twin) => twin.classList.add("is-shown"));
    const spot = map.querySelector(`[data-product="${CSS.escape(one.dataset.product)}"]`);
    if (said && spot) said.textContent = spot.dataset.name;
  };
  document.addEventListener("pointerover", mark);
  document.addEventListener("focusin", mark);
});
