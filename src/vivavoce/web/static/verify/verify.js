// @ts-check
// Checks a receipt of a judgement or of erasure, or a report, in the browser alone: nothing is sent anywhere. The same
// rules as reports/receipt_check.py, erasure_receipt.py and signed.py; decimals are texts there, so that both write the same canonical JSON.

/** @typedef {{ turn: number, start: number, end: number, sha256: string }} Quote */
/** @typedef {{ part: string, round: number, state: string, quotes: Quote[] }} Finding */
/** @typedef {{ bracket: string, index: number, state: string, doubt: string, quotes: Quote[], findings?: Finding[] }} Verdict */
/** @typedef {{ step: string, bracket: string, index: number }} Place */
/** @typedef {{ answers: Fraction | null, session: Fraction | null, overall: Fraction | null }} Sums */
/** @typedef {{ n: bigint, d: bigint }} Fraction */

const FIRST = "vivavoce judgement receipt 1";
const JUDGEMENT = "vivavoce judgement receipt 2";
const OVERTURN = "vivavoce overturn receipt 1";
const ERASURE = "vivavoce erasure receipt 1";
const SEALED = "vivavoce receipt file 2\n";
const PARTS_OF_ERASURE = "key,record,signature";
const PARTS = ["key,material,record,signature", "as_of,key,material,overturns,record,seal,signature"];
const MERGING = ['{"places":"1","readers":"2"}', '{"places":"1","readers":"1"}']; // alike, where no document was read
const REPORT_MARK = "vivavoce report 1\n";
const TAIL = /\n(?:%vivavoce-signature ([0-9a-f]{64}) ([0-9a-f]{128})|<!-- vivavoce-signature ([0-9a-f]{64}) ([0-9a-f]{128}) -->)\n$/;
const WEIGHTS = /** @type {Record<string, bigint>} */ ({ weak: 2n, moderate: 3n, strong: 3n });

/** What is wrong with a file, in a sentence. */
class Broken extends Error {}

/**
 * Checks a file. Throws Broken.
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Promise<{ keys: string[], lines: string[] }>} who signed it, and what was found
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
  if (read?.record?.format === ERASURE) return await checkErasure(read, text);
  if (!PARTS.includes(Object.keys(read).sort().join()) || canonical(read) + "\n" !== text) {
    throw new Broken("This is not a receipt as it was written: something was added, left out or laid out anew.");
  }
  try {
    return await checkParts(read);
  } catch (error) {
    if (error instanceof TypeError || error instanceof SyntaxError || error instanceof RangeError) {
      throw new Broken("This is not a receipt as it was written: something in it is of another kind.");
    }
    throw error;
  }
}

/**
 * @param {any} read
 * @param {string} text
 */
async function checkErasure(read, text) {
  if (Object.keys(read).sort().join() !== PARTS_OF_ERASURE || canonical(read) !== text.replace(/\n+$/, "")) {
    throw new Broken("This is not a receipt as it was written: something was added, left out or laid out anew.");
  }
  await checkSigned(read, [ERASURE]);
  const { person_id, erased_at, asked_by, attempts } = read.record;
  const lines = [
    "The signature holds: nothing in this receipt was changed.",
    `Person ${person_id} was erased at ${erased_at}, with ${attempts.length === 1 ? "one attempt" : `${attempts.length} attempts`}; asked by ${asked_by}.`,
  ];
  return { keys: [read.key], lines };
}

