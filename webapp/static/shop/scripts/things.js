// Hotspots on the things in the shopper's photo. They are asked for once the answer is there, and kept with the photo.

const APART = 30; // pixels between the middles of two hotspots, where there is room

function middleOf({ left, top, width, height }) {
  return { x: left + width / 2, y: top + height / 2 };
}

// Moves hotspots that lie on each other apart, up and down: a coat hangs open over a dress.
function spread(middles, { width, height }) {
  [...middles].sort((one, other) => one.y - other.y).forEach((middle, place, sorted) => {
    for (const above of sorted.slice(0, place)) {
      const near = Math.abs(middle.x - above.x) * width < APART && (middle.y - above.y) * height < APART;
      if (near && height) middle.y = Math.min(0.97, above.y + APART / height);
    }
  });
}

function placeThings(stage, things) {
  const list = document.createElement("ul");
  list.className = "things";
  list.setAttribute("role", "list");
  list.setAttribute("aria-label", stage.dataset.thingsName);
  const middles = things.map(({ box }) => middleOf(shop.boxes.parseBox(box)));
  spread(middles, stage.getBoundingClientRect());
  const marks = things.map(({ name, box }, number) => {
    const item = document.createElement("li");
    const mark = document.createElement("button");
    mark.type = "button";
    mark.className = "thing";
    mark.setAttribute("aria-label", name);
    mark.title = name;
    item.style.left = `${middles[number].x * 100}%`;
    item.style.top = `${middles[number].y * 100}%`;
    mark.addEventListener("click", () => stage.dispatchEvent(new CustomEvent("shop:box", { detail: box })));
    item.append(mark);
    list.append(item);
    return { mark, box };
  });
  const tell = () => marks.forEach(({ mark, box }) => mark.setAttribute("aria-pressed", String(box === stage.dataset.box)));
  stage.addEventListener("shop:kept", tell);
  tell();
  stage.append(list);
  stage.dispatchEvent(new Event("shop:things"));
}

shop.mount("[data-crop][data-things]", async (stage) => {
  try {
    const response = await fetch(stage.dataset.things, { headers: { Accept: "application/json" } });
    const { things } = response.ok ? await response.json() : { things: [] };
    const sound = things.filter(({ box }) => shop.boxes.parseBox(box));
    if (sound.length) placeThings(stage, sound);
  } catch {
    // The frame finds them as well.
  }
});
