// A web client as small as one can be: it signs in by OAuth with PKCE, shows home, hears what is
// new there, and posts.
// It lives at an address of its own, so everything that it asks for goes across origins.

const here = location.origin + location.pathname;
const kept = localStorage;
const at = (id) => document.getElementById(id);

async function ask(path, { method = "GET", sent, headers = {} } = {}) {
  const answer = await fetch(kept.site + path, {
    method,
    headers: {
      ...(sent ? { "Content-Type": "application/json" } : {}),
      ...(kept.token ? { Authorization: `Bearer ${kept.token}` } : {}),
      ...headers,
    },
    body: sent && JSON.stringify(sent),
  });
  const told = await answer.json();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${told.error}`);
  return told;
}

const written = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

async function enter(site) {
  kept.clear();
  kept.site = site;
  const said = { client_name: "A small web client", redirect_uris: here, scopes: "read write" };
  const app = await ask("/api/v1/apps", { method: "POST", sent: said });
  kept.app = JSON.stringify(app);
  kept.verifier = written(crypto.getRandomValues(new Uint8Array(32)));
  kept.state = written(crypto.getRandomValues(new Uint8Array(8)));
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(kept.verifier));
  const doors = await ask("/.well-known/oauth-authorization-server");
  location = `${doors.authorization_endpoint}?${new URLSearchParams({
    response_type: "code", client_id: app.client_id, redirect_uri: here, scope: "read write",
    state: kept.state, code_challenge: written(hash), code_challenge_method: "S256",
  })}`;
}

async function arrive(query) {
  if (query.get("state") !== kept.state) throw new Error("another state");
  if (query.get("error")) throw new Error(query.get("error"));
  const { client_id, client_secret } = JSON.parse(kept.app);
  const sent = {
    grant_type: "authorization_code", code: query.get("code"), redirect_uri: here,
    client_id, client_secret, code_verifier: kept.verifier,
  };
  kept.token = (await ask("/oauth/token", { method: "POST", sent })).access_token;
  history.replaceState(null, "", here);
}

function shown(status) {
  const item = document.createElement("li");
  item.textContent = new DOMParser().parseFromString(status.content, "text/html").body.textContent;
  return item;
}

async function show() {
  at("who").textContent = (await ask("/api/v1/accounts/verify_credentials")).acct;
  at("home").replaceChildren(...(await ask("/api/v1/timelines/home")).map(shown));
  at("write").hidden = false;
}

// As Phanpy and Elk do: the address from the instance, the token as the sub-protocol.
async function listen() {
  const { configuration } = await ask("/api/v2/instance");
  const socket = new WebSocket(`${configuration.urls.streaming}/api/v1/streaming/`, kept.token);
  socket.addEventListener("open", () => {
    socket.send(JSON.stringify({ type: "subscribe", stream: "user" }));
    at("heard").textContent = "listening";
  });
  socket.addEventListener("message", ({ data }) => {
    const { event, payload } = JSON.parse(data);
    if (event === "update") at("home").prepend(shown(JSON.parse(payload)));
  });
}

async function post(words) {
  const headers = { "Idempotency-Key": crypto.randomUUID() };
  await ask("/api/v1/statuses", { method: "POST", sent: { status: words }, headers });
}

const careful = (act) => (event) => {
  event?.preventDefault();
  act().catch((fault) => { at("fault").textContent = fault.message; });
};
at("enter").addEventListener("submit", careful(() => enter(at("site").value)));
at("write").addEventListener("submit", careful(() => post(at("words").value)));
careful(async () => {
  const query = new URLSearchParams(location.search);
  if (query.has("state")) await arrive(query);
  if (!kept.token) return;
  await show();
  await listen();
})();
