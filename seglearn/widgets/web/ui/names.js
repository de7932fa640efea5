import { classes } from "../words/en.js";

/**
 * What a class is called in the language of this bundle. A state, metrics and Python code hold the English name; this
 * one is for the eye. A name that is not the course's own, such as a learner's, stays as it is.
 * @param {string} name
 * @returns {string}
 */
export const className = (name) =>
  Object.hasOwn(classes, name) ? /** @type {Record<string, string>} */ (classes)[name] : name;
