/**
 * What is lit: a term of a formula ("intersection") is made of parts (the pixels or cells "both"), and pointing at
 * either lights the other.
 *
 *   light.terms({ union: ["both", "a", "b"], … })   say what each term is made of (call again when it changes)
 *   light.bind(el, { term }) or light.bind(el, { part })   hovering or focusing el lights it; el gets class "lit",
 *     also when it is bound while lit
 *   light.point({ part }) or light.point({ term }) or light.point(null)   for what is not an element, as pixels
 *   light.parts   Set of the parts lit now, or null when nothing is
 *   light.subscribe(fn)
 * @returns {Light}
 */
export function createLight() {
  const listeners = new Set();
  const bound = new Map();
  /** @type {Record<string, (string | number)[]>} */
  let table = {};
  /** @type {Lit | null} */
  let now = null;

  /**
   * @param {Lit | null} what
   * @returns {(string | number)[]}
   */
  const partsOf = (what) => (what?.term ? (table[what.term] ?? []) : what ? [what.part ?? ""] : []);
  /** @param {Lit} what */
  const isLit = (what) => {
    if (!now) return false;
    if (what.term) return now.term === what.term || (now.part != null && partsOf(what).includes(now.part));
    return partsOf(now).includes(what.part ?? "");
  };
  const refresh = () => {
    for (const [el, what] of bound) {
      if (el.isConnected) el.classList.toggle("lit", isLit(what));
      else bound.delete(el);
    }
    listeners.forEach((fn) => fn());
  };
  /** @type {Light} */
  const light = {
    get parts() {
      return now ? new Set(partsOf(now)) : null;
    },
    terms(map) {
      table = map;
    },
    point(what) {
      if (what?.term === now?.term && what?.part === now?.part) return;
      now = what;
      refresh();
    },
    bind(el, what) {
      bound.set(el, what);
      el.classList.toggle("lit", isLit(what));
      for (const on of ["pointerenter", "focus"]) el.addEventListener(on, () => light.point(what));
      for (const off of ["pointerleave", "blur"]) el.addEventListener(off, () => light.point(null));
      return el;
    },
    subscribe(fn) {
      listeners.add(fn);
      return () => listeners.delete(fn);
    },
  };
  return light;
}
