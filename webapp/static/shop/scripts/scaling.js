// Scales photos before they are sent: a search uses 1600 pixels, so a phone needn't send 12 megabytes.

const LONGEST_SIDE = 1600; // pixels; what the server keeps of a photo
const QUALITY = 0.85;
const SMALLEST_SIDE = 16; // pixels; what the server refuses below
const SMALL_BYTES = 600_000; // nothing is gained by encoding these again

// What to send for a photo: {photo, name}, scaled if the browser can; {tooSmall: true} if the photo is too small.
// A photo that the browser can't decode (mostly HEIC) is sent as it is, and the server decides.
shop.scale = async (file) => {
  let bitmap = null;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    if (Math.min(bitmap.width, bitmap.height) < SMALLEST_SIDE) return { tooSmall: true };
    const factor = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
    if (factor === 1 && file.size <= SMALL_BYTES) return { photo: file, name: file.name };
    const smaller = await encode(bitmap, factor);
    if (smaller && smaller.size < file.size) return { photo: smaller, name: "photo.jpg" };
  } catch {
    // The browser can't decode the photo, or the canvas is too large for the device.
  } finally {
    bitmap?.close();
  }
  return { photo: file, name: file.name || "photo" };
};

async function encode(bitmap, factor) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * factor));
  canvas.height = Math.max(1, Math.round(bitmap.height * factor));
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff"; // JPEG knows no transparency
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}