/** @param {any} read */
async function checkParts(read) {
  const { material, record } = read;
  const keys = await checkSignatures(read);
  if (record.format === JUDGEMENT && read.seal === undefined) {
    throw new Broken("This is not a receipt as it was written: its seal was left out.");
  }
  if ((await sha256(canonical(material))) !== record.material_sha256) {
    throw new Broken("The answers or expectations in this file are not those that were judged.");
  }
  const quotes = await checkQuotes(record, material);
  const findings = checkFindings(record);
  await checkAnswers(record, material);
  checkSums(record);
  const { holds, told } = await checkOverturns(record, read.overturns ?? []);
  const lines = [
    `The signature holds. ${quotes} quotes stand where they should, and every sum holds.`,
    ...(findings === 0 ? [] : [`The verdicts follow from ${findings} findings of the readers.`]),
    `Attempt ${record.attempt_id}, judgement ${record.judgement_version}, judged at ${record.judged_at}.`,
    `Assessed by ${record.rater}.`,
    ...told,
    holds.overall === null ? "It comes to no score." : `It comes to ${hundredths(holds.overall)} of 10.`,
  ];
  return { keys: [...new Set(keys)], lines };
}

/**
 * Everybody who signed something of the file.
 * @param {any} read
 */
async function checkSignatures(read) {
  const { overturns, seal, ...rest } = read;
  await checkSigned(read, [FIRST, JUDGEMENT]);
  if (seal === undefined) return [read.key];
  const sealed = encode(SEALED + canonical({ ...rest, overturns }));
  if (Object.keys(seal).sort().join() !== "key,signature" || !(await isSigned(seal.key, seal.signature, sealed))) {
    throw new Broken("The seal does not hold: something in this file was changed, added or left out.");
  }
  for (const overturn of overturns) {
    if (Object.keys(overturn).sort().join() !== "key,reason,record,signature") {
      throw new Broken("A change that a person made is not on record as it was written.");
    }
    await checkSigned(overturn, [OVERTURN]);
  }
  return [read.key, seal.key, ...overturns.map((/** @type {any} */ overturn) => overturn.key)];
}

/**
 * @param {any} part
 * @param {string[]} formats
 */
async function checkSigned(part, formats) {
  const { key, record, signature } = part;
  if (!(await isSigned(key, signature, encode(`${record.format}\n${canonical(record)}`)))) {
    throw new Broken("The signature does not hold: the record or its signature was changed.");
  }
  if (!formats.includes(record.format)) {
    throw new Broken("This receipt is of another format: check it with the version that wrote it.");
  }
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
  return { keys: [key], lines: ["The signature holds: nothing in this report was changed."] };
}

/**
 * @param {any} record
 * @param {any} material
 */
