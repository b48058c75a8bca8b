// @ts-check
/*
 * On the pages after the questions: parts of the picture that no server has yet still go out. Another tab may send the
 * same ones, which changes nothing.
 */
import { Parts } from "./parts.js";
import { Sender } from "./sender.js";

const { attempt = "", cameraUrl = "" } = document.body.dataset;
const parts = await Parts.open(attempt);
if (parts.count) new Sender(cameraUrl, parts).start();
