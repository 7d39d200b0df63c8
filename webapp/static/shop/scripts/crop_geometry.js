// The geometry of the frame. A box is {left, top, width, height}, each a fraction of the photo.

const WHOLE = { left: 0, top: 0, width: 1, height: 1 };
const WHOLE_ENOUGH = 0.995; // of each side; a hand can't hit the edge exactly

function clamp(value, least, most) {
  return Math.min(Math.max(value, least), most);
}

// The box that "x,y,width,height" describes; null for any other text.
function parseBox(text) {
  const numbers = (text || "").split(",").map(Number);
  if (numbers.length !== 4 || !numbers.every(Number.isFinite)) return null;
  const [left, top, width, height] = numbers;
  if (left < 0 || top < 0 || width <= 0 || height <= 0 || left + width > 1.001 || top + height > 1.001) return null;
  return { left, top, width: Math.min(width, 1 - left), height: Math.min(height, 1 - top) };
}

function formatBox(box) {
  // Rounded so that the sum never leaves the photo.
  const [left, top] = [box.left, box.top].map((value) => Math.round(value * 1000));
  const width = Math.min(Math.round(box.width * 1000), 1000 - left);
  const height = Math.min(Math.round(box.height * 1000), 1000 - top);
  return [left, top, width, height].map((value) => value / 1000).join(",");
}

function isWhole(box) {
  return box.width >= WHOLE_ENOUGH && box.height >= WHOLE_ENOUGH;
}

// The box moved by fractions of the photo, and kept inside the photo.
function moveBox(box, right, down) {
  return {
    ...box,
    left: clamp(box.left + right, 0, 1 - box.width),
    top: clamp(box.top + down, 0, 1 - box.height),
  };
}

// The box resized at a handle ("n", "se", ...). The opposite side stays; never smaller than least {width, height}.
function resizeBox(box, handle, right, down, least) {
  let [west, north, east, south] = [box.left, box.top, box.left + box.width, box.top + box.height];
  if (handle.includes("w")) west = clamp(west + right, 0, Math.max(0, east - least.width));
  if (handle.includes("e")) east = clamp(east + right, Math.min(1, west + least.width), 1);
  if (handle.includes("n")) north = clamp(north + down, 0, Math.max(0, south - least.height));
  if (handle.includes("s")) south = clamp(south + down, Math.min(1, north + least.height), 1);
  return { left: west, top: north, width: east - west, height: south - north };
}

shop.boxes = { WHOLE, parseBox, formatBox, isWhole, moveBox, resizeBox };