async function checkQuotes(record, material) {
  const texts = new Map(material.answers.map((/** @type {any} */ answer) => [answer.number, [...answer.text]]));
  let checked = 0;
  for (const verdict of verdictsOf(record)) {
    if (verdict.state !== "not_discussed" && verdict.quotes.length === 0) throw new Broken("A finding has no quote.");
    for (const quote of [...verdict.quotes, ...(verdict.findings ?? []).flatMap((finding) => finding.quotes)]) {
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

/**
 * @param {any} record
 * @returns {Verdict[]}
 */
function verdictsOf(record) {
  return [...record.session, ...record.answers.flatMap((/** @type {any} */ answer) => answer.verdicts)];
}

/**
 * Each verdict follows from what its readers said; or it fell, and says why. How many findings there are.
 * @param {any} record
 */
function checkFindings(record) {
  let checked = 0;
  for (const verdict of verdictsOf(record)) {
    const findings = verdict.findings ?? [];
    if (findings.length === 0) continue;
    if (!MERGING.includes(canonical(record.parameters.merging))) {
      throw new Broken("This receipt was merged by another version of the rule than this version’s.");
    }
    const fell = verdict.state === "not_discussed" && verdict.doubt !== "";
    if (merge(findings) !== verdict.state && !fell) throw new Broken("A finding does not follow from what the readers said.");
    checked += findings.length;
  }
  return checked;
}

/**
 * The verdict's state, as scoring/merging.py makes it.
 * @param {Finding[]} findings
 */
function merge(findings) {
  const settled = settle(findings) ?? "not_discussed";
  return settled === "not_discussed" && isShownBeside(findings.filter((finding) => finding.round === 3)) ? "confirmed" : settled;
}

/** @param {Finding} finding */
function isRead(finding) {
  return finding.part === "answer" || finding.part === "quotes";
}

/**
 * Whether all who read it beside documents confirm it, by words that are there, and stood the trial.
 * @param {Finding[]} beside
 */
function isShownBeside(beside) {
  const read = beside.filter(isRead);
  const confirm = read.length > 0 && read.every((finding) => finding.state === "confirmed");
  return confirm && beside.some((finding) => finding.part === "trial") && isProved(beside);
}

/**
 * What one of two rounds comes to; null: neither comes to anything.
 * @param {Finding[]} findings
 */
function settle(findings) {
  const statesOf = (/** @type {number} */ round) =>
    new Set(findings.filter((finding) => finding.round === round && isRead(finding)).map((finding) => finding.state));
  for (const round of [1, 2]) {
    const told = findings.filter((finding) => finding.round === round);
    const [state, ...others] = statesOf(round);
    if (state === undefined || others.length > 0 || !told.some((finding) => finding.part === "answer")) continue;
    const before = statesOf(1);
    if (state === "not_discussed" && round > 1 && !before.has("not_discussed") && before.size > 1) continue;
    if (state === "not_discussed" || isProved(told)) return state;
  }
  return null;
}

/** @param {Finding[]} told of one round */
function isProved(told) {
  const confirms = (/** @type {string} */ part) => told.some((finding) => finding.part === part && finding.state === "confirmed");
  if (confirms("trial") && confirms("quotes")) return false;
  const answers = told.filter((finding) => finding.part === "answer");
  return answers.every((finding) => finding.quotes.length > 0) && told.some((finding) => finding.part === "quotes");
}

/**
 * @param {any} record
 * @param {any} material
 */
async function checkAnswers(record, material) {
  for (const answer of record.answers) {
    if (answer.sha256 === undefined) continue;
    const said = material.answers.filter((/** @type {any} */ turn) => turn.step === answer.step);
    if ((await sha256(canonical(said))) !== answer.sha256) throw new Broken("An answer in this file is not the one that was judged.");
  }
}

/** @param {any} record */
function checkSums(record) {
  for (const [bracket, weight] of Object.entries(WEIGHTS)) {
    if (BigInt(record.parameters.brackets[bracket]) !== weight) throw new Broken("Other weights of brackets were used.");
  }
  for (const answer of record.answers) {
    if (answer.score !== "") compare(fraction(answer.score), score(answer.verdicts), "an answer");
  }
  compareAll(record.scores, addUp(record, new Map(), null));
}

/**
 * What holds after everything that people changed: each change in its place, with its reason, and its sum.
 * @param {any} record
 * @param {any[]} overturns
 * @returns {Promise<{ holds: Sums, told: string[] }>}
 */
async function checkOverturns(record, overturns) {
  /** @type {Map<string, string>} */
  const states = new Map();
  /** @type {Fraction | null} */
  let own = null;
  const put = (/** @type {any} */ change) => {
    if (change.place === null) own = fraction(change.after);
    else if (change.after === "") states.delete(keyOf(change.place));
    else states.set(keyOf(change.place), change.after);
  };
  for (const change of record.carried ?? []) put(change);
  let holds = addUp(record, states, own);
  if (record.holds !== undefined) compareAll(record.holds, holds);
  const whole = await sha256(canonical(record));
  let last = record;
  const told = [];
  for (const [place, overturn] of overturns.entries()) {
    const change = overturn.record;
    if (change.judgement_sha256 !== whole || change.order !== place + 1) {
      throw new Broken("A change that a person made is missing, or belongs to another judgement.");
    }
    const follows = change.number === last.number + 1 ? change.previous === (await sha256(canonical(last))) : true;
    if (!(change.number > last.number) || !follows) {
      throw new Broken("The chain is broken: a record does not follow the one before it.");
    }
    if ((await sha256(`${change.salt}\n${overturn.reason}`)) !== change.reason_sha256) {
      throw new Broken("The reason of a change is not the one that was given.");
    }
    if (change.before !== before(record, change.place, states, holds.overall)) {
      throw new Broken("What stood there before a change is not what the receipt says.");
    }
    put(change);
    holds = addUp(record, states, own);
    compareAll(change.scores, holds);
    const what = change.place === null ? "the score" : `a verdict (${change.place.bracket})`;
    const from = change.before === "" ? "nothing" : change.before;
    const to = change.after === "" ? "what the program found" : change.after;
    told.push(`${change.overturned_at}: ${change.overturned_by} changed ${what} from ${from} to ${to}.`);
    last = change;
  }
  return { holds, told };
}

/** @param {Place} place */
function keyOf(place) {
  return `${place.step} ${place.bracket} ${place.index}`;
}

/**
 * What holds at a place before it is changed: a verdict's state, or the score.
 * @param {any} record
 * @param {Place | null} place
 * @param {Map<string, string>} states
 * @param {Fraction | null} overall
 */
function before(record, place, states, overall) {
  if (place === null) return overall === null ? "" : spell(overall);
  const answer = record.answers.find((/** @type {any} */ said) => said.step === place.step);
  const verdicts = /** @type {Verdict[]} */ (place.step === "" ? record.session : answer?.verdicts ?? []);
  const judged = verdicts.find((verdict) => verdict.bracket === place.bracket && verdict.index === place.index);
  return states.get(keyOf(place)) ?? judged?.state ?? "";
}

/**
 * @param {any} record
 * @param {Map<string, string>} states what people said, by place
 * @param {Fraction | null} own what a person put in the sum's place
 * @returns {Sums}
 */
function addUp(record, states, own) {
  const change = (/** @type {Verdict[]} */ verdicts, /** @type {string} */ step) =>
    verdicts.map((verdict) => ({ ...verdict, state: states.get(keyOf({ ...verdict, step })) ?? verdict.state }));
  const isSame = (/** @type {Verdict[]} */ some, /** @type {Verdict[]} */ others) =>
    some.every((verdict, index) => verdict.state === others[index]?.state);
  const scores = record.answers.map((/** @type {any} */ answer) => {
    const changed = change(answer.verdicts, answer.step);
    return isSame(changed, answer.verdicts) ? fraction(answer.score) : score(changed);
  });
  const given = /** @type {Fraction[]} */ (scores.filter((/** @type {Fraction | null} */ share) => share !== null));
  const answers = given.length === 0 ? null : times(sum(given), { n: 1n, d: BigInt(given.length) });
  const session = score(change(record.session, ""));
  return { answers, session, overall: own ?? mix(answers, session, record.parameters.parts) };
}

/**
 * @param {any} told
 * @param {Sums} reckoned
 */
function compareAll(told, reckoned) {
  compare(fraction(told.answers), reckoned.answers, "the answers");
  compare(fraction(told.session), reckoned.session, "the whole interview");
  compare(fraction(told.overall), reckoned.overall, "the score");
}

/**
 * As texts in a receipt have it: in lowest terms.
 * @param {Fraction} share
 */
function spell({ n, d }) {
  let [rest, least] = [n < 0n ? -n : n, d];
  while (rest !== 0n) [rest, least] = [least % rest, rest];
  return d === least ? `${n / least}` : `${n / least}/${d / least}`;
}

/**
 * Two decimals, halves up.
 * @param {Fraction} share
 */
function hundredths({ n, d }) {
  const whole = (n * 200n + d) / (d * 2n);
  return `${whole / 100n}.${`${whole % 100n}`.padStart(2, "0")}`;
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
    /** @type {string[]} */
    const wanted = known.value.toLowerCase().match(/\S+/g) ?? [];
    const others = checked.keys.filter((key) => !wanted.includes(key));
    if (wanted.length > 0 && others.length > 0) throw new Broken(`It is signed by another key than yours: ${others.join(", ")}.`);
    lines = checked.lines;
    if (wanted.length === 0) lines.push(`Signed by ${others.join(", ")}. Compare it with the key that you have from the server itself.`);
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
