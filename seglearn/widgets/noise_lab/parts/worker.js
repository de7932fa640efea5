/** The slow filters beside the page, so that it goes on answering; see background.js. */
import { SLOW } from "../../web/core/denoise.js";

addEventListener("message", ({ data: { image, filter, setting } }) => postMessage(SLOW[filter](image, setting)));
