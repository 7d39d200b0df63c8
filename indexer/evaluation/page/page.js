"use strict";

/* The wall, the matrix's cells and the viewer. Everything comes from the store in the page; nothing is fetched. */

(() => {
  const PAGE = 60; // photos added to the wall at a time
  const store = JSON.parse(document.getElementById("store").textContent);
  const photos = store.photos.map(([thumb, actual, guesses, actualProbability, image, productId], place) => ({
    place, thumb, actual, guesses, actualProbability, image, productId,
    predicted: guesses[0][0],
    confidence: guesses[0][1],
  }));
  const language = document.documentElement.lang;
  const number = new Intl.NumberFormat(language);
  const whole = new Intl.NumberFormat(language, { style: "percent" });
  const tenths = new Intl.NumberFormat(language, {
    style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1,
  });
  const percent = (share) => (share >= 0.995 && share < 1 ? `>${whole.format(0.99)}` : whole.format(share));

  /** A text of the page's language, "%(name)s" replaced by the values; of a pair, the one that goes with `num`. */
  function say(name, values = {}) {
    const text = Array.isArray(store.texts[name]) ? store.texts[name][values.num === 1 ? 0 : 1] : store.texts[name];
    return text.replace(/%\((\w+)\)s/g, (_, key) =>
      typeof values[key] === "number" ? number.format(values[key]) : values[key]);
  }

  /** An element with properties and children. */
  function make(tag, properties = {}, ...children) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children.filter((child) => child !== null));
    return element;
  }

  /* Photos get their pixels when they come near the screen: decoding hundreds at once would freeze a phone. */
  const watcher = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (entry.isIntersecting) {
        watcher.unobserve(entry.target);
        develop(entry.target);
      }
    }
  }, { rootMargin: "600px" });

  function develop(image) {
    const content = store.thumbs[Number(image.dataset.thumb)];
    if (content) {
      image.src = `data:image/jpeg;base64,${content}`;
    } else {
      image.replaceWith(make("span", { className: "photo__missing", textContent: say("unreadable") }));
    }
  }

  function frame(photo) {
    const image = make("img", { alt: photo.image, decoding: "async" });
    image.dataset.thumb = photo.thumb;
    watcher.observe(image);
    return make("span", { className: "photo__frame" }, image);
  }

  function unseen(text) {
    return make("span", { className: "unseen", textContent: text });
  }

  function caption(photo) {
    const small = () => make("small", { textContent: percent(photo.confidence) });
    const actual = store.labels[photo.actual];
    if (photo.actual === photo.predicted) {
      const tick = make("span", { className: "mark mark--hit", textContent: "✓" });
      tick.setAttribute("aria-hidden", "true");
      return [make("span", { className: "photo__is" }, tick, actual, " ", small())];
    }
    const cross = make("span", { className: "mark", textContent: "✗" });
    cross.setAttribute("aria-hidden", "true");
    return [
      make("span", { className: "photo__is", textContent: actual }),
      make("span", { className: "photo__as" }, cross, unseen(`${say("takenFor")} `), store.labels[photo.predicted], " ", small()),
    ];
  }

  function tile(photo, list, onBack = null) {
    const button = make("button", { type: "button", className: "photo" }, frame(photo), ...caption(photo));
    button.addEventListener("click", () => showPhoto(list, list.indexOf(photo), onBack));
    return make("li", {}, button);
  }

  /* The wall */

  const filters = document.getElementById("filters");
  const wall = document.getElementById("wall-photos");
  const more = document.getElementById("wall-more");
  const orders = {
    telling: (a, b) => a.place - b.place,
    class: (a, b) => a.actual - b.actual || b.confidence - a.confidence,
    unsure: (a, b) => a.confidence - b.confidence,
    sure: (a, b) => b.confidence - a.confidence,
  };
  let wanted = [];

  function filterWall() {
    const { outcome, actual, predicted, order } = Object.fromEntries(new FormData(filters));
    wanted = photos.filter((photo) =>
      (outcome === "all" || (outcome === "hits") === (photo.actual === photo.predicted)) &&
      (actual === "" || photo.actual === Number(actual)) &&
      (predicted === "" || photo.predicted === Number(predicted)));
    wanted.sort(orders[order]);
    wall.replaceChildren();
    document.getElementById("wall-count").textContent = say("photos", { num: wanted.length });
    growWall();
  }

  function growWall() {
    const start = wall.children.length;
    const list = wanted;
    wall.append(...list.slice(start, start + PAGE).map((photo) => tile(photo, list)));
    const left = list.length - wall.children.length;
    more.hidden = left <= 0;
    more.textContent = say("showMore", { num: Math.min(PAGE, left), total: left });
    return wall.children[start];
  }

  filters.addEventListener("change", filterWall);
  filters.addEventListener("submit", (event) => event.preventDefault());
  more.addEventListener("click", () => growWall()?.querySelector("button").focus({ preventScroll: true }));

  /* The viewer: the photos of a cell, or one photo with what was thought of it */

  const viewer = document.getElementById("viewer");
  const title = document.getElementById("viewer-title");
  const body = document.getElementById("viewer-body");
  const back = document.getElementById("viewer-back");
  let step = null; // moves to another photo while one is shown

  function open(heading, children, onBack = null) {
    title.textContent = heading;
    body.replaceChildren(...children);
    body.scrollTop = 0;
    back.hidden = !onBack;
    back.onclick = onBack;
    if (!viewer.open) {
      viewer.showModal();
    }
    title.focus({ preventScroll: true });
  }

  /** What photos of one kind are, in words: recognised, or taken for something else. */
  function name(actual, predicted) {
    const labels = { actual: store.labels[actual], predicted: store.labels[predicted] };
    return say(actual === predicted ? "recognised" : "confused", labels);
  }

  function showCell(actual, predicted, total) {
    step = null;
    const list = photos.filter((photo) => photo.actual === actual && photo.predicted === predicted);
    list.sort((a, b) => (actual === predicted ? a.confidence - b.confidence : b.confidence - a.confidence));
    const heading = name(actual, predicted);
    const first = say(actual === predicted ? "mostDoubtfulFirst" : "mostConfidentFirst");
    let words = say("photos", { num: total }) + (total === 1 ? "" : `, ${first}`);
    if (list.length < total) {
      words += `; ${say("pageHolds", { num: list.length })}`;
    }
    const again = () => showCell(actual, predicted, total);
    open(heading, [
      make("p", { className: "intro", textContent: `${words}.` }),
      make("ul", { className: "photos" }, ...list.map((photo) => tile(photo, list, again))),
    ]);
  }

  function bar(code, share, actual) {
    const row = make("li", { className: code === actual ? "guess guess--actual" : "guess" },
      make("span", { className: "guess__label" }, store.labels[code],
        code === actual ? make("small", { textContent: ` ${say("whatItIs")}` }) : null),
      make("span", { className: "guess__share", textContent: tenths.format(share) }),
      make("span", { className: "guess__bar" }));
    row.style.setProperty("--share", share);
    return row;
  }

  function showPhoto(list, place, onBack = null) {
    const photo = list[place];
    const guesses = photo.guesses.map(([code, share]) => bar(code, share, photo.actual));
    if (!photo.guesses.some(([code]) => code === photo.actual)) {
      guesses.push(bar(photo.actual, photo.actualProbability, photo.actual));
    }
    step = (by) => showPhoto(list, (place + by + list.length) % list.length, onBack);
    const move = (text, by) => {
      const button = make("button", { type: "button", className: "button button--quiet", textContent: text });
      button.addEventListener("click", () => step(by));
      return button;
    };
    open(name(photo.actual, photo.predicted), [
      make("div", { className: "single" },
        frame(photo),
        make("div", {},
          make("p", { className: "eyebrow", textContent: say("whatItThought") }),
          make("ul", { className: "guesses" }, ...guesses),
          make("dl", { className: "facts" },
            make("dt", { textContent: say("photo") }), make("dd", { textContent: photo.image }),
            make("dt", { textContent: say("product") }), make("dd", { textContent: photo.productId })))),
      list.length > 1
        ? make("div", { className: "steps" }, move(`← ${say("previous")}`, -1),
          make("span", { textContent: say("place", { num: place + 1, total: list.length }) }),
          move(`${say("next")} →`, 1))
        : "",
    ], onBack);
  }

  document.getElementById("viewer-close").addEventListener("click", () => viewer.close());
  viewer.addEventListener("click", (event) => event.target === viewer && viewer.close());
  viewer.addEventListener("close", () => body.replaceChildren());
  viewer.addEventListener("keydown", (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step && by) {
      event.preventDefault();
      step(by);
    }
  });

  for (const button of document.querySelectorAll("[data-cell]")) {
    button.addEventListener("click", () => {
      const [actual, predicted] = button.dataset.cell.split(",").map(Number);
      const cell = document.querySelector(`.matrix [data-cell="${actual},${predicted}"]`);
      const inPage = photos.filter((photo) => photo.actual === actual && photo.predicted === predicted).length;
      showCell(actual, predicted, cell ? Number(cell.dataset.photos) : inPage);
    });
  }
  for (const strip of document.querySelectorAll(".photos:not(#wall-photos)")) {
    const buttons = [...strip.querySelectorAll("[data-photo]")];
    const list = buttons.map((button) => photos[Number(button.dataset.photo)]);
    buttons.forEach((button, place) => button.addEventListener("click", () => showPhoto(list, place)));
  }

  /* The matrix is one stop for the tab key; arrows go to the next filled cell. */

  const matrix = document.querySelector(".matrix");
  const cells = [...matrix.querySelectorAll("button")];
  if (cells.length) {
    cells[0].tabIndex = 0;
  }
  const where = (cell) => [cell.parentNode.parentNode.rowIndex, cell.parentNode.cellIndex];

  function neighbour(from, key) {
    const [row, column] = where(from);
    const ahead = {
      ArrowRight: ([r, c]) => (r === row && c > column ? c - column : 0),
      ArrowLeft: ([r, c]) => (r === row && c < column ? column - c : 0),
      ArrowDown: ([r, c]) => (r > row ? (r - row) + Math.abs(c - column) * 1000 : 0),
      ArrowUp: ([r, c]) => (r < row ? (row - r) + Math.abs(c - column) * 1000 : 0),
    }[key];
    if (!ahead) {
      return null;
    }
    const found = cells.map((cell) => [ahead(where(cell)), cell]).filter(([distance]) => distance > 0);
    return found.sort(([a], [b]) => a - b)[0]?.[1] ?? from;
  }

  matrix.addEventListener("keydown", (event) => {
    const next = event.target.matches("button") ? neighbour(event.target, event.key) : null;
    if (next) {
      event.preventDefault();
      next.focus();
    }
  });
  matrix.addEventListener("focusin", (event) => {
    cells.forEach((cell) => { cell.tabIndex = cell === event.target ? 0 : -1; });
  });

  /* The row and column under the pointer or the focus stand out. */

  function mark(cell) {
    matrix.querySelectorAll(".lit").forEach((header) => header.classList.remove("lit"));
    if (cell && cell.parentNode.rowIndex > 0) {
      cell.parentNode.cells[0].classList.add("lit");
      matrix.rows[0].cells[cell.cellIndex].classList.add("lit");
    }
  }
  for (const kind of ["pointerover", "focusin"]) {
    matrix.addEventListener(kind, (event) => mark(event.target.closest("td")));
  }
  matrix.addEventListener("pointerleave", () => mark(null));

  /* Tables that can be sorted by a heading */

  for (const table of document.querySelectorAll("[data-sortable]")) {
    [...table.tHead.rows[0].cells].forEach((header, column) => {
      const button = make("button", { type: "button", className: "sort", textContent: header.textContent });
      header.replaceChildren(button);
      button.addEventListener("click", () => {
        const down = header.getAttribute("aria-sort") === "ascending";
        for (const other of table.tHead.rows[0].cells) {
          other.removeAttribute("aria-sort");
        }
        header.setAttribute("aria-sort", down ? "descending" : "ascending");
        const value = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent;
        const compare = column === 0
          ? (a, b) => value(a).localeCompare(value(b), language)
          : (a, b) => Number(value(a)) - Number(value(b));
        const rows = [...table.tBodies[0].rows].sort(compare);
        table.tBodies[0].append(...(down ? rows.reverse() : rows));
      });
    });
  }

  document.querySelectorAll("img[data-thumb]").forEach((image) => watcher.observe(image));
  filterWall();
  document.documentElement.classList.add("enhanced");
})();
