/* The scan page of the door: camera, hand scanner and typed code come to one answer, with and without network. */
(() => {
  "use strict";

  const RENEW_MS = 90000, LOOK_MS = 5000, LAST = 8, LONGEST = 200;

  const page = document.getElementById("door");
  const facts = JSON.parse(document.getElementById("door-facts").textContent);
  const words = facts.words;
  const at = (id) => document.getElementById(id);
  const form = at("scan-form"), code = at("field-code"), box = at("answer"), last = at("last-scans");
  const camera = {button: at("camera-button"), box: at("camera"), video: at("camera-video"), note: at("camera-note")};
  const sound = at("sound");

  const say = (name, values = {}) => words.states[name].replace(/%\((\w+)\)s/g, (_, key) => String(values[key]));
  const clockTime = (ms) => new Intl.DateTimeFormat("zh-CN", {
    hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "Asia/Shanghai",
  }).format(new Date(ms));

  const newNumber = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
  };

  /* --- the answer: seen from two steps away, heard, and felt --- */

  let speaker = null;
  const wakeSpeaker = () => {
    if (!speaker && window.AudioContext) speaker = new window.AudioContext();
    if (speaker && speaker.state === "suspended") speaker.resume().catch(() => {});
  };
  document.addEventListener("pointerdown", wakeSpeaker);
  document.addEventListener("keydown", wakeSpeaker);

  const beep = (hertz, from, seconds) => {
    const tone = speaker.createOscillator(), volume = speaker.createGain(), start = speaker.currentTime + from;
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(0.25, start);
    volume.gain.exponentialRampToValueAtTime(0.001, start + seconds);
    tone.connect(volume).connect(speaker.destination);
    tone.start(start);
    tone.stop(start + seconds);
  };

  const ring = (isGood) => {
    if (navigator.vibrate) navigator.vibrate(isGood ? 80 : [150, 80, 150]);
    if (!sound.checked || !speaker || speaker.state !== "running") return;
    if (isGood) beep(1320, 0, 0.18);
    else [0, 0.22].forEach((from) => beep(220, from, 0.2));
  };

  const headline = (answer) => {
    if (answer.words) return answer.words;
    if (answer.isBlind) return say(network.state.hasStore ? (hasList ? "expired" : "no_list") : "unsafe");
    return answer.refusal ? words.refusals[answer.refusal] : words.kinds[answer.kind];
  };
  const hintOf = (answer) => {
    if (!answer.isAlone) return answer.hint || "";
    if (answer.refusal) return words.hints[answer.refusal] || "";
    return answer.session ? answer.session.name : "";
  };

  const show = (isGood, head, hint, isAlone) => {
    box.className = `door-answer ${isGood ? "good" : "stop"}`;
    box.querySelector(".words").textContent = head;
    box.querySelector(".hint").textContent = hint;
    box.querySelector(".mark").textContent = isGood ? "✓" : "✕";
    box.querySelector(".alone").textContent = isAlone ? words.states.offline_mark : "";
    box.hidden = false;
    ring(isGood);
  };

  const addLast = (answer, when) => {
    const line = document.createElement("li");
    const label = answer.refusal ? words.refusals[answer.refusal] : words.labels[answer.kind];
    line.textContent = `${clockTime(when)} ${label}${answer.isAlone ? `（${words.states.offline_mark}）` : ""}`;
    line.className = answer.kind === "refused" ? "stop" : "good";
    last.prepend(line);
    while (last.children.length > LAST) last.lastElementChild.remove();
    at("no-scans").hidden = true;
  };

  const showCounts = (session, counts) => {
    const row = session && page.querySelector(`[data-session="${CSS.escape(session)}"]`);
    if (!row || counts.n_inside === null || counts.n_inside === undefined) return;
    row.querySelector("[data-count=inside]").textContent = say("inside", {n: counts.n_inside});
    row.querySelector("[data-count=entered]").textContent = say("entered", {n: counts.n_entered});
    row.querySelector("[data-count=left]").textContent =
      counts.left === null ? words.states.no_limit : say("left", {n: Math.max(0, counts.left)});
  };

  /* --- the network, and what is kept here --- */

  let hasList = false;
  const status = async () => {
    const state = network.state;
    at("net").className = `chip ${state.isLost || !state.isPaired ? "hold" : "done"}`;
    at("net").textContent = say(state.isLost ? "offline_mark" : "online");
    const lines = [];
    if (!state.isPaired) lines.push(words.states.not_paired);
    if (state.isListBad) lines.push(words.states.bad_list);
    if (!state.hasStore) {
      lines.push(words.states.unsafe);
    } else {
      const kept = await window.yangguangDoorStore.summary();
      hasList = Boolean(kept.list);
      if (state.isLost) lines.push(words.states[!hasList ? "no_list" : window.yangguangDoorStore.isToday() ? "offline" : "expired"]);
      if (kept.nWaiting) lines.push(say("waiting", {n: kept.nWaiting}));
      if (kept.nOthers) lines.push(say("others", {n: kept.nOthers}));
      if (hasList && kept.isLimited) lines.push(say("lent", {n: kept.nLeft}));
      if (hasList) lines.push(say("list_of", {time: clockTime(kept.list.takenAt)}));
      page.dataset.waiting = String(kept.nWaiting);
      page.dataset.list = hasList ? "yes" : "no";
      if (!state.isLost && kept.list) for (const one of kept.list.sessions) showListed(one);
    }
    at("net-lines").replaceChildren(...lines.map((text) => {
      const line = document.createElement("li");
      line.textContent = text;
      return line;
    }));
    page.dataset.net = state.isLost ? "lost" : "there";
    at("walk-in").hidden = state.isLost;
  };
  const shownOf = new Map();
  const showListed = (one) => {
    /* A list's figures are newer than the page's, but not than those of a scan after it. */
    const key = `${one.n_entered}/${one.n_inside}`;
    if (shownOf.get(one.id) === key) return;
    shownOf.set(one.id, key);
    const row = page.querySelector(`[data-session="${CSS.escape(one.id)}"]`);
    if (!row) return;
    row.querySelector("[data-count=inside]").textContent = say("inside", {n: one.n_inside});
    row.querySelector("[data-count=entered]").textContent = say("entered", {n: one.n_entered});
  };

  const network = window.yangguangDoorNetwork({
    scan: page.dataset.scan,
    list: page.dataset.listAddress,
    sync: page.dataset.sync,
    key: facts.key,
    changed: () => status(),
    brought: (n, k) => {
      at("brought").textContent = k ? say("conflicts", {n, k}) : say("brought", {n});
    },
  });

  /* --- a scan --- */

  const direction = () => form.querySelector("input[name=direction]:checked").value;

  const take = async (text) => {
    const plain = text.trim();
    if (!plain) return;
    if (plain.length > LONGEST) {
      show(false, words.states.unreadable, "", false);
      return;
    }
    box.classList.add("busy");
    const answer = await network.take({number: newNumber(), code: plain, direction: direction()});
    const isGood = answer.good === true;
    show(isGood, headline(answer), hintOf(answer), answer.isAlone);
    if (!answer.isBlind) addLast(answer, answer.isAlone ? answer.at : Date.parse(answer.now));
    if (!answer.isAlone) showCounts(answer.session, answer);
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = code.value;
    code.value = "";
    take(text);
    if (window.matchMedia("(pointer: fine)").matches) code.focus();
  });

  /* A hand scanner types wherever the page is; its letters belong into the field. */
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1 || event.key === " ") return;
    if (event.target.closest("input:not([type=radio], [type=checkbox]), select, textarea")) return;
    code.focus();
  });

  /* --- the camera --- */

  const eye = window.yangguangCamera(camera.video, {
    detector: page.dataset.detector,
    wasm: page.dataset.wasm,
    seen: take,
    failed: (why) => {
      camera.note.textContent = words.states[`camera_${why}`];
      camera.note.hidden = false;
      turn(false);
    },
  });
  const turn = (isOn) => {
    camera.box.hidden = !isOn;
    camera.button.textContent = words.states[isOn ? "camera_off" : "camera_on"];
    camera.button.setAttribute("aria-expanded", String(isOn));
  };
  camera.button.addEventListener("click", async () => {
    if (eye.isOn()) {
      eye.stop();
      turn(false);
      return;
    }
    camera.note.hidden = true;
    turn(true);
    if (await eye.start()) camera.box.scrollIntoView({block: "nearest"});
  });
  camera.button.hidden = false;
  /* A phone in the pocket keeps no camera open. */
  let wasOn = false;
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      wasOn = eye.isOn();
      eye.stop();
    } else if (wasOn) {
      eye.start().then(turn);
    }
  });

  /* --- beginning, and going on --- */

  sound.checked = localStorage.getItem("door-sound") !== "off";
  sound.addEventListener("change", () => localStorage.setItem("door-sound", sound.checked ? "on" : "off"));
  for (const one of page.querySelectorAll("[data-with-script]")) one.hidden = false;
  window.addEventListener("online", () => network.renew());
  window.addEventListener("offline", () => {
    network.lose();
    status();
  });
  const goOn = () => setTimeout(async () => {
    const state = network.state;
    if (state.isLost || Date.now() - renewedAt > RENEW_MS) {
      renewedAt = Date.now();
      await network.renew();
    }
    goOn();
  }, LOOK_MS + Math.random() * 1000); /* not all doors at the same moment */
  let renewedAt = Date.now();

  if ("serviceWorker" in navigator && window.isSecureContext) {
    navigator.serviceWorker.register(page.dataset.worker, {scope: page.dataset.scope}).catch(() => {});
  }
  network.start().then(() => {
    page.dataset.ready = "yes";
    goOn();
  });
  if (window.matchMedia("(pointer: fine)").matches) code.focus();
})();
