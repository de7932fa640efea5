/** The network's part: heat map, scatter plot, what they say of the state, and the button for the kernel. */
import { button, segmented } from "../../web/ui/controls.js";
import { h } from "../../web/ui/dom.js";
import { percent } from "../../web/ui/format.js";
import { strings } from "../words/en.js";
import { createAsk } from "./ask.js";
import { createMap, settingOf } from "./map.js";
import { createPlot } from "./plot.js";
import { decibels } from "./scores.js";
import { even } from "./surface.js";

const KEYS = ["by-psnr", "by-iou", "now"];

/** What the state and its rivals score, in words. */
function createWords(lab, repair) {
  const here = h("p", { class: "here", "data-testid": "here", "data-readout": true });
  const best = h("p", { "data-testid": "best", "data-readout": true });
  return {
    els: [here, repair, best],
    draw(state, net) {
      const measured = even(state);
      repair.hidden = measured;
      here.textContent = measured
        ? strings.network.here(percent(net.mean_iou), percent(lab.surface.clean), net.exact)
        : strings.network.uneven;
      const [p, m] = [net.points[net.bestPsnr], net.points[net.bestIou]];
      const told = (point) => [settingOf(point), decibels(point.psnr), percent(point.mean_iou)];
      best.textContent = strings.network.best(...told(p), ...told(m), net.bestPsnr === net.bestIou);
    },
  };
}

/** `{ el, plot, words, draw(state, view) }` */
export function createNetwork(shell, lab, put) {
  const { store, data } = shell;
  const which = segmented({
    label: strings.map.label,
    id: "map",
    options: ["mean_iou", "psnr"].map((v) => ({ value: v, label: strings.map[v] })),
    onChange: (map) => store.look({ map }),
  });
  const map = createMap(lab, data.filters, (row, { filter, setting }) => {
    const strength = lab.strengths[store.state.noise][row];
    put({ strength, filter, setting, ...(even(store.state) ? {} : { salt: 0.5 }) });
  });
  const plot = createPlot(lab);
  const again = createAsk(shell, lab);
  const repair = button({ label: strings.network.repair, id: "even", onClick: () => put({ salt: 0.5 }) });
  const words = createWords(lab, repair);
  const key = h(
    "div",
    { class: "key", "aria-hidden": "true" },
    KEYS.map((name) => h("span", { class: name }, strings.map[name])),
  );
  return {
    el: h(
      "div",
      { class: "network", role: "group", "aria-label": strings.network.title },
      h("p", { class: "hint", "data-secondary": true }, strings.network.about(lab.surface.n_scenes)),
      h("div", { class: "panel-head" }, which.el, key),
      map.el,
    ),
    plot: plot.el,
    words: h("div", { class: "words" }, words.els, again.ask ?? "", again.note, again.labels),
    draw(state, view) {
      const net = lab.network(state);
      which.value = view.map;
      map.draw(state, view, net);
      again.draw(state);
      plot.draw(net, again.answerFor(state));
      words.draw(state, net);
    },
  };
}
