/** What the parts of the explorer share: the numbers of the moment, the output that is looked at, and what is pointed at. */
import { convolve, MOST, makeKernel, numbersOf, resizeImage, resizeKernel, sizes } from "../../web/core/convolution.js";
import { strings } from "../words/en.js";
import { brief } from "./board.js";

const kernelOf = (state, k) =>
  state.kind === "own" ? { kernel: resizeKernel(state.kernel, k) } : makeKernel(state.kind, k);

/** What a setting does to the state: (state, value, pictures) => what changes. */
export const CHANGES = {
  size: (state, n, pictures) => ({ image: resizeImage(state.image, n, pictures[state.picture] ?? []) }),
  kernel: kernelOf,
  stride: (_, stride) => ({ stride }),
  padding: (_, padding) => ({ padding }),
  dilation: (_, dilation) => ({ dilation }),
};

/** What a setting is, in a state. */
export const READS = {
  size: (state) => state.image.length,
  kernel: (state) => state.kernel.length,
  stride: (state) => state.stride,
  padding: (state) => state.padding,
  dilation: (state) => state.dilation,
};

export { MOST };

/** @typedef {ReturnType<typeof createDesk>} Desk */

/** @param {Shell} shell */
export function createDesk(shell) {
  const { store, data } = shell;
  const clamp = (v, n) => Math.min(n - 1, Math.max(0, v));
  let shown = null; // the document that is drawn: for a moment it may be an earlier one
  const numbers = () => numbersOf(shown ?? store.state);
  const side = () => sizes(numbers()).size ?? 0;
  const desk = {
    /** What is drawn from now on. */
    show(state) {
      shown = state;
    },
    /** { n, k, s, p, d } */
    get numbers() {
      return numbers();
    },
    /** Cells a side of the output, 0 where there is none. */
    get side() {
      return side();
    },
    /** Row and column of the output that is looked at; [0, 0] where there is none. */
    get cell() {
      return store.view.cell.map((v) => clamp(v, Math.max(1, side())));
    },
    /** The padded input cell under the pointer or the keyboard's cursor, and whether it is the keyboard's. */
    cursor: null,
    typing: false,
    /** Called when somebody looks at an output by hand; the player hangs its stop here. */
    stopped() {},
    commit: (change) => store.commit({ ...store.state, ...change }),
    change: (name, value, state = store.state) => CHANGES[name](state, value, data.pictures),
    clamp,
    /** @param {{ r: number, c: number }} at of the padded input */
    inImage({ r, c }) {
      const { n, p } = numbers();
      return r >= p && c >= p && r < n + p && c < n + p;
    },
    /** Looks at an output cell, and says so unless it is only passed by. */
    look(r, c, aloud = true) {
      store.look({ cell: [clamp(r, side()), clamp(c, side())] });
      if (aloud) shell.say(desk.spoken());
    },
    spoken() {
      const [r, c] = desk.cell;
      const output = convolve(shown ?? store.state);
      if (output) return `${strings.sum.lead(r + 1, c + 1)} ${brief(output[r][c], 2)}`;
      const { span, padded, remainder } = sizes(numbers());
      return strings.announce({ output_size: null, span, padded, remainder });
    },
  };
  return desk;
}
