// The service worker of the lobby screens. Online everything comes from the network, and what scripts, styles and letters a screen
// used is kept. Without a network a page that is asked for is answered by the waiting page of its branch: it has no board, and so
// can show no number. The API, the socket, pictures and speech are never kept.
const CACHE = "lobby-1";
const SHELL = ["/display/static/waiting.js", "/display/static/waiting.css"];
const KEPT = /^\/(static|display\/static|kiosk\/static|theme)\//;
const PATIENCE_MS = 10000; // a network that gives no answer for so long is none

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(removeOld().then(() => self.clients.claim())));
self.addEventListener("message", (event) => event.waitUntil(keep(event.data)));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request, pathname));
  else if (KEPT.test(pathname)) event.respondWith(asset(request));
});

async function removeOld() {
  for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
}

// Exactly what the screen that asked has used is kept, and its waiting page.
async function keep({ keep: used, waiting }) {
  const cache = await caches.open(CACHE);
  const wanted = new Set([...used.filter((path) => KEPT.test(path)), ...SHELL, waiting]);
  for (const path of wanted) {
    const answer = await fetch(path, { cache: "no-cache" }).catch(() => null);
    if (answer?.ok) await cache.put(path, answer);
  }
  for (const { url } of await cache.keys()) {
    const { pathname, search } = new URL(url);
    const mine = pathname.endsWith("/waiting") ? pathname !== waiting.split("?")[0] || pathname + search === waiting : wanted.has(pathname);
    if (!mine) await cache.delete(url);
  }
}

async function asset(request) {
  try {
    const answer = await fetch(request);
    if (answer.status < 500) return answer;
  } catch {
    // Asked below for what was kept.
  }
  return (await caches.match(request, { ignoreSearch: true })) ?? Response.error();
}

// A refusal is an answer, too: a screen that is not let in any more is told so. A server that is starting is none.
async function page(request, pathname) {
  const patience = new Promise((_, reject) => { setTimeout(reject, PATIENCE_MS); });
  try {
    const answer = await Promise.race([fetch(request), patience]);
    if (answer.status < 500) return answer;
  } catch {
    // Without a network.
  }
  return (await waitingPage(pathname.split("/")[2])) ?? Response.error();
}

// The branch's own; and for `/display`, where a screen begins that was paired, the only one there is.
async function waitingPage(branch) {
  const cache = await caches.open(CACHE);
  const kept = (await cache.keys()).filter(({ url }) => new URL(url).pathname.endsWith("/waiting"));
  const own = kept.find(({ url }) => !branch || new URL(url).pathname === `/display/${branch}/waiting`);
  return own && cache.match(own);
}
