// @ts-check
// Checks a judgement's receipt, or a report, in the browser alone: nothing is sent anywhere. The same rules as
// reports/receipt.py and reports/signed.py; decimals are texts there, so that both write the same canonical JSON.

/** @typedef {{ bracket: string, state: string, quotes: { turn: number, start: number, end: number, sha256: string }[] }} Verdict */
/** @typedef {{ n: bigint, d: bigint }} Fraction */

const RECEIPT_MARK = "vivavoce judgement receipt 1\n";
const REPORT_MARK = "vivavoce report 1\n";
const TAIL = /\n(?:%vivavoce-signature ([0-9a-f]{64}) ([0-9a-f]{128})|<!-- vivavoce-signature ([0-9a-f]{64}) ([0-9a-f]{128}) -->)\n$/;
const WEIGHTS = /** @type {Record<string, bigint>} */ ({ weak: 2n, moderate: 3n, strong: 3n });

/** What is wrong with a file, in a sentence. */
class Broken extends Error {}

/**
 * Checks a file. Throws Broken.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Promise<{ key: string, lines: string[] }>} who signed it, and what was found
 */
async function check(bytes) {
  if (!globalThis.crypto?.subtle) {
    throw new Broken("This page needs https, or to be opened as a file. Or use `vivavoce verify-receipt`.");
  }
  return bytes[0] === 0x7b ? await checkReceipt(bytes) : await checkReport(bytes);
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
async function checkReceipt(bytes) {
  const text = new TextDecoder().decode(bytes);
  /** @type {any} */
  let read;
  try {
    read = JSON.parse(text);
  } catch {
    throw new Broken("This is not a receipt: the file is not JSON, or it was cut short.");
  }
  if (Object.keys(read).sort().join() !== "key,material,record,signature" || canonical(read) + "\n" !== text) {
    throw new Broken("This is not a receipt as it was written: something was added, left out or laid out anew.");
  }
  const { key, material, record, signature } = read;
  if (!(await isSigned(key, signature, encode(RECEIPT_MARK + canonical(record))))) {
    throw new Broken("The signature does not hold: the record or its signature was changed.");
  }
  if ((await sha256(canonical(material))) !== record.material_sha256) {
    throw new Broken("The answers or expectations in this file are not those that were judged.");
  }
  const quotes = await checkQuotes(record, material);
  checkSums(record);
  const lines = [
    `The signature holds. ${quotes} quotes stand where they should, and every sum holds.`,
    `Attempt ${record.attempt_id}, judgement ${record.judgement_version}, judged at ${record.judged_at}.`,
    `Assessed by ${record.rater}.`,
  ];
  return { key: /** @type {string} */ (key), lines };
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
async function checkReport(bytes) {
  const tail = TAIL.exec(new TextDecoder("latin1").decode(bytes.slice(-400)));
  if (tail === null) throw new Broken("This is neither a receipt nor a signed report, or its end is missing.");
  const key = tail[1] ?? tail[3] ?? "";
  const signed = bytes.slice(0, bytes.length - tail[0].length);
  const isPdf = new TextDecoder("latin1").decode(signed.slice(0, 5)) === "%PDF-";
  const mark = encode(REPORT_MARK);
  const message = new Uint8Array(mark.length + signed.length);
  message.set(mark);
  message.set(signed, mark.length);
  if (isPdf !== (tail[1] !== undefined) || !(await isSigned(key, tail[2] ?? tail[4] ?? "", message))) {
    throw new Broken("This report was changed after it was made. Don’t rely on it: ask for a new one.");
  }
  return { key, lines: ["The signature holds: nothing in this report was changed."] };
}

/**
 * @param {any} record
 * @param {any} material
 */
async function checkQuotes(record, material) {
  const texts = new Map(material.answers.map((/** @type {any} */ answer) => [answer.number, [...answer.text]]));
  let checked = 0;
  for (const verdict of /** @type {Verdict[]} */ ([
    ...record.session,
    ...record.answers.flatMap((/** @type {any} */ answer) => answer.verdicts),
  ])) {
    if (verdict.state !== "not_discussed" && verdict.quotes.length === 0) throw new Broken("A finding has no quote.");
    for (const quote of verdict.quotes) {
      // By code points, as Python counts.
      const said = (texts.get(quote.turn) ?? []).slice(quote.start, quote.end).join("");
      if ((await sha256(`${record.salt}\n${said}`)) !== quote.sha256) {
        throw new Broken(`A quote is not in the answer of turn ${quote.turn} where the receipt says.`);
      }
      checked += 1;
    }
  }
  return checked;
}

/** @param {any} record */
function checkSums(record) {
  for (const [bracket, weight] of Object.entries(WEIGHTS)) {
    if (BigInt(record.parameters.brackets[bracket]) !== weight) throw new Broken("Other weights of brackets were used.");
  }
  const scores = record.answers.map((/** @type {any} */ answer) => fraction(answer.score));
  record.answers.forEach((/** @type {any} */ answer, /** @type {number} */ place) => {
    if (scores[place] !== null) compare(scores[place], score(answer.verdicts), "an answer");
  });
  const given = /** @type {Fraction[]} */ (scores.filter((/** @type {Fraction | null} */ share) => share !== null));
  const answers = given.length === 0 ? null : times(sum(given), { n: 1n, d: BigInt(given.length) });
  const session = score(record.session);
  compare(fraction(record.scores.answers), answers, "the answers");
  compare(fraction(record.scores.session), session, "the whole interview");
  compare(fraction(record.scores.overall), mix(answers, session, record.parameters.parts), "the score");
}

/**
 * 1 + 4 · Σ w · max(0, (confirmed − rejected) / n) / Σ w, over the brackets that hold claims.
 * @param {Verdict[]} verdicts
 */
function score(verdicts) {
  let weighed = { n: 0n, d: 1n };
  let whole = 0n;
  for (const [bracket, weight] of Object.entries(WEIGHTS)) {
    const states = verdicts.filter((verdict) => verdict.bracket === bracket).map((verdict) => verdict.state);
    if (states.length === 0) continue;
    const net = states.filter((state) => state === "confirmed").length - states.filter((state) => state === "rejected").length;
    weighed = sum([weighed, { n: weight * BigInt(Math.max(0, net)), d: BigInt(states.length) }]);
    whole += weight;
  }
  return whole === 0n ? null : sum([{ n: 1n, d: 1n }, { n: 4n * weighed.n, d: weighed.d * whole }]);
}

/**
 * @param {Fraction | null} answers
 * @param {Fraction | null} session
 * @param {Record<string, string>} parts
 */
function mix(answers, session, parts) {
  const weights = Object.entries(parts).map(([name, weight]) => ({ name, weight: fraction(weight) ?? { n: 0n, d: 1n } }));
  const judged = weights.flatMap(({ name, weight }) => {
    const share = name === "session" || name.startsWith("session") ? session : answers;
    const ten = share === null ? null : times({ n: share.n - share.d, d: share.d }, { n: 5n, d: 2n });
    return ten === null ? [] : [{ weight, ten }];
  });
  const whole = sum(judged.map((part) => part.weight));
  if (judged.length === 0 || whole.n === 0n) return null;
  return times(sum(judged.map((part) => times(part.weight, part.ten))), { n: whole.d, d: whole.n });
}

/** @param {string} text */
function fraction(text) {
  if (text === "") return null;
  const [n, d] = text.split("/");
  return { n: BigInt(n ?? "0"), d: BigInt(d ?? "1") };
}

/** @param {Fraction[]} all @returns {Fraction} */
function sum(all) {
  return all.reduce((first, other) => ({ n: first.n * other.d + other.n * first.d, d: first.d * other.d }), { n: 0n, d: 1n });
}

/** @param {Fraction} first @param {Fraction} other */
function times(first, other) {
  return { n: first.n * other.n, d: first.d * other.d };
}

/**
 * @param {Fraction | null} told
 * @param {Fraction | null} reckoned
 * @param {string} what
 */
function compare(told, reckoned, what) {
  if (told === null && reckoned === null) return;
  if (told === null || reckoned === null || told.n * reckoned.d !== reckoned.n * told.d) {
    throw new Broken(`The sum of ${what} does not follow from the findings.`);
  }
}

/**
 * The one spelling of plain values: keys sorted, no white space, ASCII alone.
 * @param {any} value
 * @returns {string}
 */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value !== null && typeof value === "object") {
    return `{${Object.keys(value)
      .sort()
      .map((name) => `${canonical(name)}:${canonical(value[name])}`)
      .join(",")}}`;
  }
  return JSON.stringify(value).replace(/[\u0080-\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** @param {string} text */
function encode(text) {
  return new TextEncoder().encode(text);
}

/** @param {string} text */
async function sha256(text) {
  return [...new Uint8Array(await crypto.subtle.digest("SHA-256", encode(text)))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}

/**
 * @param {string} key
 * @param {string} signature
 * @param {Uint8Array<ArrayBuffer>} message
 */
async function isSigned(key, signature, message) {
  if (!/^[0-9a-f]{64}$/.test(key) || !/^[0-9a-f]{128}$/.test(signature)) return false;
  /** @type {CryptoKey} */
  let imported;
  try {
    imported = await crypto.subtle.importKey("raw", unhex(key), "Ed25519", false, ["verify"]);
  } catch {
    throw new Broken("This browser is too old to check the signature. Or use `vivavoce verify-receipt`.");
  }
  return await crypto.subtle.verify("Ed25519", imported, unhex(signature), message);
}

/** @param {string} text */
function unhex(text) {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

const file = /** @type {HTMLInputElement} */ (document.getElementById("file"));
const known = /** @type {HTMLInputElement} */ (document.getElementById("key"));
const told = /** @type {HTMLElement} */ (document.getElementById("told"));

async function look() {
  const chosen = file.files?.[0];
  if (chosen === undefined) return;
  told.dataset["state"] = "waiting";
  told.textContent = "Checking…";
  let lines;
  let holds = true;
  try {
    const checked = await check(new Uint8Array(await chosen.arrayBuffer()));
    const wanted = known.value.trim().toLowerCase();
    if (wanted !== "" && wanted !== checked.key) throw new Broken(`It is signed by another key than yours: ${checked.key}.`);
    lines = checked.lines;
    if (wanted === "") lines.push(`Signed by ${checked.key}. Compare it with the key that you have from the server itself.`);
  } catch (error) {
    holds = false;
    lines = [error instanceof Broken ? error.message : "This file can’t be read as a receipt or a report."];
  }
  told.dataset["state"] = holds ? "holds" : "broken";
  const heading = document.createElement("h2");
  heading.textContent = holds ? "It holds" : "It does not hold";
  told.replaceChildren(
    heading,
    ...lines.map((line) => {
      const paragraph = document.createElement("p");
      paragraph.textContent = line;
      return paragraph;
    }),
  );
}

file.addEventListener("change", look);
known.addEventListener("change", look);
