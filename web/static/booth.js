/* A booth's scanner: the camera fills the form and sends it; a hand scanner types into the same field. */
(() => {
  "use strict";

  const box = document.querySelector("[data-booth-camera]");
  const form = document.getElementById("scan-form");
  if (!box || !form) return;
  const video = box.querySelector("video");
  const said = box.querySelector("[data-said]");
  const start = box.querySelector("[data-start]");
  const stop = box.querySelector("[data-stop]");
  const code = form.elements.code;

  const send = () => {
    if (navigator.onLine) form.requestSubmit();
    else {
      said.textContent = box.dataset.offline;
      window.addEventListener("online", () => form.requestSubmit(), {once: true});
    }
  };

  form.addEventListener("submit", (event) => {
    if (!navigator.onLine) {
      event.preventDefault();
      send();
      return;
    }
    /* A second press while the first is under way would only be answered later. */
    form.querySelector("button").disabled = true;
  });

  const show = (on) => {
    video.hidden = !on;
    start.hidden = on;
    stop.hidden = !on;
  };

  const camera = window.yangguangCamera(video, {
    detector: box.dataset.detector,
    wasm: box.dataset.wasm,
    seen: (text) => {
      code.value = text;
      form.elements.scanned.value = "true";
      camera.stop();
      show(false);
      if (navigator.vibrate) navigator.vibrate(60);
      send();
    },
    failed: (why) => {
      show(false);
      said.textContent = box.dataset[why] || box.dataset.broken;
      code.focus();
    },
  });

  /* Gone back to, the page is as it was left: its scan is written already, so it begins anew. */
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) window.location.reload();
  });

  show(false);
  start.addEventListener("click", async () => {
    said.textContent = "";
    show(true);
    await camera.start();
  });
  stop.addEventListener("click", () => {
    camera.stop();
    show(false);
  });
  code.addEventListener("input", () => {
    form.elements.scanned.value = "false";
  });
})();
