/* Keeps the scan page and its files, so that the page opens again without network. Nothing else is kept, no answer and
   no name: the server writes KEPT (name, page, files) above, and another version of a file makes another worker. */
"use strict";

const PATIENCE_MS = 4000;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(KEPT.name).then((cache) => cache.addAll([KEPT.page, ...KEPT.files])).then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  const old = (names) => names.filter((name) => name.startsWith("door-") && name !== KEPT.name);
  event.waitUntil(
    caches.keys().then((names) => Promise.all(old(names).map((name) => caches.delete(name)))).then(() => self.clients.claim()),
  );
});

const page = async (request) => {
  const cache = await caches.open(KEPT.name);
  const stop = new AbortController(), timer = setTimeout(() => stop.abort(), PATIENCE_MS);
  try {
    const answer = await fetch(request, {signal: stop.signal});
    if (answer.ok) await cache.put(KEPT.page, answer.clone());
    if (answer.status < 500) return answer;
    return (await cache.match(KEPT.page)) || answer;
  } catch (error) {
    const kept = await cache.match(KEPT.page);
    if (kept) return kept;
    throw error;
  } finally {
    clearTimeout(timer);
  }
};

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== self.location.origin) return;
  const path = address.pathname + address.search;
  if (event.request.mode === "navigate" && address.pathname === KEPT.page) event.respondWith(page(event.request));
  else if (KEPT.files.includes(path)) {
    event.respondWith(caches.match(event.request, {cacheName: KEPT.name}).then((kept) => kept || fetch(event.request)));
  }
});
