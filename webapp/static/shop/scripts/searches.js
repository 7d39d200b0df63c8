// Past photo searches, with a small copy of each photo, in this browser only. While the shop still has the photo, a search
// is found at its address; afterwards the copy is sent once more.

const SIDE = 480; // pixels; of the copy, about 30 KB
const QUALITY = 0.72;
const searches = shop.memory("searches", 8);

function copyOf(photo) {
  const factor = Math.min(1, SIDE / Math.max(photo.naturalWidth, photo.naturalHeight));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(photo.naturalWidth * factor));
  canvas.height = Math.max(1, Math.round(photo.naturalHeight * factor));
  canvas.getContext("2d").drawImage(photo, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", QUALITY);
}

async function remember(answer) {
  const photo = answer.querySelector(".query__photo img");
  const title = answer.querySelector("h1")?.textContent.trim();
  if (!photo || !title || !/^\/search(\/|$)/.test(location.pathname)) return;
  try {
    await photo.decode();
    const kept = location.pathname !== "/search";
    const id = kept ? location.pathname : `${location.pathname}#${Date.now()}`;
    const before = searches.read().find((one) => one.id === id);
    searches.add(before ? { ...before, title } : { id, title, url: location.pathname, at: Date.now(), image: copyOf(photo) });
  } catch {
    // A photo that can't be drawn isn't remembered.
  }
}

function toFile(address) {
  const bytes = Uint8Array.from(atob(address.split(",")[1]), (letter) => letter.charCodeAt(0));
  return new File([bytes], "photo.jpg", { type: "image/jpeg" });
}

// Sends the copy through the page's photo form, which shows progress and problems.
function searchAgain(section, image) {
  const input = section.querySelector("form[data-ask] input[type=file]");
  const carrier = new DataTransfer();
  carrier.items.add(toFile(image));
  input.files = carrier.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function age(search) {
  return (Date.now() - search.at) / 60_000;
}

shop.mount("[data-searches-list]", (section) => {
  const past = searches.read().filter((one) => typeof one.image === "string" && one.image.startsWith("data:image/jpeg;base64,"));
  section.querySelector("[data-none]").hidden = past.length > 0;
  section.querySelector("[data-clear]").hidden = past.length === 0;
  section.querySelector("[data-items]").replaceChildren(
    ...past.map((search) => {
      const card = shop.cardOf(search);
      card.querySelector("a").addEventListener("click", (event) => {
        if (age(search) < Number(section.dataset.minutes) - 1) return;
        event.preventDefault();
        try {
          searchAgain(section, search.image);
        } catch {
          searches.remove(search.id); // the copy is damaged
          card.remove();
        }
      });
      return card;
    }),
  );
  section.querySelector("[data-clear]").addEventListener("click", () => {
    searches.clear();
    section.querySelector("[data-items]").replaceChildren();
    section.querySelector("[data-none]").hidden = false;
    section.querySelector("[data-clear]").hidden = true;
    shop.announce(shop.words("searchesCleared"));
    section.querySelector("h2").focus({ preventScroll: true });
  });
});

shop.mount("[data-answer]", remember);
