// The photo button: on a page with a photo form of its own it opens that form's file picker.

document.addEventListener("click", (event) => {
  if (event.button || event.metaKey || event.ctrlKey || event.shiftKey || !event.target.closest("[data-camera]")) return;
  const form = document.querySelector("main form[data-ask]");
  if (!form) return;
  event.preventDefault();
  form.addEventListener("change", () => form.scrollIntoView({ block: "center" }), { once: true });
  form.querySelector("input[type=file]").click();
});
