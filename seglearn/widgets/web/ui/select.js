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
