/** What pointer and keys do with each tool. */
import { strokeLine } from "../../web/core/brush.js";
import { encodeLabelRuns } from "../../web/core/codec.js";
import { arrow } from "../../web/ui/keys.js";
import { BACKGROUND, FOREGROUND, NOTHING } from "./studio.js";

/** The label that a tool draws. */
export const LABELS = { foreground: FOREGROUND, background: BACKGROUND, erase: NOTHING };
const LEAST = 3; // pixels of a side of a box; less is a slip

/**
 * The document with another box: nothing that was cut out with the old one holds.
 * @param {any} state
 * @param {Box} box
 */
export const boxed = (state, box) => ({ ...state, box, start: null, iteration: 0 });

/**
 * The document with other scribbles; an eraser that leaves none gives the strokes back.
 * @param {ReturnType<typeof import("./studio.js").studioOf>} studio
 * @param {any} state
 * @param {Uint8Array} map
 * @param {number} label
 */
export function drawn(studio, state, map, label) {
  const strokes = label === NOTHING ? (map.some(Boolean) ? state.strokes : 0) : Math.min(999, state.strokes + 1);
  return { ...studio.after(state), scribbles: encodeLabelRuns(map), strokes };
}

/**
 * Strokes of the pointer.
 * @param {Shell} shell
 * @param {ReturnType<typeof import("./studio.js").studioOf>} studio
 * @returns {Stroke & { readonly busy: boolean }}
 */
export function pointerStrokes({ store }, studio) {
  let work = null;
  const whole = (from, p, { width, height }) => {
    const clamp = (v, most) => Math.min(most, Math.max(0, Math.round(v)));
    const xs = [clamp(from.x, width), clamp(p.x, width)].sort((a, b) => a - b);
    const ys = [clamp(from.y, height), clamp(p.y, height)].sort((a, b) => a - b);
    return /** @type {Box} */ ([xs[0], ys[0], xs[1], ys[1]]);
  };
  return {
    get busy() {
      return work !== null;
    },
    start(p) {
      const { tool } = store.view;
      work = { tool, from: p, state: store.state, map: studio.scribbles(store.state).slice() };
      if (tool !== "box") this.move(p, p);
    },
    move(p, before) {
      const { tool, from, state, map } = work;
      const { width, height } = studio.photo(state);
      if (tool === "box") {
        const box = whole(from, p, { width, height });
        if (box[2] - box[0] >= LEAST && box[3] - box[1] >= LEAST) store.preview(boxed(state, box));
      } else if (strokeLine(map, width, height, before, p, store.view.brush / 2, LABELS[tool])) {
        store.preview(drawn(studio, state, map, LABELS[tool]));
      }
    },
    end() {
      work = null;
      store.commit();
    },
    cancel() {
      work = null;
      store.cancel();
    },
  };
}

/**
 * Strokes of the keys: Space draws a dot, Shift and an arrow a line, which is one stroke until the key is released.
 * @param {Shell} shell
 * @param {ReturnType<typeof import("./studio.js").studioOf>} studio
 * @returns {{ press(stage: Stage, event: KeyboardEvent, cursor: { col: number, row: number }): boolean, end(): void }}
 */
export function keyStrokes({ store }, studio) {
  let from = null; // the document before the line
  return {
    press(stage, event, cursor) {
      const { tool, brush } = store.view;
      const by = arrow(event);
      const line = by && event.shiftKey;
      if (!(tool in LABELS) || event.ctrlKey || event.metaKey || !(line || event.key === " ")) return false;
      from ??= store.state;
      if (by) stage.moveCursor(...by);
      const { width, height } = studio.photo(from);
      const map = studio.scribbles(store.state).slice();
      const centre = ({ col, row }) => ({ x: col + 0.5, y: row + 0.5 });
      strokeLine(map, width, height, centre(cursor), centre(stage.cursor), brush / 2, LABELS[tool]);
      store.preview(drawn(studio, from, map, LABELS[tool]));
      return true;
    },
    end() {
      if (from) store.commit();
      from = null;
    },
  };
}
