/**
 * A square board of cells, drawn as SVG, with one tab stop.
 *
 *   const board = createBoard({
 *     id, label,                       // data-testid and accessible name; say which keys do what
 *     defs,                            // SVG definitions, such as hatches
 *     onPoint: ({ r, c } | null) => {},   // a mouse or pen passing over
 *     onPick: ({ r, c }) => {},        // pressed, or tapped
 *     onKey: (event) => bool,          // true: handled
 *     onResize: () => {},              // the board has another size on the screen
 *   });
 *   const least = board.least(n)       // the smallest type that can be read, in units of a board of n cells a side
 *   board.show(n, ground, above)       // n cells a side; SVG of the cells, and of what is lit above them
 *
 * A cell is 10 × 10 units; `frame` and `label` write the markup.
 */
import { h } from "../../web/ui/dom.js";
import { decimal } from "../../web/ui/format.js";

export const CELL = 10;

const NAMESPACE = "http://www.w3.org/2000/svg";
// Widths of characters as shares of the font size: of digits, and of what is narrower or wider.
const ADVANCE = 0.62;
const ADVANCES = { ".": 0.33, ",": 0.33, "−": 0.78, "×": 0.78 };
const BRIM = 9.6; // units of a cell that a text may fill where it could not be read otherwise

/**
 * @typedef {{ r: number, c: number }} At row and column of a cell
 * @param {{ id: string, label: string, defs?: string, onPoint?: (at: At | null) => void, onPick?: (at: At) => void,
 *   onKey?: (event: KeyboardEvent) => boolean, onResize: () => void }} options
 */
export function createBoard({ id, label, defs = "", onPoint, onPick, onKey, onResize }) {
  const svg = document.createElementNS(NAMESPACE, "svg");
  svg.setAttribute("aria-hidden", "true");
  svg.innerHTML = `<defs>${defs}</defs><g></g><g></g>`;
  const [ground, above] = svg.querySelectorAll("g");
  const el = h(
    "div",
    { class: "board", role: "application", tabindex: "0", "aria-label": label, "data-testid": id },
    svg,
  );
  let size = 0;
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
  const observer = new ResizeObserver(onResize);
  observer.observe(el);

  function fit(n) {
    if (size === n) return;
    size = n;
    svg.setAttribute("viewBox", `-0.5 -0.5 ${n * CELL + 1} ${n * CELL + 1}`);
    el.style.setProperty("--n", n);
  }

  return {
    el,
    /** The smallest type of the house, 12 or, large, 18 pixels, in units of a board of n cells a side. */
    least(n) {
      fit(n);
      const pixels = Number.parseFloat(getComputedStyle(el).fontSize) > 16 ? 18 : 12;
      return (pixels * (n * CELL + 1)) / (el.clientWidth || 1);
    },
    show(n, below, over) {
      fit(n);
      [below, over].forEach((markup, i) => {
        if (drawn[i] === markup) return; // while a window moves, the cells below stay
        drawn[i] = markup;
        [ground, above][i].innerHTML = markup;
      });
    },
    close: () => observer.disconnect(),
  };
}

// --- markup -------------------------------------------------------------------------------------------------------------

const advance = (text) => [...text].reduce((all, letter) => all + (ADVANCES[letter] ?? ADVANCE), 0);

/**
 * A line of text around (x, y), set smaller where it is wider than `width` units but not smaller than `least`; left out
 * where it would not fit a cell then.
 * @param {string} text
 * @param {number} x
 * @param {number} y
 * @param {{ size?: number, width?: number, least?: number, fill?: string, extra?: string }} [look]
 */
export function label(text, x, y, { size = 4.6, width = 7.9, least = 0, fill = "currentColor", extra = "" } = {}) {
  const wide = advance(text);
  const fits = Math.max(least, Math.min(size, width / wide));
  if (fits * wide > Math.max(BRIM, width)) return "";
  return `<text x="${x}" y="${(y + fits * 0.36).toFixed(2)}" font-size="${fits.toFixed(2)}" fill="${fill}" ${extra}>${text}</text>`;
}

/** A rectangle over cells (r, c) to (r + rows, c + cols). */
export const frame = (r, c, rows, cols, attributes, inset = 0) =>
  `<rect x="${c * CELL + inset}" y="${r * CELL + inset}" width="${cols * CELL - 2 * inset}" height="${rows * CELL - 2 * inset}" ${attributes}/>`;

/** Words on a plate around (x, y), over the cells. */
export function tag(text, x, y, least = 0) {
  const size = Math.max(3.6, least);
  const [width, height] = [advance(text) * size + 3, size * 1.45];
  return (
    `<rect x="${x - width / 2}" y="${y - height / 2}" width="${width}" height="${height}" rx="1.2" class="tag"/>` +
    label(text, x, y, { size, width: 999, extra: 'class="tag-text"' })
  );
}

// --- colours of values, the same in both themes, because they are a picture -------------------------------------------------

const mix = (a, b, t) => a.map((v, i) => Math.round(v + t * (b[i] - v)));
const luminance = (rgb) => {
  const [r, g, b] = rgb.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const look = (rgb) => ({ fill: `rgb(${rgb.join()})`, ink: luminance(rgb) > 0.179 ? "#000" : "#fff" });

/** Grey for 0 … `top`, black to white; red for 0 … -`top`. */
export function shade(value, top) {
  const t = top > 0 ? Math.min(1, Math.abs(value) / top) : 0;
  return value < 0 ? look(mix([255, 222, 228], [214, 74, 104], t)) : look(mix([34, 36, 40], [250, 250, 250], t));
}

/** A number in few characters, with a proper minus. */
export function brief(value, digits = 1) {
  const whole = Number.isInteger(value) || Math.abs(value) >= 100;
  return decimal(value, whole ? 0 : digits);
}
