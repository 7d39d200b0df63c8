// Vitrina on a shop's own pages: a camera button in search boxes, and strips of similar and matching products.
// docs/storefront.md says how to use it. It needs nothing but the API of the server that it comes from.
(() => {
  "use strict";
  const script = document.currentScript;
  const origin = new URL(script.src).origin;
  const options = script.dataset;
  const language = (options.language || document.documentElement.lang || "en").slice(0, 2) === "es" ? "es" : "en";
  const texts = {
    en: {
      camera: "Search by photo", similar: "Similar products", "goes-with": "Complete the look", found: "What looks like your photo",
      close: "Close", searching: "Searching…", nothing: "Nothing alike was found.", unsure: "We don't seem to sell this; these come closest.",
      failed: "That didn't work. Try again in a moment.", unusable: "This photo can't be used. Try another one.", soldOut: "Sold out", was: "before",
    },
    es: {
      camera: "Busca con una foto", similar: "Productos parecidos", "goes-with": "Completa el look", found: "Lo que se parece a tu foto",
      close: "Cerrar", searching: "Buscando…", nothing: "No hemos encontrado nada parecido.", unsure: "Parece que esto no lo vendemos; es lo más parecido que tenemos.",
      failed: "No ha funcionado. Prueba de nuevo en un momento.", unusable: "Esta foto no sirve. Prueba con otra.", soldOut: "Agotado", was: "antes",
    },
  }[language];
  const LONGEST = 1600; // pixels of a photo's longer side; the server keeps no more
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { color: var(--vitrina-text, inherit); font: var(--vitrina-font, inherit); }
    :host([data-vitrina]) { display: block; height: var(--vitrina-height, 22rem); overflow: hidden; }
    :host([data-vitrina-button]) { position: absolute; }
    * { box-sizing: border-box; }
    h2 { font: inherit; font-weight: 600; font-size: 1.125em; line-height: 1.5; margin: 0 0 .5rem; }
    ul { list-style: none; margin: 0; padding: 4px; display: flex; gap: var(--vitrina-gap, 1rem); overflow-x: auto; }
    dialog ul { flex-wrap: wrap; overflow: visible; }
    li { flex: none; width: var(--vitrina-card, 10rem); }
    a { color: inherit; text-decoration: none; display: block; border-radius: var(--vitrina-radius, .5rem); }
    a:hover .title { text-decoration: underline; }
    a:focus-visible, button:focus-visible, ul:focus-visible { outline: 2px solid var(--vitrina-accent, currentColor); outline-offset: 2px; }
    .picture { display: block; aspect-ratio: 4 / 5; overflow: hidden; border-radius: inherit; background: var(--vitrina-quiet, #8882); }
    img { width: 100%; height: 100%; object-fit: cover; display: block; }
    .title { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; min-height: 2.8em; line-height: 1.4; margin-top: .4rem; }
    .price { display: block; line-height: 1.5; min-height: 1.5em; }
    s { margin-inline-start: .4em; }
    .said { margin: 0 0 .75rem; }
    .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
    button { font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; display: grid; place-items: center;
      width: 100%; height: 100%; min-width: 24px; min-height: 24px; border-radius: var(--vitrina-radius, .5rem); }
    button:hover { color: var(--vitrina-accent, inherit); }
    svg { width: 1.4em; height: 1.4em; fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linejoin: round; }
    dialog { width: min(60rem, 94vw); max-height: 88vh; overflow: auto; border: 0; padding: 1.25rem; border-radius: var(--vitrina-radius, .5rem);
      background: var(--vitrina-surface, Canvas); color: var(--vitrina-text, CanvasText); }
    dialog::backdrop { background: #0009; }
    .top { display: flex; justify-content: space-between; align-items: start; gap: 1rem; }
    .top button { width: auto; height: auto; padding: .5rem .75rem; border: 1px solid; }
  `);

  const make = (name, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };
  const open = (host) => {
    const root = host.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    return root;
  };
  const ask = async (path, request) => {
    const response = await fetch(`${origin}/api/v1/${path}`, request);
    if (!response.ok) throw Object.assign(new Error(`Vitrina answered ${response.status}`), { status: response.status });
    return response.json();
  };
  const encodeId = (id) => id.split("/").map(encodeURIComponent).join("/");
  const addressOf = (item) =>
    options.links ? options.links.replace("{product_id}", encodeId(item.product_id)) : new URL(item.product_url, origin).href;
  const money = (amount, currency) => {
    if (amount === null) return "";
    const style = currency ? { style: "currency", currency } : { minimumFractionDigits: 2 };
    try {
      return new Intl.NumberFormat(language, style).format(amount);
    } catch {
      return `${amount} ${currency}`;
    }
  };
  const card = (item) => {
    const picture = make("span", { className: "picture" });
    if (item.image_url) picture.append(make("img", { src: new URL(item.image_url, origin).href, alt: "", loading: "lazy", decoding: "async" }));
    const price = make("span", { className: "price" }, item.in_stock === false ? texts.soldOut : money(item.price, item.currency));
    if (item.in_stock !== false && item.price !== null && item.price_before > item.price)
      price.append(make("s", {}, make("span", { className: "unseen" }, ` ${texts.was} `), money(item.price_before, item.currency)));
    const link = make("a", { href: addressOf(item) }, picture, make("span", { className: "title" }, item.title), price);
    return make("li", {}, link);
  };
  const blanks = (count) =>
    Array.from({ length: count }, () => make("li", {}, make("span", { className: "picture" }), make("span", { className: "title" })));
  // What was opened from which list stays in this tab, until a cart or a purchase is told with it.
  const memory = (change) => {
    try {
      const kept = JSON.parse(sessionStorage.getItem("vitrina") ?? "{}");
      if (change) sessionStorage.setItem("vitrina", JSON.stringify(Object.fromEntries(Object.entries({ ...kept, ...change }).slice(-50))));
      return kept;
    } catch {
      return {}; // a browser that keeps nothing
    }
  };
  const send = (event) => {
    if (navigator.doNotTrack === "1" || navigator.globalPrivacyControl) return;
    fetch(`${origin}/api/v1/events`, { method: "POST", keepalive: true, body: JSON.stringify({ events: [event] }) }).catch(() => {});
  };
  const fill = (list, items, name, search) => {
    list.replaceChildren(...items.map(card));
    list.removeAttribute("aria-busy");
    const tell = (event) => {
      const index = [...list.children].indexOf(event.target.closest("a")?.parentNode);
      if (index < 0 || event.button > 1) return;
      const place = { list: name, ...(search && { search }) };
      memory({ [items[index].product_id]: place });
      send({ kind: "click", product_id: items[index].product_id, position: index + 1, ...place });
    };
    list.onclick = list.onauxclick = tell;
  };
  // vitrina.tell("add_to_cart" or "purchase", product id, { value, currency, order }); the order's number is kept here only.
  const tell = (kind, product_id, { value, currency, order } = {}) => {
    const once = order && `${kind} ${order} ${product_id}`;
    const kept = memory(once && { [once]: 1 });
    if (!(once in kept)) send({ kind, product_id, value, currency, ...kept[product_id] });
  };

  // A strip: <div data-vitrina="similar" data-product="ID"></div>, or "goes-with".
  const showStrip = async (host) => {
    const kind = host.dataset.vitrina;
    const root = open(host);
    const said = make("p", { className: "said" });
    said.setAttribute("role", "status");
    const list = make("ul", { tabIndex: 0 }, ...blanks(4));
    list.setAttribute("aria-label", texts[kind]);
    list.setAttribute("aria-busy", "true");
    root.append(make("h2", {}, texts[kind]), said, list);
    said.hidden = true;
    const say = (text) => {
      said.hidden = false;
      said.textContent = text;
      list.remove();
    };
    try {
      const limit = host.dataset.limit || "12";
      const answer = await ask(`products/${encodeId(host.dataset.product)}/${kind}?limit=${encodeURIComponent(limit)}`);
      const items = answer[kind === "similar" ? "similar" : "goes_with"];
      if (items.length) fill(list, items, kind.replace("-", "_"));
      else say(texts.nothing);
    } catch {
      say(texts.failed);
    }
  };

  const scaled = async (file) => {
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const factor = LONGEST / Math.max(picture.width, picture.height);
      if (factor >= 1) return file;
      const canvas = make("canvas", { width: Math.round(picture.width * factor), height: Math.round(picture.height * factor) });
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      return (await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.9))) || file;
    } catch {
      return file; // a format that this browser can't show; the server may
    }
  };

  // A camera button at the end of a search box; it lies above the box, so nothing on the page moves.
  const addCamera = (input) => {
    const host = make("span");
    host.dataset.vitrinaButton = "";
    const root = open(host);
    const chooser = make("input", { type: "file", accept: "image/*", hidden: true });
    const button = make("button", { type: "button", title: texts.camera });
    button.setAttribute("aria-label", texts.camera);
    button.innerHTML = '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M3 8h4l1.5-3h7L17 8h4v11H3z"/><circle cx="12" cy="13" r="3.5"/></svg>';
    const said = make("p", { className: "said" });
    said.setAttribute("role", "status");
    const list = make("ul");
    const title = make("h2", { id: "title" }, texts.found);
    const close = make("button", { type: "button" }, texts.close);
    const dialog = make("dialog", {}, make("div", { className: "top" }, title, close), said, list);
    dialog.setAttribute("aria-labelledby", "title");
    root.append(button, chooser, dialog);
    if (getComputedStyle(input.parentNode).position === "static") input.parentNode.style.position = "relative";
    input.after(host);
    const place = () => {
      const side = Math.min(44, input.offsetHeight);
      Object.assign(host.style, {
        width: `${side}px`, height: `${side}px`,
        left: `${input.offsetLeft + input.offsetWidth - side}px`, top: `${input.offsetTop + (input.offsetHeight - side) / 2}px`,
      });
    };
    new ResizeObserver(place).observe(input);
    addEventListener("resize", place);
    place();
    button.addEventListener("click", () => chooser.click());
    close.addEventListener("click", () => dialog.close());
    chooser.addEventListener("change", async () => {
      const file = chooser.files[0];
      if (!file) return;
      chooser.value = "";
      said.textContent = texts.searching;
      list.replaceChildren(...blanks(4));
      dialog.showModal();
      try {
        const form = new FormData();
        form.append("photo", await scaled(file), "photo");
        form.append("limit", options.limit || "24");
        form.append("event", "true");
        const answer = await ask("search", { method: "POST", body: form });
        said.textContent = answer.similar.length === 0 ? texts.nothing : answer.recognised ? "" : texts.unsure;
        fill(list, answer.similar, "similar", answer.search_event);
      } catch (error) {
        list.replaceChildren();
        said.textContent = [413, 415, 422].includes(error.status) ? texts.unusable : texts.failed;
      }
    });
  };

  // Finds what the page has marked; a page that adds elements later calls vitrina.scan() again.
  const scan = (root = document) => {
    for (const host of root.querySelectorAll('[data-vitrina="similar"], [data-vitrina="goes-with"]')) if (!host.shadowRoot) showStrip(host);
    for (const input of root.querySelectorAll(options.camera || "input[data-vitrina-camera]")) {
      if (!input.dataset.vitrinaReady) {
        input.dataset.vitrinaReady = "";
        addCamera(input);
      }
    }
  };
  window.vitrina = { scan, tell };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => scan());
  else scan();
})();
