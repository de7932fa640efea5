/** The input: its cells, its padding, the window on it with a weight on each cell, and what the floor drops. */
import { numbersOf, readers, sizes, taps, timesRead } from "../../web/core/convolution.js";
import { h } from "../../web/ui/dom.js";
import { arrow } from "../../web/ui/keys.js";
import { strings } from "../words/en.js";
import { brief, CELL, createBoard, frame, label, shade, tag } from "./board.js";

const DEFS = `
  <pattern id="padding" width="3" height="3" patternUnits="userSpaceOnUse"><circle cx="1.5" cy="1.5" r="0.5" class="dot"/></pattern>
  <pattern id="dropped" width="3.4" height="3.4" patternUnits="userSpaceOnUse"><path d="M0 0l3.400 3.400M3.400 0L0 3.400" class="cross"/></pattern>
  <marker id="tip" viewBox="0 0 6 6" refX="5" refY="3" markerWidth="4" markerHeight="4" orient="auto"><path d="M0 0l6 3-6 3z" class="tip"/></marker>`;

const LEGIBLE = 3.6; // units: where the smallest type is larger than this, value and weight do not both fit a cell

/**
 * @param {Shell} shell
 * @param {import("./desk.js").Desk} desk
 */
export function createInput(shell, desk) {
  const { light } = shell;
  const title = h("figcaption");
  const key = createKey(light);
  const { point, pick, onKey, enter } = createHand(shell, desk);
  const board = createBoard({
    id: "input",
    label: strings.input.board,
    defs: DEFS,
    onPoint: point,
    onPick: pick,
    onKey,
    onResize: shell.redraw,
  });
  shell.onClose(board.close);
  board.el.addEventListener("focus", () => board.el.matches(":focus-visible") && enter());
  board.el.addEventListener("blur", () => point(null));
  return {
    el: h("figure", { class: "input" }, title, board.el, key.el),
    draw(state, view) {
      const numbers = numbersOf(state);
      const found = sizes(numbers);
      title.replaceChildren(
        h("b", {}, strings.input.title(numbers.n)),
        numbers.p ? strings.input.padded(numbers.p, found.padded) : "",
      );
      key.draw(numbers, found);
      // A kernel that is too large sticks out; the board grows to show it.
      const cells = found.size ? found.padded : Math.max(found.padded, found.span);
      const scene = {
        state,
        numbers,
        found,
        desk,
        lit: light.parts ?? new Set(),
        least: board.least(cells),
        look: lookOf(state, view, numbers),
      };
      board.show(cells, groundOf(scene), litBelow(scene) + windowOf(scene) + litAbove(scene) + cursorOf(scene));
    },
  };
}

/** What mouse, finger and keys do to the input. */
function createHand(shell, desk) {
  const { store, light } = shell;
  const partAt = (at) => {
    const { padded, remainder } = sizes(desk.numbers);
    if (Math.max(at.r, at.c) >= padded - remainder) return "dropped";
    return desk.inImage(at) ? "cell" : "padding";
  };
  const valueAt = ({ r, c }) => store.state.image[r - desk.numbers.p][c - desk.numbers.p];
  const write = (at, value) => {
    const { p } = desk.numbers;
    if (!desk.inImage(at)) return;
    desk.commit({
      image: store.state.image.map((line, i) =>
        i === at.r - p ? line.map((x, j) => (j === at.c - p ? value : x)) : line,
      ),
    });
  };
  const describe = (at) => {
    const { p } = desk.numbers;
    const n = readers(desk.numbers, at.r).length * readers(desk.numbers, at.c).length;
    const what = desk.inImage(at)
      ? strings.input.cell(at.r - p + 1, at.c - p + 1, brief(valueAt(at), 2))
      : strings.input.inPadding;
    return `${what} ${strings.input.readBy(n)}`;
  };
  const place = (at, typing) => {
    [desk.cursor, desk.typing] = [at, typing];
    light.point(at && { part: partAt(at) });
    shell.redraw();
  };
  const corner = () => ({ r: desk.numbers.p, c: desk.numbers.p });
  return {
    point: (at) => place(at, false),
    enter: () => place(corner(), true),
    pick: (at) => desk.inImage(at) && write(at, valueAt(at) >= 5 ? 0 : 9),
    onKey(event) {
      const step = arrow(event);
      const at = desk.cursor ?? corner();
      if (step) {
        const padded = desk.numbers.n + 2 * desk.numbers.p;
        const next = { r: desk.clamp(at.r + step[1], padded), c: desk.clamp(at.c + step[0], padded) };
        place(next, true);
        shell.say(describe(next));
        return true;
      }
      if (!/^\d$/.test(event.key) || event.ctrlKey || event.metaKey) return false;
      [desk.cursor, desk.typing] = [at, true];
      write(at, Number(event.key));
      return true;
    },
  };
}

