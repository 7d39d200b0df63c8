// The frame over the photo: mouse, touch and keyboard move and resize it; letting go searches the part inside.

const HANDLES = ["nw", "n", "ne", "e", "se", "s", "sw", "w"];
const LEAST_PIXELS = 76; // three handles side by side stay apart
const STEP = 0.02; // of the photo, for a press of an arrow
const KEYS_MS = 700;
const HELD_MS = 120; // that a frame in a hand rests before the results follow it
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const { WHOLE, parseBox, formatBox, isWhole, moveBox, resizeBox } = shop.boxes;

function enhanceCrop(stage) {
  const [frame, light, position] = ["box", "light", "position"].map((name) => stage.querySelector(`[data-crop-${name}]`));
  const crop = stage.closest(".crop");
  let box = WHOLE;
  let guessed = false; // shown as a suggestion, not searched with
  let searched = "";

  function reset() {
    const chosen = parseBox(stage.dataset.box);
    const guess = stage.querySelector(".things") ? null : parseBox(stage.dataset.guess); // hotspots say more
    guessed = !chosen && guess !== null && !isWhole(guess);
    searched = chosen && !isWhole(chosen) ? formatBox(chosen) : "";
    draw(chosen ?? guess ?? WHOLE);
  }

  function draw(next) {
    box = next;
    for (const element of [frame, light]) {
      element.style.left = `${box.left * 100}%`;
      element.style.top = `${box.top * 100}%`;
      element.style.width = `${box.width * 100}%`;
      element.style.height = `${box.height * 100}%`;
    }
    stage.classList.toggle("crop--whole", isWhole(box));
    stage.classList.toggle("crop--guess", guessed);
  }

  function least() {
    const { width, height } = stage.getBoundingClientRect();
    return { width: Math.min(1, LEAST_PIXELS / (width || 1)), height: Math.min(1, LEAST_PIXELS / (height || 1)) };
  }

  function change(next) {
    guessed = false;
    draw(next);
  }

  function say() {
    const percent = (value) => Math.round(value * 100);
    const { left, top, width, height } = box;
    position.textContent = shop.fill(isWhole(box) ? stage.dataset.whole : stage.dataset.position, {
      left: percent(left),
      top: percent(top),
      width: percent(width),
      height: percent(height),
    });
  }

  function wanted() {
    return isWhole(box) ? "" : formatBox(box);
  }

  function addressOf(part) {
    const address = new URL(location.href);
    address.searchParams.delete("page");
    address.searchParams.delete("box");
    if (part) address.searchParams.set("box", part);
    return address.href.replaceAll("%2C", ",");
  }

  function searchNow() {
    searchSoon.cancel();
    previewSoon.cancel();
    if (wanted() === searched) return shop.endPreview();
    searched = wanted();
    const address = addressOf(searched);
    shop.visit(address, { ahead: shop.takePreview(address) });
  }

  const previewSoon = shop.debounce(() => shop.preview(addressOf(wanted())), HELD_MS);
  const searchSoon = shop.debounce(searchNow, KEYS_MS);

  function drag(event) {
    if (event.button || !event.isPrimary) return;
    const handle = event.target.dataset.handle ?? "";
    if (!handle && isWhole(box)) return; // nowhere to move to
    const { width, height } = stage.getBoundingClientRect();
    const start = { x: event.clientX, y: event.clientY, box };
    const smallest = least();
    event.preventDefault();
    frame.focus({ preventScroll: true });
    frame.setPointerCapture(event.pointerId);
    stage.classList.add("crop--held");
    const follow = (moved) => {
      const [right, down] = [(moved.clientX - start.x) / width, (moved.clientY - start.y) / height];
      if (!right && !down) return;
      change(handle ? resizeBox(start.box, handle, right, down, smallest) : moveBox(start.box, right, down));
      if (document.querySelector("[data-answer]")) previewSoon();
    };
    const release = (last) => {
      frame.removeEventListener("pointermove", follow);
      frame.removeEventListener("pointerup", release);
      frame.removeEventListener("pointercancel", release);
      stage.classList.remove("crop--held");
      if (last.type === "pointercancel") {
        previewSoon.cancel();
        shop.endPreview();
        return draw(start.box);
      }
      if (box === start.box) return;
      say();
      searchNow();
    };
    frame.addEventListener("pointermove", follow);
    frame.addEventListener("pointerup", release);
    frame.addEventListener("pointercancel", release);
  }

  function press(event) {
    const arrow = ARROWS[event.key];
    if (arrow) {
      event.preventDefault();
      const [right, down] = arrow.map((direction) => direction * STEP);
      change(event.shiftKey ? resizeBox(box, "se", right, down, least()) : moveBox(box, right, down));
      say();
      searchSoon();
    } else if (event.key === "Enter") {
      event.preventDefault();
      guessed = false;
      draw(box);
      searchNow();
    } else if (event.key === "Escape") {
      searchSoon.cancel();
      reset();
      say();
    }
  }

  for (const handle of HANDLES) {
    const grip = document.createElement("span");
    grip.className = "crop__handle";
    grip.dataset.handle = handle;
    frame.append(grip);
  }
  frame.addEventListener("pointerdown", drag);
  frame.addEventListener("keydown", press);
  frame.addEventListener("focus", say);
  stage.addEventListener("dblclick", () => {
    change(WHOLE);
    say();
    searchNow();
  });
  stage.addEventListener("shop:box", ({ detail }) => {
    change(parseBox(detail) ?? WHOLE);
    say();
    searchNow();
  });
  stage.addEventListener("shop:things", () => guessed && reset());
  stage.addEventListener("shop:kept", reset);
  reset();
  stage.querySelectorAll("[data-crop-layer]").forEach((layer) => (layer.hidden = false));
  crop?.classList.add("crop--ready");
}

shop.mount("[data-crop]", enhanceCrop);
