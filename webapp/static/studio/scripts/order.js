// A list that is put in order: dragged by its grips, or moved by its arrows; saved together. Without scripts each arrow saves.

shop.mount("form[data-order]", (form) => {
  const list = form.querySelector("ol");
  const items = () => [...list.children];

  const tell = (item) => {
    const place = items().indexOf(item) + 1;
    const { name } = item.dataset;
    shop.announce(shop.fill(form.dataset.moved, { name, place, count: items().length }));
  };

  const place = (item, before) => {
    if (item !== before && item.nextElementSibling !== before) list.insertBefore(item, before);
  };

  form.querySelector("[data-order-save]").hidden = false;

  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button) return;
    event.preventDefault();
    const item = button.closest("li");
    const up = button.dataset.move === "up";
    const other = up ? item.previousElementSibling : item.nextElementSibling;
    if (!other) return;
    place(item, up ? other : other.nextElementSibling);
    button.focus();
    tell(item);
  });

  // The window listens, since an element that moves in the page loses the pointer that it has captured.
  list.querySelectorAll("[data-grip]").forEach((grip) => {
    const item = grip.closest("li");
    const middle = ({ top, height }) => top + height / 2;

    const drag = (event) => {
      const others = items().filter((one) => one !== item);
      place(item, others.find((one) => event.clientY < middle(one.getBoundingClientRect())) ?? null);
    };

    grip.hidden = false;
    grip.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      event.preventDefault();
      const ended = new AbortController();
      const drop = () => {
        ended.abort();
        item.classList.remove("is-dragged");
        tell(item);
      };
      item.classList.add("is-dragged");
      addEventListener("pointermove", drag, { signal: ended.signal });
      addEventListener("pointerup", drop, { signal: ended.signal });
      addEventListener("pointercancel", drop, { signal: ended.signal });
    });
  });
});
