/** Masks on the stage: moved, painted, erased and filled by pointer and by keys. */
import { floodFill, shiftMask, strokeLine } from "../../web/core/brush.js";
import { decodeMask, encodeMask } from "../../web/core/codec.js";
import { arrow } from "../../web/ui/keys.js";

const SHAPES = ["truth", "prediction"];

/** What the pointer does with each tool. */
export function paintStrokes({ store }, width, height) {
  const decode = (shape) => decodeMask(store.state[shape], width * height);
  const put = (shape, mask) => store.preview({ ...store.state, [shape]: encodeMask(mask) });
  let work = null;
  return {
    start(p) {
      const { tool, brush } = store.view;
      let { target } = store.view;
      if (tool === "move") {
        // Whichever shape lies under the pointer is moved; the chosen one where both do.
        const at = p.row * width + p.col;
        const other = SHAPES.find((s) => s !== target);
        if (!decode(target)[at]) {
          if (!decode(other)[at]) return false;
          target = other;
          store.look({ target });
        }
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

/** What the keys do with each tool; see strings.stage for what the reader is told. */
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
