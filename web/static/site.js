/* What works a little better with a script; everything here also works without it. */
(() => {
  "use strict";

  const TOAST_MS = 10000;

  /* The box of errors takes the focus, so that a screen reader begins there. */
  const focusErrors = (root) => {
    const box = root.querySelector(".errors[role=alert]");
    if (box) box.focus();
  };

  /* A word about what was done goes after ten seconds, unless somebody is on it. */
  const endToasts = (root) => {
    for (const toast of root.querySelectorAll(".toast")) {
      const leave = () => {
        if (toast.matches(":hover, :focus-within")) setTimeout(leave, TOAST_MS);
        else toast.remove();
      };
      setTimeout(leave, TOAST_MS);
    }
  };

  /* On a phone a row of tabs is longer than the screen: the one that is open is brought into sight. */
  const showTab = () => {
    for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
      const row = tab.closest(".tabs");
      const over = tab.getBoundingClientRect().right - row.getBoundingClientRect().right;
      if (over > 0) row.scrollLeft += over + tab.offsetWidth / 2;
    }
  };

  document.addEventListener("click", (event) => {
    const close = event.target.closest("[data-close]");
    if (close) {
      const box = document.getElementById(close.dataset.close);
      box.open = false;
      box.querySelector("summary").focus();
    }
    const print = event.target.closest("[data-print]");
    if (print) window.print();
    const copy = event.target.closest("[data-copy]");
    if (copy) copyText(copy);
  });

  /* The text of a field goes to the clipboard; where a browser forbids it, the text is marked for copying by hand. */
  const copyText = async (button) => {
    const source = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.textContent);
      button.textContent = button.dataset.done;
    } catch {
      window.getSelection().selectAllChildren(source);
    }
  };

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const box = event.target.closest("details.confirm[open]");
    if (box) {
      box.open = false;
      box.querySelector("summary").focus();
    }
  });

  /* A button may be tapped by its digit, but not while somebody writes. */
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target.closest("input, textarea, select")) return;
    const button = /^[1-9]$/.test(event.key) && document.querySelector(`[data-key="${event.key}"]`);
    if (button) button.click();
  });

  /* What a person folded open stays open when the part of the page around it comes anew. */
  const open = new Set();
  document.addEventListener("htmx:beforeSwap", (event) => {
    for (const box of event.detail.target.querySelectorAll("details[data-keep-open][id]")) {
      if (box.open) open.add(box.id);
      else open.delete(box.id);
    }
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    for (const box of event.detail.target.querySelectorAll("details[data-keep-open][id]")) {
      box.open = open.has(box.id);
    }
  });

  /* What just came keeps the place of what it replaced: focus goes to its heading if it was lost. */
  document.addEventListener("htmx:afterSettle", (event) => {
    const target = event.detail.elt;
    focusErrors(target);
    endToasts(target);
    if (document.activeElement === document.body) {
      const heading = target.querySelector("h1[tabindex], h2[tabindex], [data-focus]");
      if (heading) heading.focus();
    }
    /* A page that waited for a job is shown anew when the job is over. */
    const over = target.matches("[data-job-over]") ? target : target.querySelector("[data-job-over]");
    const waiting = over && over.closest("[data-reload-when-over]");
    if (waiting) window.location.reload();
  });

  document.addEventListener("DOMContentLoaded", () => {
    showTab();
    focusErrors(document);
    endToasts(document);
  });
})();
