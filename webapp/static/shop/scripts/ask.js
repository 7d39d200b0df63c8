// The photo form: choosing, dropping, pasting or taking a photo searches at once.

const PHOTO_SUFFIX = /\.(jpe?g|png|webp|gif|bmp|tiff?|avif|hei[cf])$/i;
const takers = new WeakMap(); // form -> what takes files for it; forms of answers that are gone keep nothing

function looksLikePhoto(file) {
  // Desktop browsers give HEIC files no type, so the name counts too; the server decides.
  return file.type.startsWith("image/") || PHOTO_SUFFIX.test(file.name);
}

function enhanceAsk(form) {
  const find = (name) => form.querySelector(`[data-${name}]`);
  const [progress, preview, status, bar, problem] = ["progress", "preview", "status", "bar", "problem"].map(find);
  const inputs = [...form.querySelectorAll("input[type=file]")];
  let address = null;
  let sending = null; // what can be cancelled, while a search is under way

  function reset() {
    sending?.cancel();
    sending = null;
    form.classList.remove("ask--busy", "ask--over");
    progress.hidden = true;
    status.textContent = "";
    inputs.forEach((input) => (input.value = ""));
    preview.removeAttribute("src");
    if (address) URL.revokeObjectURL(address);
    address = null;
  }

  function refuse(kind, words) {
    reset();
    problem.textContent = words || form.dataset[kind] || form.dataset.unexpected;
    inputs[0].focus({ preventScroll: true });
    problem.scrollIntoView({ block: "nearest" });
  }

  function showProgress(file) {
    address = URL.createObjectURL(file);
    preview.src = address;
    // If the browser can't show the format (mostly HEIC), the search has no preview.
    preview.hidden = false;
    preview.onerror = () => (preview.hidden = true);
    progress.hidden = false;
    form.classList.add("ask--busy");
    status.textContent = status.dataset.preparing;
    bar.removeAttribute("value");
    find("cancel").focus({ preventScroll: true });
  }

  function showFraction(fraction) {
    const text = fraction < 1 ? status.dataset.sending : status.dataset.searching;
    if (status.textContent !== text) status.textContent = text; // said once each, not at every percent
    if (fraction < 1) bar.value = fraction;
    else bar.removeAttribute("value");
  }

  async function search(file) {
    problem.textContent = "";
    if (!looksLikePhoto(file)) return refuse("notAPhoto");
    if (!navigator.onLine) return refuse("offline");
    reset();
    showProgress(file);
    const mine = (sending = { cancel() {} });
    const { photo, name, tooSmall } = await shop.scale(file);
    if (sending !== mine) return; // cancelled, or another photo came meanwhile
    if (tooSmall) return refuse("tooSmall");
    if (photo.size > Number(form.dataset.maxBytes)) return refuse("tooLarge");
    const data = new FormData(form);
    data.delete("photo");
    data.append("photo", photo, name);
    sending = shop.upload(form, data, {
      onProgress: showFraction,
      onAnswer: (answer) => location.assign(answer),
      onPage: (html) => showPage(form.action, html),
      onProblem: refuse,
    });
  }

  function take(files) {
    const photo = [...files].find(looksLikePhoto);
    if (photo) search(photo);
    else if (files.length) refuse("notAPhoto");
  }

  inputs.forEach((input) => input.addEventListener("change", () => input.files[0] && search(input.files[0])));
  find("cancel").addEventListener("click", () => {
    reset();
    inputs[0].focus({ preventScroll: true });
  });
  form.addEventListener("keydown", (event) => event.key === "Escape" && sending && find("cancel").click());
  form.addEventListener("submit", (event) => {
    const chosen = inputs.find((input) => input.files[0]);
    if (!chosen) return;
    event.preventDefault();
    search(chosen.files[0]);
  });
  takers.set(form, { take, reset });
}

// Results without an address of their own replace this page.
function showPage(address, html) {
  history.pushState(null, "", address);
  document.open();
  document.write(html);
  document.close();
}

const shownForms = () => [...document.querySelectorAll("form[data-ask]")].filter((form) => takers.has(form));

function frontmost() {
  const [form] = shownForms();
  return form && { form, ...takers.get(form) };
}

shop.mount("form[data-ask]", enhanceAsk);

document.addEventListener("paste", (event) => {
  const files = event.clipboardData?.files ?? [];
  if (files.length && frontmost()) {
    event.preventDefault();
    frontmost().take(files);
  }
});

// A photo may be dropped anywhere: outside the form, the browser would otherwise open it in place of the page.
addEventListener("dragover", (event) => {
  if (![...event.dataTransfer.types].some((type) => type === "Files" || type === "text/uri-list")) return;
  event.preventDefault();
  frontmost()?.form.classList.add("ask--over");
});
addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) frontmost()?.form.classList.remove("ask--over");
});
addEventListener("drop", (event) => {
  const target = frontmost();
  if (!target) return;
  event.preventDefault();
  target.form.classList.remove("ask--over");
  target.take(event.dataTransfer.files);
});

// After the browser's back button the page is as it was left, during a search; the form is made usable again.
addEventListener("pageshow", (event) => event.persisted && shownForms().forEach((form) => takers.get(form).reset()));
