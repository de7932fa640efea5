/** A native drop-down, for a parameter with more values than fit side by side. */
import { h } from "./dom.js";

let serial = 0;

/**
 * One of several values under a label. Returns { el, value } with a settable value.
 * @param {{ label: string, id: string, options: { value: string, label: string }[], onChange: (value: string) =>
 *   void }} options
 * @returns {Control<string>}
 */
export function select({ label, id, options, onChange }) {
  const name = `select-${id}-${++serial}`;
  const input = h(
    "select",
    { id: name, "data-testid": id, onchange: () => onChange(input.value) },
    options.map(({ value, label: words }) => h("option", { value }, words)),
  );
  return {
    el: h("div", { class: "select" }, h("label", { for: name }, label), input),
    get value() {
      return input.value;
    },
    set value(next) {
      if (input.value !== next) input.value = next;
    },
  };
}

/**
 * Which picture: those of the page, and the reader's own where it can be shown. With one alone there is no choice.
 * @param {Record<string, any>} pictures
 * @param {Record<string, string>} words the label of the choice, and the name of each picture and of "own"
 * @param {(picture: string) => void} onChange
 * @returns {{ el: HTMLElement, draw(picture: string, hasOwn: boolean): void }}
 */
export function pictureSelect(pictures, words, onChange) {
  const names = Object.keys(pictures);
  const choice = select({
    label: words.label,
    id: "picture",
    options: [...names, "own"].map((value) => ({ value, label: words[value] })),
    onChange,
  });
  const own = /** @type {HTMLElement} */ ([...choice.el.querySelectorAll("option")].at(-1));
  return {
    el: choice.el,
    draw(picture, hasOwn) {
      own.hidden = !hasOwn;
      choice.el.hidden = names.length === 1 && !hasOwn;
      choice.value = picture;
    },
  };
}
