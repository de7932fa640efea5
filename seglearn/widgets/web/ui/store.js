const RUN = 1500; // milliseconds after which a run of commits has ended

/**
 * Whether two pieces of plain JSON say the same.
 * @param {unknown} a
 * @param {unknown} b
 */
export const same = (a, b) => a === b || JSON.stringify(a) === JSON.stringify(b);

/**
 * The widget's memory: a JSON document with undo, and a view (tool, selected metric …) without.
 *
 *   store.state            the document; never change it in place
 *   store.preview(state)   show it, remember nothing: for every move of a drag
 *   store.commit(state)    show it and make one undo step; without an argument, keep what was previewed
 *   store.commit(state, run)   the same, but commits of one run (a text) within 1.5 s of each other make one step;
 *                          the shell names a run for arrow keys on sliders and number fields by itself (store.run)
 *   store.before           the document before the last step, null at the start
 *   store.cancel()         drop what was previewed
 *   store.keep(fits)       keep only the steps to documents that fit; others cannot be shown any more
 *   store.undo() redo() reset(), store.canUndo, store.canRedo, store.canReset
 *   store.view, store.look({tool: "brush"})   merges into the view; no undo step
 *   store.subscribe(fn)    fn(why), why: "preview" | "commit" | "undo" | "redo" | "reset" | "remote" | "view"
 * @param {any} initial
 * @param {Json} [view]
 * @param {number} [limit] undo steps
 * @returns {Store}
 */
export function createStore(initial, view = {}, limit = 100) {
  const listeners = new Set();
  /** @type {any[]} */
  let past = [];
  /** @type {any[]} */
  let future = [];
  let settled = initial; // what undo would come back to
  let shown = initial;
  /** @type {{ name: string, at: number } | null} */
  let last = null; // the run that the last commit was of

  /** @param {Why} why */
  const tell = (why) => listeners.forEach((fn) => fn(why));
  /**
   * @param {any} next
   * @param {Why} why
   * @param {string | null} [run]
   */
  const step = (next, why, run = null) => {
    const changed = !same(next, settled);
    const goesOn = run !== null && last?.name === run && performance.now() - last.at < RUN;
    last = run === null ? null : { name: run, at: performance.now() };
    if (changed) {
      if (!(goesOn && past.length)) past = [...past, settled].slice(-limit);
      future = [];
      settled = next;
    }
    const previewed = shown !== settled; // also when a drag came back to where it began: Python may have heard of it
    shown = settled;
    if (changed || previewed) tell(why);
  };

  /** @type {Store} */
  const store = {
    get state() {
      return shown;
    },
    get canUndo() {
      return past.length > 0;
    },
    get canRedo() {
      return future.length > 0;
    },
    get canReset() {
      return !same(settled, initial);
    },
    get before() {
      return past.at(-1) ?? null;
    },
    run: null,
    view,
    preview(next) {
      shown = next;
      tell("preview");
    },
    commit(next = shown, run = store.run) {
      step(next, "commit", run);
    },
    cancel() {
      if (shown === settled) return;
      shown = settled;
      tell("undo");
    },
    keep(fits) {
      past = past.filter(fits);
      future = future.filter(fits);
    },
    undo() {
      if (!past.length) return;
      last = null;
      future.unshift(settled);
      shown = settled = past.pop();
      tell("undo");
    },
    redo() {
      if (!future.length) return;
      last = null;
      past.push(settled);
      shown = settled = future.shift();
      tell("redo");
    },
    reset() {
      step(initial, "reset");
    },
    /** A state that came from Python: one undo step, and not sent back. */
    receive(next) {
      step(next, "remote");
    },
    look(patch) {
      store.view = { ...store.view, ...patch };
      tell("view");
    },
    subscribe(fn) {
      listeners.add(fn);
      return () => listeners.delete(fn);
    },
  };
  return store;
}