/** The legend under the input, of what is there. */
function createKey(light) {
  const items = ["window", "padding", "dropped"].map((part) => {
    const words = h("span");
    const el = h(
      "li",
      { "data-part": part, tabindex: "0" },
      h("i", { class: `swatch key-${part}`, "aria-hidden": "true" }),
      words,
    );
    light.bind(el, { part: part === "window" ? "span" : part });
    return { part, el, words };
  });
  return {
    el: h(
      "ul",
      { class: "legend key" },
      items.map(({ el }) => el),
    ),
    draw({ p }, { span, remainder }) {
      const there = { window: true, padding: p > 0, dropped: remainder > 0 };
      for (const { part, el, words } of items) {
        el.hidden = !there[part];
        words.textContent = strings.input.key[part](part === "window" ? span : remainder);
      }
    },
  };
}

// --- drawing ------------------------------------------------------------------------------------------------------------

/** How a padded cell looks: { fill, ink, text }; its value, or how many windows read it. */
function lookOf(state, view, numbers) {
  const { n, p } = numbers;
  const reads = view.shows === "reads" ? timesRead(numbers) : null;
  const flat = reads ? reads.flat() : state.image.flat();
  const fraction = flat.every((x) => x <= 1) && flat.some((x) => x > 0 && x < 1);
  const top = reads ? Math.max(1, ...flat) : fraction ? 1 : Math.max(9, ...flat);
  return (r, c) => {
    const inside = r >= p && c >= p && r < n + p && c < n + p;
    const value = reads ? reads[r][c] : inside ? state.image[r - p][c - p] : 0;
    const colours = inside || reads ? shade(value, top) : { fill: "var(--field)", ink: "var(--ink-2)" };
    return { ...colours, inside, bare: !inside && !reads, text: brief(value) };
  };
}

function groundOf({ numbers: { n, p }, found: { padded, remainder, size }, look, least }) {
  const kept = size ? padded - remainder : padded; // what lies beyond is dropped
  let cells = "";
  let numerals = "";
  for (let r = 0; r < padded; r++) {
    for (let c = 0; c < padded; c++) {
      const { fill, ink, text, inside, bare } = look(r, c);
      cells += frame(r, c, 1, 1, `fill="${fill}" class="cell${inside ? "" : " padded"}"`, 0.25);
      if (bare) cells += frame(r, c, 1, 1, 'fill="url(#padding)"', 0.5);
      const extra = Math.max(r, c) >= kept ? `stroke="${fill}" class="halo"` : "";
      numerals += label(text, (c + 0.5) * CELL, (r + 0.5) * CELL, { fill: ink, extra, least });
    }
  }
  if (kept < padded) {
    cells +=
      frame(0, kept, padded, remainder, 'fill="url(#dropped)" class="dropped"') +
      frame(kept, 0, remainder, kept, 'fill="url(#dropped)" class="dropped"');
  }
  return cells + numerals + (p ? frame(p, p, n, n, 'class="image-line"', -0.3) : "");
}

