/** Masks on the stage: moved, painted, erased and filled by pointer and by keys. */
import { filled, floodFill, shiftMask, strokeLine } from "../../web/core/brush.js";
import { decodeMask, encodeMask } from "../../web/core/codec.js";
import { arrow } from "../../web/ui/keys.js";
import { SHAPES } from "./model.js";

/**
 * The shape that a press takes hold of: the chosen one where it is within its outline, else the other, else null.
 * Holes belong to a shape: who drags a cup presses into its middle.
 * @param {Record<string, Mask>} masks by shape, height × width
 * @param {string} chosen
 * @param {{ col: number, row: number }} p
 * @param {number} width
 * @param {number} height
 * @returns {string | null}
 */
export function shapeAt(masks, chosen, { col, row }, width, height) {
  const shapes = [chosen, ...SHAPES.filter((shape) => shape !== chosen)];
  return shapes.find((shape) => filled(masks[shape], width, height)[row * width + col]) ?? null;
}

/**
 * What the pointer does with each tool.
 * @param {Shell} shell
 * @param {number} width
 * @param {number} height
 * @returns {Stroke}
 */
export function paintStrokes({ store }, width, height) {
  const decode = (/** @type {string} */ shape) => decodeMask(store.state[shape], width * height);
  const put = (/** @type {string} */ shape, /** @type {Mask} */ mask) =>
    store.preview({ ...store.state, [shape]: encodeMask(mask) });
  let work = null;
  return {
    start(p) {
      const { tool, brush } = store.view;
      let { target } = store.view;
      if (tool === "move") {
        const masks = Object.fromEntries(SHAPES.map((shape) => [shape, decode(shape)]));
        const held = shapeAt(masks, target, p, width, height);
        if (!held) return false;
        target = held;
        if (target !== store.view.target) store.look({ target });
      }
      work = { tool, target, brush, from: p, mask: decode(target) };
      if (tool === "fill") {
        const inside = work.mask[p.row * width + p.col];
        floodFill(work.mask, width, height, p.col, p.row, inside ? 0 : 1);
        put(target, work.mask);
      } else if (tool !== "move") this.move(p, p);
      return true;
    },
    move(p, before) {
      const { tool, target, brush, from, mask } = work;
      if (tool === "move") put(target, shiftMask(mask, width, height, p.x - from.x, p.y - from.y));
      else if (tool !== "fill" && strokeLine(mask, width, height, before, p, brush / 2, tool === "brush" ? 1 : 0)) {
        put(target, mask);
      }
    },
    end: () => store.commit(),
    cancel: () => store.cancel(),
  };
}

/**
 * What the keys do with each tool; see strings.stage for what the reader is told.
 * @param {Shell} shell
 * @param {Stage} stage
 * @param {number} width
 * @param {number} height
 * @returns {(event: KeyboardEvent, cursor: { col: number, row: number }) => boolean}
 */
export function maskKeys({ store }, stage, width, height) {
  return (event, cursor) => {
    const { tool, target, brush } = store.view;
    if (store.state.mode !== "masks" || !tool || event.ctrlKey || event.metaKey) return false;
    const by = arrow(event);
    const mask = decodeMask(store.state[target], width * height);
    const put = (next) => store.preview({ ...store.state, [target]: encodeMask(next) });
    const stamp = (p, q) => {
      const centre = ({ col, row }) => ({ x: col + 0.5, y: row + 0.5 });
      if (strokeLine(mask, width, height, centre(p), centre(q), brush / 2, tool === "brush" ? 1 : 0)) put(mask);
    };
    if (tool === "move" && by) {
      put(shiftMask(mask, width, height, ...by));
      return true;
    }
    if (by && event.shiftKey && tool !== "fill") {
      stage.moveCursor(...by);
      stamp(cursor, stage.cursor);
      return true;
    }
    if (event.key !== " ") return false;
    if (tool === "fill") {
      floodFill(mask, width, height, cursor.col, cursor.row, mask[cursor.row * width + cursor.col] ? 0 : 1);
      put(mask);
    } else if (tool !== "move") stamp(cursor, cursor);
    return true;
  };
}
