/* A number that was called makes the phone buzz once, and says so in the title, which a phone shows among its tabs. */
(() => {
  "use strict";

  const told = new Set();
  const title = document.title;

  const look = () => {
    const called = document.querySelectorAll("[data-called]");
    document.title = called.length ? `(${called.length}) ${title}` : title;
    for (const one of called) {
      if (told.has(one.dataset.called)) continue;
      told.add(one.dataset.called);
      if (navigator.vibrate) navigator.vibrate([200, 100, 200]);
    }
  };

  document.addEventListener("DOMContentLoaded", look);
  document.addEventListener("htmx:afterSwap", look);
})();
