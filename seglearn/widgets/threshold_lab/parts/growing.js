/** Growing: tolerance, what a pixel is compared with, and how the region's area depends on the tolerance. */
import { button, enable, segmented, slider } from "../../web/ui/controls.js";
import { h } from "../../web/ui/dom.js";
import { count, decimal, percent } from "../../web/ui/format.js";
import { meter } from "../../web/ui/meter.js";
import { throttle } from "../../web/ui/model.js";
import { strings } from "../words/en.js";
import { STEPS } from "./compute.js";
import { named, ticks } from "./layout.js";
import { createErrors } from "./scores.js";

const [WIDE, TALL] = [100, 60];
const words = strings.growing;

/** `{ controls, el, draw(drawing) }` */
export function createGrowing(shell, lab) {
  const { store } = shell;
  const put = (patch) => store.commit({ ...store.state, ...patch });
  let latest = 0;
  const soon = throttle(() => store.preview({ ...store.state, tolerance: latest }), 40);
  shell.onClose(soon.stop);
  const tolerance = slider({
    label: words.tolerance,
    id: "tolerance",
    min: 0,
    max: STEPS,
    value: 0,
    format: (step) => decimal(step / STEPS, 2),
    onInput(step) {
      latest = step / STEPS;
      soon.soon();
    },
    onChange(step) {
      soon.stop();
      put({ tolerance: step / STEPS });
    },
  });
  const against = segmented({
    label: words.against,
    id: "against",
    options: ["seed", "region"].map((value) => ({ value, label: words[value] })),
    onChange: (value) => put({ against: value }),
  });
  const clear = button({ label: words.clear, id: "clear", onClick: () => put({ seeds: [] }) });
  const plot = h("div", { class: "drawing", role: "img", "aria-label": words.plot, "data-testid": "spread" });
  const share = meter({ label: words.area, id: "meter-area", format: (x) => percent(x) });
  const iou = meter({ label: words.iou, id: "meter-region-iou", role: "agreement" });
  const errors = createErrors(shell.light);
  const note = h("b", { "data-testid": "region" });
  const hint = h("p", { class: "hint" });
  return {
    controls: h("div", { class: "bar" }, tolerance.el, named(words.against, against.el), clear),
    el: h("div", {}, note, h("div", { class: "spread keeps-colors" }, plot), ticks("0", words.axis, "1"), hint),
    meters: [share.el, iou.el, errors.el],
    draw({ state, view, metrics: m, why }) {
      const { grey } = lab.pictureOf(state);
      tolerance.value = Math.round(STEPS * state.tolerance);
      against.value = state.against;
      enable(clear, state.seeds.length > 0);
      const all = Math.log(Math.max(2, grey.length));
      const y = (area) => (TALL * (1 - Math.log(Math.max(1, area)) / all)).toFixed(1);
      const line = [...lab.spread(state)].map((area, step) => `${step} ${y(area)}`).join("L");
      const follow = state.against === "region";
      plot.innerHTML =
        `<svg viewBox="0 -3 ${WIDE} ${TALL + 6}" preserveAspectRatio="none" aria-hidden="true">` +
        (state.seeds.length ? `<path class="curve${follow ? " other" : ""}" d="M${line}"/>` : "") +
        `<path class="at" d="M${STEPS * state.tolerance} -3V${TALL + 3}"/></svg>`;
      const dot = h("i", { class: "dot", hidden: !m.region_area });
      dot.style.left = `${100 * state.tolerance}%`;
      dot.style.top = `${(100 * (Number(y(m.region_area)) + 3)) / (TALL + 6)}%`;
      plot.append(dot);
      note.textContent = m.region_area ? words.note(count(m.region_area), decimal(m.region_mean, 2)) : words.none;
      hint.textContent = follow ? words.regionHint : words.seedHint;
      share.show(m.region_area / grey.length, why);
      iou.show(m.region_iou, why);
      errors.draw(lab.region(state), view.show === "truth" ? lab.wanted(state) : null);
    },
  };
}
