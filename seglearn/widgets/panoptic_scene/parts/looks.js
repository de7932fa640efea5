/**
 * How segments look. Stuff is hatched, things are plain, outlined and numbered; a class has one hue, and instances of
 * it differ in lightness. On an instance map, which knows of no stuff, each object has a hue of its own.
 */
import { CLASS_HATCHES, OKABE_ITO } from "../../web/ui/palette.js";

const HUES = OKABE_ITO.classes;
const OBJECTS = 7; // hues for objects; the eighth is grey
const STEPS = [0, 0.34, -0.26, 0.6];

/** The hatch of a class: plain for things. */
export const classHatch = (classes, k) => (classes[k].thing ? "" : CLASS_HATCHES[1 + (k % (CLASS_HATCHES.length - 2))]);

/** Sets --hue-K for each class: from the palette if it has that many, else the scene's own colour, else a default one. */
export function setHues(root, classes) {
  const own = (k) => classes[k].color ?? HUES[k % HUES.length];
  classes.forEach((_, k) => root.style.setProperty(`--hue-${k}`, `var(--class-${k}, ${own(k)})`));
  for (let i = 0; i < OBJECTS; i++) root.style.setProperty(`--object-${i}`, `var(--class-${i}, ${HUES[i]})`);
}

/** { color, hatch, alpha } of a label as a mode shows it. */
export function lookOf(shell, mode, [, k, number], label) {
  const { classes } = shell.data;
  const { thing } = classes[k];
  if (mode === "instance") return { color: shell.color(`object-${(label - 1) % OBJECTS}`), alpha: 0.85 };
  const color = shell.color(`hue-${k}`);
  if (!thing) return { color, hatch: classHatch(classes, k), alpha: 0.5 };
  return { color: mode === "panoptic" ? shade(color, STEPS[(number - 1) % STEPS.length]) : color, alpha: 0.85 };
}

/** Towards white for a positive share, towards black for a negative one. */
function shade(color, share) {
  const end = share > 0 ? 255 : 0;
  const mixed = color
    .match(/[\d.]+/g)
    .slice(0, 3)
    .map((c) => Math.round(Number(c) + Math.abs(share) * (end - c)));
  return `rgb(${mixed.join(", ")})`;
}

const ANGLES = { "/": [-45, -45], "\\": [45, 45], x: [-45, 45], "-": [0, 0], "|": [90, 90], "+": [0, 90] };

/** Attributes of a swatch for class k: its hue, and the angles of the two sets of lines that hatch it. */
export function swatchOf(classes, k) {
  const angles = ANGLES[classHatch(classes, k)];
  const lines = angles ? `; --a: ${angles[0]}deg; --b: ${angles[1]}deg` : "";
  return {
    class: `swatch class${angles ? "" : " plain"}`,
    style: `--role: var(--hue-${k})${lines}`,
    "aria-hidden": "true",
  };
}
