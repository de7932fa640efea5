/**
 * Colours. A role has a pair [light theme, dark theme]; the shell sets it as --truth, --prediction, --agreement and
 * --ignore, and as --truth-ink … a shade that can be read as text. Hue is never alone: hatches are in HATCH.
 */

/** Okabe and Ito (2008), lightened in the dark theme so that thin outlines stay visible; for widgets without classes. */
export const OKABE_ITO_ROLES = {
  truth: ["#0072b2", "#56b4e9"],
  prediction: ["#d55e00", "#f2a03d"],
  agreement: ["#009e73", "#2dc99a"],
  ignore: ["#7d838a", "#9aa1a9"],
  inks: {
    truth: ["#005a8d", "#7cc5f0"],
    prediction: ["#a64800", "#f6b566"],
    agreement: ["#00694d", "#5fdcb5"],
    ignore: ["#5b6168", "#b4bac1"],
  },
  classes: /** @type {string[]} */ ([]),
};

/** Tol's vibrant set; for widgets without classes. */
export const TOL_ROLES = {
  truth: ["#0077bb", "#33bbee"],
  prediction: ["#ee7733", "#ff9a5c"],
  agreement: ["#009988", "#2cc7b4"],
  ignore: ["#7d838a", "#9aa1a9"],
  inks: {
    truth: ["#005f96", "#6fd0f5"],
    prediction: ["#a8460f", "#ffb688"],
    agreement: ["#006b5f", "#63dccd"],
    ignore: ["#5b6168", "#b4bac1"],
  },
  classes: /** @type {string[]} */ ([]),
};

/**
 * Roles with class colours, which are written as hex numbers. A call is marked as pure, so that a bundle carries only
 * the palettes that its widget has.
 * @param {typeof OKABE_ITO_ROLES} roles
 * @param {string} classes
 */
const withClasses = (roles, classes) => ({ ...roles, classes: classes.split(" ").map((c) => `#${c}`) });

/** No blue, orange or green, which are the roles': 20 ΔE00 or more apart, 15 for deuteranopic and protanopic sight. */
export const OKABE_ITO = /* @__PURE__ */ withClasses(
  OKABE_ITO_ROLES,
  "762a83 f0e442 6b5a1e ffb3c6 505050 b6a5e8 999933 7b6d8d",
);

/** Tol's muted set without cyan, teal and green, with two more. */
export const TOL = /* @__PURE__ */ withClasses(TOL_ROLES, "882255 ddcc77 332288 ffb3c6 999933 aa4499 505050 cc6677");

/** Class colours of PASCAL VOC. */
export const VOC = /* @__PURE__ */ withClasses(
  OKABE_ITO_ROLES,
  "000000 800000 008000 808000 000080 800080 008080 808080 400000 c00000 408000 " +
    "c08000 400080 c00080 408080 c08080 004000 804000 00c000 80c000 004080",
);

/** Class colours of Cityscapes' 19 training classes. */
export const CITYSCAPES = /* @__PURE__ */ withClasses(
  OKABE_ITO_ROLES,
  "804080 f423e8 464646 66669c be9999 999999 faaa1e dcdc00 6b8e23 98fb98 " +
    "4682b4 dc143c ff0000 00008e 000046 003c64 005064 0000e6 770b20",
);

/** @type {("truth" | "prediction" | "agreement" | "ignore")[]} */
export const ROLES = ["truth", "prediction", "agreement", "ignore"];

/** Truth leans one way, prediction the other, and where both are the lines cross. */
export const HATCH = { truth: "/", prediction: "\\", agreement: "x", ignore: "." };

/** Hatches for classes, in step with `classes`; class 0 stays plain. */
export const CLASS_HATCHES = ["", "/", "\\", "x", "-", "|", "+", "."];

/**
 * Custom properties for the root: light-dark() picks by the colour scheme in force.
 * @param {Palette} palette
 * @returns {string}
 */
export function paletteCss(palette) {
  /** @param {string[]} color */
  const pair = ([light, dark]) => `light-dark(${light}, ${dark})`;
  return [
    ...ROLES.map((role) => `--${role}: ${pair(palette[role])}; --${role}-ink: ${pair(palette.inks[role])};`),
    ...palette.classes.map((color, i) => `--class-${i}: ${color};`),
  ].join(" ");
}
