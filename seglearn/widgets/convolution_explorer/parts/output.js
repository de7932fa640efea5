/** The output: its cells, the one that is looked at, and those that read what is pointed at on the input. */
import { numbersOf, readers } from "../../web/core/convolution.js";
import { h } from "../../web/ui/dom.js";
import { arrow } from "../../web/ui/keys.js";
import { strings } from "../words/en.js";
import { brief, CELL, createBoard, frame, label, shade } from "./board.js";

const DEFS = `
  <pattern id="negative" width="3.4" height="3.4" patternUnits="userSpaceOnUse"><path d="M-1 -1l5.400 5.400" class="slash"/></pattern>`;

/**
 * @param {Shell} shell
 * @param {import("./desk.js").Desk} desk
 */
export function createOutput(shell, desk) {
  const title = h("figcaption", { "data-testid": "output-title", "data-readout": true });
  const board = createBoard({
    id: "output",
    label: strings.output.board,
    defs: DEFS,
    onPoint(at) {
      if (!at || !desk.side) return;
      desk.stopped();
      desk.look(at.r, at.c, false);
    },
    onPick: (at) => desk.side && desk.look(at.r, at.c),
    onKey(event) {
      if (!desk.side) return false;
      const [r, c] = desk.cell;
      const step = arrow(event);
      if (step) desk.look(r + step[1], c + step[0]);
      else if (event.key === "Home") desk.look(0, 0);
      else if (event.key === "End") desk.look(desk.side, desk.side);
      else return false;
      desk.stopped();
      return true;
    },
    onResize: shell.redraw,
  });
  shell.onClose(board.close);
  const covered = h("div", { "data-readout": true }, board.el);
  return {
    el: h("figure", { class: "output" }, title, covered),
    board: board.el,
    /** @param {number[][] | null} output rows of numbers */
    draw(state, output) {
      const side = output?.length ?? 0;
      title.replaceChildren(h("b", {}, strings.output.title(side)));
      if (!output) {
        board.show(3, label(strings.output.none, 15, 15, { size: 4, width: 30, extra: 'class="nothing"' }), "");
        return;
      }
      board.show(side, groundOf(output, board.least(side)), aboveOf(state, desk, shell.light.parts ?? new Set()));
    },
  };
}

function groundOf(output, least) {
  const top = Math.max(...output.flat().map(Math.abs));
  let cells = "";
  output.forEach((line, r) =>
    line.forEach((value, c) => {
      const { fill, ink } = shade(value, top);
      cells += frame(r, c, 1, 1, `fill="${fill}" class="cell"`, 0.25);
      if (value < 0) cells += frame(r, c, 1, 1, 'fill="url(#negative)"', 0.25);
      const extra = `stroke="${fill}" stroke-width="1.4" paint-order="stroke"`; // no hatch through the digits
      cells += label(brief(value), (c + 0.5) * CELL, (r + 0.5) * CELL, { fill: ink, least, extra });
    }),
  );
  return cells;
}

function aboveOf(state, desk, lit) {
  const { side, cursor } = desk;
  let out = lit.has("output") ? frame(0, 0, side, side, 'class="hot line"', 0.6) : "";
  if (cursor) {
    const numbers = numbersOf(state);
    for (const r of readers(numbers, cursor.r))
      for (const c of readers(numbers, cursor.c)) out += frame(r, c, 1, 1, 'class="reader"', 0.9);
  }
  const [r, c] = desk.cell;
  return out + frame(r, c, 1, 1, 'class="current"', 0.3);
}
