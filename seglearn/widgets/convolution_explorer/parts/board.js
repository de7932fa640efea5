/**
 * A square board of cells, drawn as SVG, with one tab stop.
 *
 *   const board = createBoard({
 *     id, label,                       // data-testid and accessible name; say which keys do what
 *     defs,                            // SVG definitions, such as hatches
 *     onPoint: ({ r, c } | null) => {},   // a mouse or pen passing over
 *     onPick: ({ r, c }) => {},        // pressed, or tapped
 *     onKey: (event) => bool,          // true: handled
 *   });
 *   board.show(n, ground, above)       // n cells a side; SVG of the cells, and of what is lit above them
 *
 * A cell is 10 × 10 units; `frame` and `label` write the markup.
 */
import { h } from "../../web/ui/dom.js";

export const CELL = 10;

const NAMESPACE = "http://www.w3.org/2000/svg";

export function createBoard({ id, label, defs = "", onPoint, onPick, onKey }) {
  const svg = document.createElementNS(NAMESPACE, "svg");
  svg.setAttribute("aria-hidden", "true");
  svg.innerHTML = `<defs>${defs}</defs><g></g><g></g>`;
  const [ground, above] = svg.querySelectorAll("g");
  const el = h(
    "div",
    { class: "board", role: "application", tabindex: "0", "aria-label": label, "data-testid": id },
    svg,
  );
  let size = 1;
  const drawn = ["", ""];

  const at = (event) => {
    const box = svg.getBoundingClientRect();
    const [c, r] = [
      Math.floor(((event.clientX - box.left) / box.width) * size),
      Math.floor(((event.clientY - box.top) / box.height) * size),
    ];
    return r >= 0 && c >= 0 && r < size && c < size ? { r, c } : null;
  };
  el.addEventListener("pointermove", (event) => event.pointerType !== "touch" && onPoint?.(at(event)));
  el.addEventListener("pointerleave", () => onPoint?.(null));
  el.addEventListener("click", (event) => at(event) && onPick?.(at(event)));
  el.addEventListener("keydown", (event) => onKey?.(event) && event.preventDefault());

  return {
    el,
    show(n, below, over) {
      if (size !== n || !svg.hasAttribute("viewBox")) {
        size = n;
        svg.setAttribute("viewBox", `-0.5 -0.5 ${n * CELL + 1} ${n * CELL + 1}`);
        el.style.setProperty("--n", n);
      }
      [below, over].forEach((markup, i) => {
        if (drawn[i] === markup) return; // while a window moves, the cells below stay
        drawn[i] = markup;
        [ground, above][i].innerHTML = markup;
      });
    },
  };
}

// --- markup -------------------------------------------------------------------------------------------------------------

/** A line of text; beyond `room` characters, which fit a cell, it is set smaller. */
export function label(text, x, y, { size = 4.6, fill = "currentColor", room = 2.6, extra = "" } = {}) {
  const shrunk = size * Math.min(1, room / text.length);
  return `<text x="${x}" y="${(y + shrunk * 0.36).toFixed(2)}" font-size="${shrunk.toFixed(2)}" fill="${fill}" ${extra}>${text}</text>`;
}

/** A rectangle over cells (r, c) to (r + rows, c + cols). */
export const frame = (r, c, rows, cols, attributes, inset = 0) =>
  `<rect x="${c * CELL + inset}" y="${r * CELL + inset}" width="${cols * CELL - 2 * inset}" height="${rows * CELL - 2 * inset}" ${attributes}/>`;

// --- colours of values, the same in both themes, because they are a picture -------------------------------------------------

const mix = (a, b, t) => a.map((v, i) => Math.round(v + t * (b[i] - v)));
const luminance = (rgb) => {
  const [r, g, b] = rgb.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const look = (rgb) => ({ fill: `rgb(${rgb.join()})`, ink: luminance(rgb) > 0.18 ? "#111" : "#fff" });

/** Grey for 0 … `top`, black to white; orange for 0 … -`top`. */
export function shade(value, top) {
  const t = top > 0 ? Math.min(1, Math.abs(value) / top) : 0;
  return value < 0 ? look(mix([255, 226, 196], [222, 112, 20], t)) : look(mix([34, 36, 40], [250, 250, 250], t));
}

/** A number in few characters, with a proper minus. */
export function brief(value, digits = 1) {
  const text = Number.isInteger(value) ? String(value) : value.toFixed(Math.abs(value) >= 100 ? 0 : digits);
  return text.replace("-", "−");
}
