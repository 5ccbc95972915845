/* The drawing of a hall: booths by arrow keys, employers dragged or carried by keys; a block of cells drawn out.
   Everything here can also be done in the forms below the drawing. */
(() => {
  "use strict";

  const FAR = 6;
  const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const SCROLL = "booths.scroll";

  const send = (address, fields) => {
    const form = document.createElement("form");
    form.method = "post";
    form.action = address;
    for (const [name, value] of Object.entries(fields)) {
      const input = document.createElement("input");
      input.type = "hidden";
      input.name = name;
      input.value = value;
      form.append(input);
    }
    document.body.append(form);
    form.submit();
  };

  /* ---------- the plan ---------- */
  const plan = document.querySelector("[data-plan]");
  if (plan) {
    const booths = [...plan.querySelectorAll("a[data-booth]")];
    const says = document.getElementById("plan-says");
    const changes = "changes" in plan.dataset;
    let taken = null;

    const say = (words) => { says.textContent = words; };
    const at = (booth) => [Number(booth.dataset.c), Number(booth.dataset.r)];

    /* One booth is in the tab order; arrows go to the nearest one in their direction. */
    const enter = (booth) => {
      for (const one of booths) one.tabIndex = one === booth ? 0 : -1;
    };
    const neighbour = (booth, [dc, dr]) => {
      const [c, r] = at(booth);
      let best = null;
      let least = Infinity;
      for (const other of booths) {
        const [x, y] = at(other);
        const along = (x - c) * dc + (y - r) * dr;
        const aside = Math.abs((x - c) * dr) + Math.abs((y - r) * dc);
        if (along > 0 && along + 3 * aside < least) {
          least = along + 3 * aside;
          best = other;
        }
      }
      return best;
    };

    const put = (what, to) => {
      const into = { booth: to.dataset.booth, version: to.dataset.version, csrf_token: plan.dataset.token };
      sessionStorage.setItem(SCROLL, `${plan.scrollLeft},${plan.scrollTop}`);
      if (what.dataset.employer) send(plan.dataset.place, { ...into, employer: what.dataset.employer });
      else send(plan.dataset.move, { ...into, booth: what.dataset.booth, version: what.dataset.version, to: to.dataset.booth });
    };
    const may = (what, to) => {
      if (!to || to === what) return false;
      const fixed = "fixed" in to.dataset || "fixed" in what.dataset;
      if (fixed) say(plan.dataset.stays);
      return !fixed;
    };
    const leave = () => {
      if (taken) taken.classList.remove("taken");
      taken = null;
    };
    const take = (booth) => {
      if (!booth.dataset.holder) return;
      if ("fixed" in booth.dataset) {
        say(plan.dataset.stays);
        return;
      }
      taken = booth;
      booth.classList.add("taken");
      say(plan.dataset.taken.replace("%s", booth.dataset.holder));
    };

    const kept = (sessionStorage.getItem(SCROLL) || "").split(",").map(Number);
    sessionStorage.removeItem(SCROLL);
    const current = booths.find((one) => one.getAttribute("aria-current"));
    if (kept.length === 2) plan.scrollTo(kept[0], kept[1]);
    else if (current) {
      const box = current.getBoundingClientRect();
      const frame = plan.getBoundingClientRect();
      plan.scrollTo(box.left - frame.left - plan.clientWidth / 2, box.top - frame.top - plan.clientHeight / 2);
    }
    if (booths.length) enter(current || booths[0]);

    plan.addEventListener("focusin", (event) => {
      const booth = event.target.closest("a[data-booth]");
      if (booth) enter(booth);
    });
    plan.addEventListener("keydown", (event) => {
      const booth = event.target.closest("a[data-booth]");
      if (!booth || event.ctrlKey || event.metaKey || event.altKey) return;
      const next = KEYS[event.key] && neighbour(booth, KEYS[event.key]);
      if (KEYS[event.key]) {
        event.preventDefault();
        if (next) next.focus();
        if (next && taken) say(`${next.dataset.label} ${next.dataset.holder || ""}`);
      } else if (event.key === " " && changes) {
        event.preventDefault();
        if (!taken) take(booth);
        else if (booth === taken) { leave(); say(plan.dataset.put); }
        else if (may(taken, booth)) put(taken, booth);
      } else if (event.key === "Escape" && taken) {
        leave();
        say(plan.dataset.left);
      }
    });

    /* Dragging is for mouse and pen: a finger scrolls the drawing, and opens a booth to choose below it. */
    const begin = (what, name, event) => {
      if (!changes || event.button !== 0 || event.pointerType === "touch") return;
      const from = [event.clientX, event.clientY];
      let ghost = null;
      let over = null;
      const under = (moved) => {
        const found = document.elementFromPoint(moved.clientX, moved.clientY);
        return found && plan.contains(found) ? found.closest("a[data-booth]") : null;
      };
      const hold = (click) => {
        click.preventDefault();
        click.stopPropagation();
      };
      const move = (moved) => {
        if (!ghost && Math.hypot(moved.clientX - from[0], moved.clientY - from[1]) < FAR) return;
        if (!ghost) {
          ghost = document.createElement("div");
          ghost.className = "drag-name";
          ghost.textContent = name;
          document.body.append(ghost);
          document.documentElement.classList.add("dragging");
        }
        ghost.style.left = `${moved.clientX + 12}px`;
        ghost.style.top = `${moved.clientY + 12}px`;
        const now = under(moved);
        if (over && over !== now) over.classList.remove("over");
        if (now && now !== what) now.classList.add("over");
        over = now;
      };
      const end = (moved) => {
        document.removeEventListener("pointermove", move);
        document.removeEventListener("pointerup", end);
        document.removeEventListener("pointercancel", end);
        document.documentElement.classList.remove("dragging");
        if (over) over.classList.remove("over");
        if (!ghost) return;
        ghost.remove();
        document.addEventListener("click", hold, true);
        setTimeout(() => document.removeEventListener("click", hold, true), 0);
        const to = moved.type === "pointerup" ? under(moved) : null;
        if (may(what, to)) put(what, to);
      };
      document.addEventListener("pointermove", move);
      document.addEventListener("pointerup", end);
      document.addEventListener("pointercancel", end);
    };
    plan.addEventListener("pointerdown", (event) => {
      const booth = event.target.closest("a[data-booth]");
      if (booth && booth.dataset.holder && !("fixed" in booth.dataset)) begin(booth, booth.dataset.holder, event);
    });
    plan.addEventListener("dragstart", (event) => event.preventDefault());
    for (const employer of document.querySelectorAll("[data-employer]")) {
      employer.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        begin(employer, employer.dataset.name, event);
      });
    }
  }

  /* ---------- drawing cells ---------- */
  const hall = document.querySelector("svg[data-draws]");
  const form = document.querySelector("[data-draw]");
  if (hall && form) {
    const columns = Number(hall.dataset.columns);
    const rows = Number(hall.dataset.rows);
    const box = hall.viewBox.baseVal;
    const wide = box.width / columns;
    const high = box.height / rows;
    const field = (name) => form.elements.namedItem(name);
    const shade = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    shade.setAttribute("class", "picked");
    hall.append(shade);

    const show = () => {
      const [left, top] = ["left", "top"].map((name) => Number(field(name).value));
      const right = Number(field("right").value) || left;
      const bottom = Number(field("bottom").value) || top;
      const seen = left > 0 && top > 0;
      shade.setAttribute("x", (Math.min(left, right) - 1) * wide);
      shade.setAttribute("y", (Math.min(top, bottom) - 1) * high);
      shade.setAttribute("width", seen ? (Math.abs(right - left) + 1) * wide : 0);
      shade.setAttribute("height", seen ? (Math.abs(bottom - top) + 1) * high : 0);
    };
    const cell = (event) => {
      const frame = hall.getBoundingClientRect();
      const c = Math.floor(((event.clientX - frame.left) / frame.width) * columns);
      const r = Math.floor(((event.clientY - frame.top) / frame.height) * rows);
      return [Math.min(Math.max(c, 0), columns - 1), Math.min(Math.max(r, 0), rows - 1)];
    };
    let from = null;
    const set = (to) => {
      field("left").value = Math.min(from[0], to[0]) + 1;
      field("right").value = Math.max(from[0], to[0]) + 1;
      field("top").value = Math.min(from[1], to[1]) + 1;
      field("bottom").value = Math.max(from[1], to[1]) + 1;
      show();
    };
    hall.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      from = cell(event);
      hall.setPointerCapture(event.pointerId);
      set(from);
    });
    hall.addEventListener("pointermove", (event) => { if (from) set(cell(event)); });
    hall.addEventListener("pointerup", () => { from = null; });
    form.addEventListener("input", show);
    show();
  }
})();
