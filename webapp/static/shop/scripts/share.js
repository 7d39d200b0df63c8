// Sharing: the system's own sheet where there is one, else the address in the clipboard.

const COPIED_MS = 2500;
const timers = new Map(); // button -> what gives it its own words back

function sayCopied(button) {
  const words = timers.get(button)?.words ?? button.textContent;
  clearTimeout(timers.get(button)?.timer);
  button.textContent = shop.words("copied");
  const giveBack = () => {
    button.textContent = words;
    timers.delete(button);
  };
  timers.set(button, { words, timer: setTimeout(giveBack, COPIED_MS) });
}

async function share(button) {
  const url = location.href;
  if (navigator.share) {
    try {
      return await navigator.share({ title: document.title, url });
    } catch (error) {
      if (error.name === "AbortError") return; // the shopper changed their mind
    }
  }
  try {
    await navigator.clipboard.writeText(url);
    sayCopied(button);
    shop.announce(button.dataset.said || shop.words("copied"));
  } catch {
    prompt(shop.words("copy"), url); // browsers without a clipboard for scripts, such as over plain HTTP
  }
}

shop.mount("[data-share]", (button) => {
  button.hidden = false;
  button.addEventListener("click", () => share(button));
});
