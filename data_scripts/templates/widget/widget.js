/** My widget: what share of some values lies above a number that the reader moves. */
import { py } from "../web/core/python.js";
import { slider } from "../web/ui/controls.js";
import { score } from "../web/ui/format.js";
import { meter } from "../web/ui/meter.js";
import { OKABE_ITO, TOL } from "../web/ui/palette.js";
import { defineWidget } from "../web/ui/shell.js";
import css from "./style.css";
import { strings } from "./words/en.js";

/** @param {Shell} shell */
function build({ store, body, control }) {
  const onInput = (t) => store.preview({ t });
  const onChange = (t) => store.commit({ t });
  const range = { min: 0, max: 1, step: 0.05, value: store.state.t, format: score };
  const t = slider({ label: strings.t, id: "t", ...range, onInput, onChange });
  const share = meter({ label: strings.share, id: "share" });
  body.append(control("slider", t.el), control("share", share.el));
  return ({ state, metrics, why }) => {
    t.value = state.t;
    share.show(metrics.share, why);
  };
}

export default defineWidget({
  name: "my_widget",
  strings,
  palettes: { "okabe-ito": OKABE_ITO, tol: TOL },
  css,
  metrics: ({ t }, { values }) => ({ share: values.filter((v) => v > t).length / values.length }),
  python: ({ t }, { values }) => py`print(sum(v > ${t} for v in ${values}) / ${values.length})\n`,
  announce: (_, metrics) => strings.announce(score(metrics.share)),
  build,
});
