/**
 * Says that widgets reach this browser, and measures the way to the kernel and back: it stands outside the shell,
 * because it must say something even where the rest fails.
 */

import { h } from "../web/ui/dom.js";
import { hostModel } from "../web/ui/model.js";
import { strings } from "./words/en.js";

const ROUNDS = 5;
const STYLE =
  "border:1px solid #7d7d7d;border-left:5px solid #0a8a5f;padding:.5em .9em;max-width:40em;line-height:1.45";

function show(el, text) {
  el.replaceChildren(h("div", { role: "status", style: STYLE, "data-testid": "browser-check" }, text));
}

function render({ model: host, el }) {
  const model = hostModel(host);
  const times = [];
  let begun = 0;
  const ask = () => {
    begun = performance.now();
    model.set({ state: { ping: model.get("metrics").pong + 1 } });
  };
  model.on("metrics", () => {
    times.push(performance.now() - begun);
    if (times.length < ROUNDS) return ask();
    const middle = times.sort((a, b) => a - b)[ROUNDS >> 1];
    show(el, strings.kernel(Math.round(middle)));
  });
  show(el, strings.waiting);
  ask();
  return () => model.close();
}

for (const place of document.querySelectorAll('[data-seglearn="browser_check"]')) show(place, strings.page);

export default { render };
