/** How classes look: a hue from the palette, or their own colour, and a hatch by number. */
import { CLASS_HATCHES, OKABE_ITO } from "../../web/ui/palette.js";

const HUES = OKABE_ITO.classes;
const ANGLES = { "/": [-45, -45], "\\": [45, 45], x: [-45, 45], "-": [0, 0], "|": [90, 90], "+": [0, 90] };

export const classHatch = (k) => CLASS_HATCHES[(k + Math.floor(k / CLASS_HATCHES.length)) % CLASS_HATCHES.length];

/** Sets --hue-K for each class. */
export function setHues(root, classes) {
  classes.forEach(({ color }, k) => {
    root.style.setProperty(`--hue-${k}`, `var(--class-${k}, ${color ?? HUES[k % HUES.length]})`);
  });
}

/** Attributes of a swatch. */
export function swatchOf(k) {
  const hatch = classHatch(k);
  const angles = ANGLES[hatch];
  const lines = angles ? `; --a: ${angles[0]}deg; --b: ${angles[1]}deg` : "";
  return {
    class: `swatch class ${angles ? "lines" : hatch === "." ? "dots" : "plain"}`,
    style: `--role: var(--hue-${k})${lines}`,
    "aria-hidden": "true",
  };
}

/** What a stage needs to draw class k. */
export const styleOf = (shell, k, alpha) => ({
  color: shell.color(`hue-${k}`),
  hatch: classHatch(k),
  alpha,
  part: `class-${k}`,
});
