// The photo form without detours: choosing, dropping or pasting a photo searches at once.
// Every page works without this file; then the browser's own file field and the Search button are shown.

document.documentElement.classList.add("enhanced");

const PHOTO_SUFFIX = /\.(jpe?g|png|webp|gif|bmp|tiff?|avif|hei[cf])$/i;

function looksLikePhoto(file) {
  // Desktop browsers give HEIC files no type, so the name has a say too; the server has the last word.
  return file.type.startsWith("image/") || PHOTO_SUFFIX.test(file.name);
}

function enhance(form) {
  const find = (name) => form.querySelector(`[data-${name}]`);
  const zone = find("zone");
  const progress = find("progress");
  const preview = find("preview");
  const status = find("status");
  const problem = find("problem");
  const inputs = [...form.querySelectorAll("input[type=file]")];
  let address = null;

  function reset() {
    form.classList.remove("ask--busy", "ask--over");
    progress.hidden = true;
    status.textContent = "";
    inputs.forEach((input) => (input.value = ""));
    if (address) URL.revokeObjectURL(address);
    address = null;
    preview.removeAttribute("src");
  }

  function refuse(message) {
    reset();
    problem.textContent = message;
  }

  function showProgress(file) {
    address = URL.createObjectURL(file);
    preview.src = address;
    // A browser that can't show the format (HEIC, mostly) searches all the same, just without a preview.
    preview.hidden = false;
    preview.onerror = () => (preview.hidden = true);
    progress.hidden = false;
    form.classList.add("ask--busy");
    status.textContent = status.dataset.searching;
  }

  function send(input) {
    const file = input.files[0];
    problem.textContent = "";
    if (!file) return;
    if (!looksLikePhoto(file)) return refuse(form.dataset.notAPhoto);
    if (file.size > Number(form.dataset.maxBytes)) return refuse(form.dataset.tooLarge);
    inputs.filter((other) => other !== input).forEach((other) => (other.value = ""));
    showProgress(file);
    form.submit();
  }

  function take(files) {
    const photo = [...files].find(looksLikePhoto);
    if (!photo) return files.length ? refuse(form.dataset.notAPhoto) : undefined;
    const carrier = new DataTransfer();
    carrier.items.add(photo);
    inputs[0].files = carrier.files;
    send(inputs[0]);
  }

  inputs.forEach((input) => input.addEventListener("change", () => send(input)));

  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    form.classList.add("ask--over");
  });
  zone.addEventListener("dragleave", (event) => {
    if (!zone.contains(event.relatedTarget)) form.classList.remove("ask--over");
  });
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("ask--over");
    take(event.dataTransfer.files);
  });

  // Coming back with the browser's button finds the page as it was left, mid-search; let it be usable again.
  window.addEventListener("pageshow", (event) => event.persisted && reset());

  return take;
}

const forms = [...document.querySelectorAll("form[data-ask]")].map(enhance);

if (forms.length) {
  document.addEventListener("paste", (event) => {
    if (event.clipboardData.files.length) forms[0](event.clipboardData.files);
  });
  // A photo dropped beside the zone would replace the page by the photo.
  for (const name of ["dragover", "drop"]) {
    window.addEventListener(name, (event) => event.preventDefault());
  }
}
