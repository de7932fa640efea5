/** What the reader does to the state: cells set, nudged and dragged, maps painted, and the cell whose pixels blink. */
import { encodeLabelRuns } from "../../web/core/codec.js";
import { strings } from "../words/en.js";
import { derive, metrics, withCell } from "./model.js";

const BLINKS = 5; // half periods, on and off
const HALF_PERIOD = 170; // ms
const HELD = 1500; // ms, for readers who asked for less movement

/**
 * @typedef {{ select(i: number, j: number): void, flash(i: number, j: number): void,
 *   set(i: number, j: number, value: number): void, nudge(i: number, j: number, by: number): void,
 *   preview(i: number, j: number, value: number): void, commit(): void, cancel(): void,
 *   paint(map: string, change: (labels: LabelMap) => boolean): void }} Edits
 */

/**
 * @param {Shell} shell
 * @param {(i: number, j: number) => void} flash
 * @returns {Edits}
 */
export function createEdits(shell, flash) {
  const { store } = shell;
  /** @type {import("./model.js").State | null} */
  let base = null; // the state when a drag began
  /**
   * @param {number} i
   * @param {number} j
   * @param {number} value
   */
  const set = (i, j, value) => {
    const before = derive(store.state).counts[i][j];
    store.commit(withCell(store.state, i, j, value));
    const { counts } = derive(store.state);
    const moved = before === counts[i][j] ? strings.noMore : strings.announce(metrics(store.state));
    shell.say(`${spoken(store.state, i, j)}. ${moved}`);
  };
  return {
    select: (i, j) => store.look({ cell: [i, j] }),
    flash,
    set,
    nudge: (i, j, by) => set(i, j, derive(store.state).counts[i][j] + by),
    preview(i, j, value) {
      base ??= store.state;
      store.preview(withCell(base, i, j, value));
    },
    commit() {
      base = null;
      store.commit();
    },
    cancel() {
      base = null;
      store.cancel();
    },
    paint(map, change) {
      const labels = derive(store.state)[map].slice();
      if (change(labels)) store.preview({ ...store.state, [map]: encodeLabelRuns(labels) });
    },
  };
}

/**
 * A cell whose pixels blink on the maps; `now` is { cell, on } while they do, else null.
 * @param {Shell} shell
 * @returns {{ readonly now: { cell: Cell, on: boolean } | null, start(i: number, j: number): void }}
 */
export function createFlash(shell) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {{ cell: Cell, on: boolean } | null} */
  let now = null;
  shell.onClose(() => clearTimeout(timer));
  return {
    get now() {
      return now;
    },
    start(i, j) {
      clearTimeout(timer);
      shell.store.look({ cell: [i, j] });
      shell.say(spoken(shell.store.state, i, j));
      let left = shell.reducedMotion ? 1 : BLINKS;
      const step = () => {
        now = left > 0 ? { cell: [i, j], on: left % 2 === 1 } : null;
        shell.redraw();
        if (left-- > 0) timer = setTimeout(step, shell.reducedMotion ? HELD : HALF_PERIOD);
      };
      step();
    },
  };
}

/**
 * @param {import("./model.js").State} state
 * @param {number} i
 * @param {number} j
 */
function spoken(state, i, j) {
  const { names, counts } = derive(state);
  return strings.matrix.cell(names[i], names[j], counts[i][j]);
}
