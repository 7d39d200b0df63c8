// Sends a form with a photo, reports the progress, and finds the address of the results.

const PATIENCE_MS = 45_000; // without a byte moving; a slow line that moves may take as long as it likes

// Sends and returns {cancel}. Exactly one of these is called, unless it was cancelled:
//   onAnswer(address)   the results have this address
//   onPage(html)        the results are this page, and have no address
//   onProblem(kind, words)   kind is a data attribute of the form; words are the server's message, if there is one
// onProgress(fraction) is called while the photo is being sent, with 1 at the end.
shop.upload = (form, data, { onProgress, onAnswer, onPage, onProblem }) => {
  const request = new XMLHttpRequest();
  let settled = false;
  const settle = (tell) => {
    if (settled) return;
    settled = true;
    clearTimeout(timer);
    tell?.();
    if (request.readyState !== XMLHttpRequest.DONE) request.abort();
  };
  const giveUp = () => settle(() => onProblem("timeout"));
  let timer = setTimeout(giveUp, PATIENCE_MS);

  request.upload.addEventListener("progress", (event) => {
    clearTimeout(timer);
    timer = setTimeout(giveUp, PATIENCE_MS);
    if (!settled && event.lengthComputable && event.total) onProgress(event.loaded / event.total);
  });
  request.upload.addEventListener("load", () => settled || onProgress(1));
  request.addEventListener("readystatechange", () => {
    if (request.readyState !== XMLHttpRequest.HEADERS_RECEIVED) return;
    const moved = bare(request.responseURL) !== bare(form.action);
    if (moved && request.status < 300) settle(() => onAnswer(request.responseURL));
  });
  request.addEventListener("load", () => {
    settle(() => {
      const made = request.status === 201 && request.getResponseHeader("Location");
      if (made) onAnswer(new URL(made, form.action).href);
      else if (request.status < 300) onPage(request.responseText);
      else onProblem(kindOf(request.status), wordsOf(request));
    });
  });
  request.addEventListener("error", () => settle(() => onProblem(navigator.onLine ? "away" : "offline")));

  request.open("POST", form.action);
  // Prefers the address of the results (201) to a redirect (303): following a redirect would search twice.
  request.setRequestHeader("Accept", "application/json, text/html;q=0.9");
  request.send(data);
  return { cancel: () => settle() };
};

function bare(address) {
  return address.split(/[?#]/)[0];
}

function kindOf(status) {
  if (status === 413) return "tooLarge";
  if (status === 415) return "notAPhoto";
  if (status === 422) return "tooSmall";
  return status >= 502 && status <= 504 ? "away" : "unexpected";
}

// The server's error pages say precisely what was wrong, in the reader's language.
function wordsOf(request) {
  if (!request.getResponseHeader("Content-Type")?.startsWith("text/html")) return "";
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  const said = [...page.querySelectorAll(".trouble h1, .trouble .lead")].map((element) => element.textContent.trim());
  return said.length === 2 ? said.map((text) => (/[.!?]$/.test(text) ? text : `${text}.`)).join(" ") : "";
}
