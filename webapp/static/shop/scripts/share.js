// Sharing: the system's own sheet where there is one, else the address in the clipboard.

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
    const before = button.textContent;
    button.textContent = shop.words("copied");
    setTimeout(() => (button.textContent = before), 2500);
    shop.announce(button.dataset.said || shop.words("copied"));
  } catch {
    prompt(shop.words("copy"), url); // browsers without a clipboard for scripts, such as over plain HTTP
  }
}

shop.mount("[data-share]", (button) => {
  button.hidden = false;
  button.addEventListener("click", () => share(button));
});
