/** Moving a segment of the prediction, by pointer or keys: shown on the way, one step when it is put down. */
import { shiftLabel } from "../../web/core/panoptic.js";
import { labelsOf } from "./derive.js";
import { edited } from "./edits.js";

/** Returns { origin, start(label), by(dx, dy), step(label, dx, dy), end(), cancel() }; `origin` is the state before, distances in pixels of the map. */
export function createMove({ store }) {
  const [height, width] = store.state.shape;
  let moving = null; // { label, origin, from: labels before, dx, dy }
  const move = {
    get origin() {
      return moving?.origin ?? null;
    },
    start(label) {
      moving = { label, origin: store.state, from: labelsOf(store.state, "prediction").labels, dx: 0, dy: 0 };
    },
    by(dx, dy) {
      if (!moving) return;
      [moving.dx, moving.dy] = [Math.round(dx), Math.round(dy)];
      const map = shiftLabel(moving.from, width, height, moving.label, moving.dx, moving.dy);
      store.preview(edited(store.state, { map }));
    },
    step(label, dx, dy) {
      if (moving?.label !== label) move.start(label);
      move.by(moving.dx + dx, moving.dy + dy);
    },
    /** @param {string} [run] see store.js */
    end(run) {
      if (moving?.dx || moving?.dy) store.commit(undefined, run);
      moving = null;
    },
    cancel() {
      moving = null;
      store.cancel();
    },
  };
  return move;
}