/** What is lit under the window: padding, image. */
function litBelow({ lit, numbers: { n, p }, found: { padded } }) {
  let out = "";
  if (lit.has("padding") && p) {
    for (const [r, c, rows, columns] of [
      [0, 0, p, padded],
      [padded - p, 0, p, padded],
      [p, 0, n, p],
      [p, padded - p, n, p],
    ])
      out += frame(r, c, rows, columns, 'class="hot"', 0.4);
  }
  if (lit.has("image")) out += frame(p, p, n, n, 'class="hot line"', 0.6);
  return out;
}

/** The window of the output cell that is looked at, with its weights; or the kernel that does not fit. */
function windowOf({ state, numbers: { s, p, d }, found: { size, span }, desk, lit, least, look }) {
  if (!size) {
    const badges = taps(state, 0, 0).map(({ i, j, w }) => badge(i * d, j * d, w, least));
    return frame(0, 0, span, span, 'class="window too-large"', 0.4) + badges.join("");
  }
  const [r, c] = desk.cell;
  let out = frame(r * s, c * s, span, span, 'class="window"', -0.1);
  for (const { i, j, row, col, w } of taps(state, r, c)) {
    const [y, x] = [row + p, col + p];
    const { fill, ink, text } = look(y, x);
    const kind = w < 0 ? " minus" : w === 0 ? " zero" : "";
    const weight = least <= LEGIBLE ? badge(y, x, w, least) : "";
    const both = weight !== "";
    const middle = both ? y * CELL + 3.1 : (y + 0.5) * CELL;
    out +=
      `<g class="tap${kind}${lit.has(`t-${i}-${j}`) ? " lit" : ""}">` +
      frame(y, x, 1, 1, `fill="${fill}" class="tap-cell"`, 0.7) +
      label(text, (x + 0.5) * CELL, middle, { size: both ? 4 : 4.6, width: 8.4, fill: ink, least }) +
      `${weight}</g>`;
  }
  return out;
}

function badge(r, c, w, least) {
  const look = { size: 3.3, width: 8.2, least, extra: 'class="badge-text"' };
  const write = (text) => label(text, (c + 0.5) * CELL, r * CELL + 7.2, look);
  const words = write(`×${brief(w, 2)}`) || write(brief(w, 2));
  return (
    words &&
    `<rect x="${c * CELL + 0.9}" y="${r * CELL + 5.3}" width="8.2" height="3.9" rx="1.2" class="badge"/>${words}`
  );
}

/** What is lit over the window: the first window, its span, the step to the next, what is dropped. */
function litAbove({ numbers: { s }, found: { padded, remainder, span, size }, desk, lit, least }) {
  const hot = (...args) => frame(...args);
  let out = "";
  if (size && lit.has("first")) out += hot(0, 0, span, span, 'class="hot line"', 0.6);
  if (size && lit.has("span")) {
    const [r, c] = desk.cell;
    const y = Math.max(1.5, r * s * CELL + 1.5);
    out += `<path class="measure" d="M${c * s * CELL + 0.6} ${y}H${(c * s + span) * CELL - 0.6}"/>`;
    out += tag(`${span}`, (c * s + span / 2) * CELL, y + 2, least);
  }
  if (size && lit.has("step")) {
    const y = (span / 2) * CELL;
    out += hot(0, 0, span, span, 'class="hot line"', 0.6);
    if (size > 1) out += hot(0, s, span, span, 'class="hot line"', 0.6);
    out += `<path class="measure arrow" marker-end="url(#tip)" d="M${0.8} ${y}H${s * CELL}"/>`;
    out += tag(strings.input.step(s), (s / 2) * CELL, y - 3.4, least);
  }
  const kept = padded - remainder;
  if (size && lit.has("dropped") && remainder) {
    out += hot(0, kept, padded, remainder, 'class="hot drop"', 0.3);
    out += hot(kept, 0, remainder, kept, 'class="hot drop"', 0.3);
  }
  return out;
}

function cursorOf({ desk: { cursor, typing }, found: { padded } }) {
  if (!cursor || cursor.r >= padded || cursor.c >= padded) return "";
  return frame(cursor.r, cursor.c, 1, 1, `class="cursor${typing ? " typing" : ""}"`, 0.2);
}
