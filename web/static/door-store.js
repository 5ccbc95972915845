/* What a scanner keeps in its browser: the signed list, its lent places, how tickets stand, and what is to be brought
   home. Everything that decides about a scan is changed in one transaction, so that a page that is closed in the middle,
   or two windows of it, lose nothing and count nothing twice. */
(() => {
  "use strict";

  const NAME = "yangguang-door";
  const ROW = 18, FULL = 12, SHORT = 5, SHORT_LENGTH = 9;
  const STANDINGS = ["new", "inside", "outside", "cancelled"];
  const OTHER_DAY = 15;

  let database = null, list = null;

  const asked = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  const done = (transaction) => new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });

  const open = async () => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      const made = request.result;
      made.createObjectStore("kept");
      made.createObjectStore("loans");
      made.createObjectStore("stands");
      made.createObjectStore("queue", {keyPath: "seq", autoIncrement: true});
    };
    database = await asked(request);
    /* A browser short of space throws away what it may; what was scanned is not to be thrown away. */
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => {});
    list = (await asked(database.transaction("kept").objectStore("kept").get("list"))) || null;
    return list;
  };

  const bytesOf = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const hex = (bytes) => Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
  const digest = async (text) => new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));

  /* As matcher/fairs/ticket_codes.py reads them: full width to half, capitals, no dashes, I and L for 1, O for 0. */
  const canonical = (text) => {
    const plain = text.normalize("NFKC").toUpperCase().replace(/[\s\-—–]/g, "");
    if (!plain.startsWith("F")) return "";
    return "F" + plain.slice(1).replace(/[IL]/g, "1").replace(/O/g, "0");
  };

  /* Keep a list if its signature is good and it is for this scanner; answers whether it was kept. */
  const install = async (answer, key) => {
    const imported = await crypto.subtle.importKey("jwk", key, {name: "ECDSA", namedCurve: "P-256"}, false, ["verify"]);
    const content = new TextEncoder().encode(answer.payload);
    const how = {name: "ECDSA", hash: "SHA-256"};
    if (!(await crypto.subtle.verify(how, imported, bytesOf(answer.signature), content))) return false;
    const said = JSON.parse(answer.payload), rows = bytesOf(said.rows);
    delete said.rows;
    const made = {...said, rows, offset: said.now - Date.now(), takenAt: said.now};
    const work = database.transaction(["kept", "loans", "stands", "queue"], "readwrite");
    const [stands, queue] = [work.objectStore("stands"), work.objectStore("queue")];
    /* What is not brought home yet is not in the list either: then our own notes stay. */
    const waiting = await asked(queue.count());
    if (!waiting) stands.clear();
    work.objectStore("kept").put(made, "list");
    const loans = work.objectStore("loans");
    loans.clear();
    for (const one of said.sessions) {
      loans.put({loan: one.loan, left: one.n_left, room: one.n_left, isClosed: false}, one.id);
    }
    await done(work);
    list = made;
    return true;
  };

  /* Give the places up before saying so: if the answer is lost, nobody comes in on places that others have by then. */
  const closeLoans = async (isMeant) => {
    const work = database.transaction("loans", "readwrite"), loans = work.objectStore("loans");
    const [ids, rows] = await Promise.all([asked(loans.getAllKeys()), asked(loans.getAll())]);
    rows.forEach((row, number) => {
      if (row.loan && isMeant(ids[number])) loans.put({...row, left: 0, room: 0, isClosed: true}, ids[number]);
    });
    await done(work);
  };

  const closedLoans = async () => {
    const rows = await asked(database.transaction("loans").objectStore("loans").getAll());
    return rows.filter((row) => row.isClosed && row.loan).map((row) => row.loan);
  };

  const compare = (at, wanted, length) => {
    for (let i = 0; i < length; i += 1) {
      const gap = list.rows[at + i] - wanted[i];
      if (gap) return gap;
    }
    return 0;
  };

  const findFull = (wanted) => {
    let low = 0, high = list.rows.length / ROW - 1;
    while (low <= high) {
      const middle = (low + high) >> 1, gap = compare(middle * ROW, wanted, FULL);
      if (gap === 0) return middle;
      if (gap < 0) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  };

  /* A typed short code is good if it is the beginning of one ticket only. */
  const findShort = (wanted) => {
    let found = -1;
    for (let number = 0; number * ROW < list.rows.length; number += 1) {
      if (compare(number * ROW + FULL, wanted, SHORT) === 0) {
        if (found >= 0) return -1;
        found = number;
      }
    }
    return found;
  };

  /* What the list says of a code: its key, its session of today (null: another day's) and how it stood; null: nothing. */
  const look = async (code) => {
    const plain = canonical(code);
    if (!list || plain.length < SHORT_LENGTH) return null;
    const wanted = await digest(plain);
    const number = plain.length === SHORT_LENGTH ? findShort(wanted) : findFull(wanted);
    if (number < 0) return null;
    const at = number * ROW, state = list.rows[at + ROW - 1];
    return {
      key: hex(list.rows.subarray(at, at + FULL)),
      session: state >> 4 === OTHER_DAY ? null : list.sessions[state >> 4],
      standing: STANDINGS[state & 15],
    };
  };

  /* Decide a scan by the list alone and keep it for bringing home, in one transaction. */
  const decide = async (scan) => {
    const found = await look(scan.code), now = Date.now() + (list ? list.offset : 0);
    const work = database.transaction(["loans", "stands", "queue"], "readwrite");
    const [loans, stands, queue] = ["loans", "stands", "queue"].map((name) => work.objectStore(name));
    const loan = found && found.session ? await asked(loans.get(found.session.id)) : null;
    const own = found ? await asked(stands.get(found.key)) : null;
    const verdict = window.yangguangDoorRules.judge({
      found: found && {...found, standing: own || found.standing},
      direction: scan.direction,
      now,
      left: loan ? loan.left : 0,
      room: loan ? loan.room : 0,
      hasCapacity: Boolean(list && list.has_capacity),
    });
    if (loan) {
      /* The server may have used one of our places for this very scan without our hearing it. */
      const spent = scan.isUnheard && verdict.kind === "refused" && scan.direction === "in" ? 1 : 0;
      const left = Math.max(0, loan.left - verdict.places - spent);
      loans.put({...loan, left, room: Math.max(0, loan.room - verdict.room - spent)}, found.session.id);
    }
    if (found && verdict.standing) stands.put(verdict.standing, found.key);
    queue.add({
      scanner: list ? list.scanner : null,
      number: scan.number,
      code: scan.code,
      session: found && found.session ? found.session.id : null,
      kind: verdict.kind,
      refusal: verdict.refusal,
      at: Math.round(now),
    });
    await done(work);
    return {...verdict, at: now, session: found ? found.session : null};
  };

  /* The server answered: note how the ticket stands, and a place of ours it used. */
  const noteAnswer = async (code, answer) => {
    const standing = {entered: "inside", returned: "inside", left: "outside"}[answer.kind];
    if (!standing) return;
    const found = await look(code);
    const work = database.transaction(["loans", "stands"], "readwrite"), loans = work.objectStore("loans");
    if (found) work.objectStore("stands").put(standing, found.key);
    if (answer.own_place && answer.session) {
      const loan = await asked(loans.get(answer.session));
      if (loan) loans.put({...loan, left: Math.max(0, loan.left - 1), room: Math.max(0, loan.room - 1)}, answer.session);
    }
    await done(work);
  };

  const isOurs = (row) => !list || row.scanner === null || row.scanner === list.scanner;

  /* What to bring home next: at most so many, but all of one ticket together. */
  const waiting = async (most) => {
    const rows = (await asked(database.transaction("queue").objectStore("queue").getAll())).filter(isOurs);
    const codes = new Set(rows.slice(0, most).map((row) => row.code));
    return rows.filter((row, number) => number < most || codes.has(row.code));
  };

  const forget = async (rows) => {
    const work = database.transaction("queue", "readwrite");
    for (const row of rows) work.objectStore("queue").delete(row.seq);
    await done(work);
  };

  const summary = async () => {
    const work = database.transaction(["queue", "loans"]);
    const [rows, loans] = await Promise.all([
      asked(work.objectStore("queue").getAll()),
      asked(work.objectStore("loans").getAll()),
    ]);
    const ours = rows.filter(isOurs).length;
    return {
      nWaiting: ours,
      nOthers: rows.length - ours,
      nLeft: loans.reduce((sum, one) => sum + one.left, 0),
      isLimited: Boolean(list && list.sessions.some((one) => one.is_limited)),
      list,
    };
  };

  const isToday = () => {
    const day = (ms) => new Date(ms + 8 * 3600e3).toISOString().slice(0, 10); /* China's day, whatever the phone's zone */
    return Boolean(list) && day(list.takenAt) === day(Date.now() + list.offset);
  };

  window.yangguangDoorStore = {
    open, install, closeLoans, closedLoans, look, decide, noteAnswer, waiting, forget, summary, isToday, canonical,
  };
})();
