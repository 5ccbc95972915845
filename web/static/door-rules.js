/* Who may pass without network, as matcher/fairs/door_rules.py says it, and within the places lent to this scanner.
   Nobody is let in who is not on the list, and nobody beyond the lent places; whoever wants to leave may leave. */
(() => {
  "use strict";

  const refused = (refusal) => ({kind: "refused", refusal, standing: null, places: 0, room: 0});

  const byTheHour = (session, now) => {
    if (now >= session.ends) return "over";
    return now < session.opens ? "too_early" : null;
  };

  /* found: null or {session: null or {opens, ends, is_limited}, standing}; left: people who may still come in the first
     time; room: people the hall may still take in. Answers what it came to, and by how much both go down. */
  const judge = ({found, direction, now, left, room, hasCapacity}) => {
    if (!found) return refused("unknown");
    if (direction === "out") {
      /* It may have gone in by another door: the server knows, and nobody is held back. */
      const isKnown = found.standing === "inside";
      return {kind: "left", refusal: null, standing: "outside", places: 0, room: isKnown ? -1 : 0};
    }
    if (found.standing === "cancelled") return refused("cancelled");
    if (!found.session) return refused("wrong_day");
    const hour = byTheHour(found.session, now);
    if (hour) return refused(hour);
    if (found.standing === "inside") return refused("already_in");
    const isFirst = found.standing === "new";
    const isLimited = found.session.is_limited;
    if (isLimited && isFirst && left < 1) return refused("full");
    if (isLimited && hasCapacity && room < 1) return refused("full");
    return {
      kind: isFirst ? "entered" : "returned",
      refusal: null,
      standing: "inside",
      places: isFirst ? 1 : 0,
      room: 1,
    };
  };

  window.yangguangDoorRules = {judge};
})();
