/* A scanner and its server: ask while there is a network, decide alone while there is none, bring home when it is back.
   One thing at a time, in all windows of this browser; what was done alone is brought home before anything is asked. */
(() => {
  "use strict";

  const PATIENCE_MS = 4000; /* longer than any scan takes; people at a door wait no longer */
  const LIST_PATIENCE_MS = 20000;
  const CHUNK = 400;

  class Refused extends Error {
    constructor(status, said) {
      super("refused");
      this.status = status;
      this.said = said;
    }
  }

  const post = async (address, content, patience) => {
    const stop = new AbortController(), timer = setTimeout(() => stop.abort(), patience);
    try {
      const answer = await fetch(address, {
        method: "POST",
        headers: {"Content-Type": "application/json", "Accept": "application/json"},
        body: JSON.stringify(content),
        credentials: "same-origin",
        cache: "no-store",
        redirect: "error",
        signal: stop.signal,
      });
      /* A server that is being restarted, or a proxy that says so, is a network that is not there. */
      if (answer.status >= 500 || answer.status === 429) throw new Error("away");
      const said = await answer.json();
      if (!answer.ok) throw new Refused(answer.status, said);
      return said;
    } finally {
      clearTimeout(timer);
    }
  };

  window.yangguangDoorNetwork = (options) => {
    const store = window.yangguangDoorStore;
    const state = {isLost: false, isPaired: true, isListBad: false, hasStore: false};
    let chain = Promise.resolve();

    /* Web locks hold across windows; where a browser has none, the chain holds within this one. */
    const alone = (work) => {
      const run = () => (navigator.locks ? navigator.locks.request("yangguang-door", work) : work());
      const result = chain.then(run, run);
      chain = result.catch(() => {});
      return result;
    };

    const lose = () => {
      state.isLost = true;
    };

    const judge = (error) => {
      if (error instanceof Refused && error.status === 403) state.isPaired = false;
      if (!(error instanceof Refused)) lose();
    };

    const bringHome = async () => {
      let n = 0, conflicts = 0;
      for (;;) {
        const rows = await store.waiting(CHUNK);
        if (!rows.length) break;
        const scans = rows.map(({number, code, session, kind, refusal, at}) => ({number, code, session, kind, refusal, at}));
        const said = await post(options.sync, {scans}, LIST_PATIENCE_MS);
        const taken = rows.filter((row) => row.number in said.outcomes);
        if (!taken.length) throw new Refused(422, said);
        await store.forget(taken);
        n += taken.length;
        conflicts += said.n_conflicts;
      }
      if (n) options.brought(n, conflicts);
    };

    /* A record the server cannot read stays here and is shown; the door goes on. */
    const bringHomeFirst = () => bringHome().catch((error) => {
      if (!(error instanceof Refused) || error.status === 403) throw error;
    });

    const takeList = async () => {
      const closed = await store.closedLoans();
      let good = await store.install(await post(options.list, {closed}, LIST_PATIENCE_MS), options.key);
      const {list} = await store.summary();
      const tooBig = good ? list.sessions.filter((one) => one.is_too_big && one.loan).map((one) => one.id) : [];
      if (tooBig.length) {
        await store.closeLoans((id) => tooBig.includes(id));
        good = await store.install(
          await post(options.list, {closed: await store.closedLoans()}, LIST_PATIENCE_MS),
          options.key,
        );
      }
      state.isListBad = !good;
    };

    const ask = async (scan) => {
      if (state.hasStore) await bringHomeFirst();
      const said = await post(
        options.scan,
        {code: scan.code, direction: scan.direction, scan_number: scan.number},
        PATIENCE_MS,
      );
      state.isLost = false;
      if (state.hasStore) await store.noteAnswer(scan.code, said);
      return {...said, isAlone: false};
    };

    const decide = async (scan) => {
      if (!state.hasStore || !store.isToday()) return {kind: "refused", refusal: null, isAlone: true, isBlind: true};
      const verdict = await store.decide(scan);
      return {...verdict, good: verdict.kind !== "refused", isAlone: true};
    };

    /* Answer a scan, with the server or without it; a scan is answered once, whatever happens on the way. */
    const take = (scan) => alone(async () => {
      if (!state.isLost && navigator.onLine !== false) {
        try {
          return await ask(scan);
        } catch (error) {
          if (error instanceof Refused) {
            judge(error);
            return {kind: "refused", refusal: null, words: error.said.words, isAlone: false, isBlind: true};
          }
          lose();
          return decide({...scan, isUnheard: true});
        }
      }
      lose();
      return decide(scan);
    }).finally(options.changed);

    /* Look whether the network is there: bring home, take a new list. */
    const renew = () => alone(async () => {
      if (!state.hasStore || navigator.onLine === false) {
        if (navigator.onLine === false) lose();
        return;
      }
      try {
        await bringHome();
        await takeList();
        state.isLost = false;
        state.isPaired = true;
      } catch (error) {
        judge(error);
      }
    }).finally(options.changed);

    const start = async () => {
      try {
        if (!window.isSecureContext || !crypto.subtle) throw new Error("insecure");
        await store.open();
        state.hasStore = true;
      } catch {
        state.hasStore = false;
      }
      await renew();
    };

    return {start, take, renew, lose, state};
  };
})();
