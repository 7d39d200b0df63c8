// Shows a product's photos as large as the window: tap to enlarge, drag to move, arrows for the next photo.

const NEAR = 2.2; // times the size that fits the window
const STILL_PIXELS = 6; // a hand that presses moves a little

function openZoom(links, first) {
  const dialog = shop.copyOf("zoom-words");
  if (!dialog) return false;
  const find = (name) => dialog.querySelector(`[data-zoom-${name}]`);
  const [stage, photo, count] = ["stage", "photo", "count"].map(find);
  let number = first;
  let near = false;
  let shift = { x: 0, y: 0 };
  let grip = null; // where a drag began

  function place() {
    const { clientWidth, clientHeight } = stage;
    const scale = near ? NEAR : 1;
    const room = (size, window_) => Math.max(0, (size * scale - window_) / 2);
    const [across, down] = [room(photo.offsetWidth, clientWidth), room(photo.offsetHeight, clientHeight)];
    shift = { x: Math.min(across, Math.max(-across, shift.x)), y: Math.min(down, Math.max(-down, shift.y)) };
    photo.style.scale = scale;
    photo.style.translate = `${shift.x}px ${shift.y}px`;
    stage.classList.toggle("zoom__stage--near", near);
  }

  function comeNear(wanted, x = 0, y = 0) {
    near = wanted;
    shift = near ? { x: -x * (NEAR - 1), y: -y * (NEAR - 1) } : { x: 0, y: 0 };
    place();
  }

  function show(next) {
    number = (next + links.length) % links.length;
    photo.src = links[number].href;
    photo.alt = links[number].querySelector("img")?.alt ?? "";
    count.textContent = shop.fill(count.dataset.words, { number: number + 1, total: links.length });
    comeNear(false);
  }

  stage.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button) return;
    grip = { x: event.clientX, y: event.clientY, shift, moved: false };
    stage.setPointerCapture(event.pointerId);
  });
  stage.addEventListener("pointermove", (event) => {
    if (!grip) return;
    const [x, y] = [event.clientX - grip.x, event.clientY - grip.y];
    grip.moved ||= Math.hypot(x, y) > STILL_PIXELS;
    if (!grip.moved || !near) return;
    shift = { x: grip.shift.x + x, y: grip.shift.y + y };
    place();
  });
  stage.addEventListener("pointerup", (event) => {
    if (!grip) return;
    const across = event.clientX - grip.x;
    if (!grip.moved) {
      const { left, top, width, height } = stage.getBoundingClientRect();
      comeNear(!near, event.clientX - left - width / 2, event.clientY - top - height / 2);
    } else if (!near && links.length > 1 && Math.abs(across) > 60) {
      show(number + (across < 0 ? 1 : -1));
    }
    grip = null;
  });
  stage.addEventListener("pointercancel", () => (grip = null));
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowRight") show(number + 1);
    else if (event.key === "ArrowLeft") show(number - 1);
    else if (event.key === "+" || event.key === "=") comeNear(true);
    else if (event.key === "-") comeNear(false);
    else return;
    event.preventDefault();
  });
  for (const [name, step] of [["earlier", -1], ["later", 1]]) {
    find(name).hidden = links.length < 2;
    find(name).addEventListener("click", () => show(number + step));
  }
  find("close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    dialog.remove();
    links[number].focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  show(number);
  find("close").focus();
  return true;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-zoom]");
  if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  const links = [...document.querySelectorAll("a[data-zoom]")];
  if (openZoom(links, links.indexOf(link))) event.preventDefault();
});
