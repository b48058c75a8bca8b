// @ts-check
// Passkeys: a form that asks the browser for one, and sends what came back. Where browsers make none, it stays hidden.

/** @param {string} text base64url @returns {Uint8Array<ArrayBuffer>} */
const toBytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));

/** @param {ArrayBuffer | null} bytes */
const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes ?? new ArrayBuffer(0))))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!(form instanceof HTMLFormElement) || !("PublicKeyCredential" in window)) continue;
  if (location.origin !== form.dataset["origin"]) continue;
  form.hidden = false;
  form.closest("section")?.removeAttribute("hidden"); // with nothing in it but this form, it was hidden, too
  form.addEventListener("submit", (event) => {
    if (field(form, "credential").value) return; // it was asked for, and is on its way
    event.preventDefault();
    void ask(form);
  });
}

/** @param {HTMLFormElement} form @param {string} name @returns {HTMLInputElement} */
function field(form, name) {
  return /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
}

/** @param {HTMLFormElement} form */
async function ask(form) {
  const fault = form.querySelector("[role=alert]");
  fault?.setAttribute("hidden", "");
  try {
    const key = form.elements.namedItem("form_key");
    const headers = key instanceof HTMLInputElement ? { "X-Form-Key": key.value } : undefined;
    const answer = await fetch(form.dataset["begin"] ?? "", { method: "POST", ...(headers && { headers }) });
    if (!answer.ok) throw new Error(`${answer.status}`);
    const options = await answer.json();
    field(form, "credential").value = JSON.stringify(
      form.dataset["passkey"] === "new" ? await make(options) : await show(options),
    );
    form.requestSubmit();
  } catch {
    fault?.removeAttribute("hidden"); // they broke off, or there is none: browsers don't tell which
  }
}

/** @param {any} options */
async function make(options) {
  const made = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: toBytes(options.challenge),
      user: { ...options.user, id: toBytes(options.user.id) },
      excludeCredentials: options.excludeCredentials.map(known),
    },
  });
  const { response, ...told } = read(made);
  if (!(response instanceof AuthenticatorAttestationResponse)) throw new Error("not a new passkey");
  return { ...told, response: { ...spoken(response), attestationObject: toText(response.attestationObject) } };
}

/** @param {any} options */
async function show(options) {
  const shown = await navigator.credentials.get({
    publicKey: { ...options, challenge: toBytes(options.challenge), allowCredentials: [] },
  });
  const { response, ...told } = read(shown);
  if (!(response instanceof AuthenticatorAssertionResponse)) throw new Error("not a passkey");
  return {
    ...told,
    response: {
      ...spoken(response),
      authenticatorData: toText(response.authenticatorData),
      signature: toText(response.signature),
      userHandle: toText(response.userHandle),
    },
  };
}

/** @param {{ id: string, type: string }} credential */
const known = (credential) => ({ type: /** @type {const} */ ("public-key"), id: toBytes(credential.id) });

/** @param {AuthenticatorResponse} response */
const spoken = (response) => ({ clientDataJSON: toText(response.clientDataJSON) });

/** @param {Credential | null} credential */
function read(credential) {
  if (!(credential instanceof PublicKeyCredential)) throw new Error("no passkey");
  return { id: credential.id, rawId: credential.id, type: credential.type, response: credential.response };
}
