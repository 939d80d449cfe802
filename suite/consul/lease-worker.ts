/**
 * The renewing thread, as text: the suite is one bundled executable, so a worker has no file of its own to load.
 * It renews and does nothing else; a daemon busy parsing or starved by disk must not lose the lease. It touches no disk.
 * Plain JavaScript on purpose. Messages in: {session}. Out: {session, state, validUntil, reason}.
 */
export const leaseWorkerSource = `
"use strict";
const http = require("node:http");
const { parentPort, workerData } = require("node:worker_threads");
const { token, ttlMs, everyMs, timeoutMs, againMs, host, port } = workerData;
const now = () => Number(process.hrtime.bigint() / 1000000n);
let session = null;
let validUntil = 0;
let busy = false;
let timer = null;
function report(state, reason) {
  parentPort.postMessage({ session, state, validUntil, reason });
}
function renew() {
  if (session === null || busy) return;
  busy = true;
  const asked = session;
  const sent = now();
  let settled = false;
  const settle = (state, reason) => {
    if (settled) return;
    settled = true;
    busy = false;
    if (asked !== session) return renew();
    if (state === "held") validUntil = sent + ttlMs;
    if (state === "unknown") setTimeout(renew, againMs);
    report(state, reason);
  };
  const call = http.request(
    { host, port, method: "PUT", path: "/v1/session/renew/" + asked, agent: false,
      headers: { "X-Consul-Token": token }, signal: AbortSignal.timeout(timeoutMs) },
    (response) => {
      response.resume();
      response.on("error", (error) => settle("unknown", error.message));
      response.on("end", () => {
        if (response.statusCode === 200) settle("held", "");
        else if (response.statusCode === 404) settle("lost", "Consul no longer knows the session");
        else settle("unknown", "Consul answered " + response.statusCode);
      });
    });
  call.on("error", (error) => settle("unknown", error.message));
  call.end();
}
parentPort.on("message", (message) => {
  session = message.session;
  validUntil = 0;
  if (timer === null) timer = setInterval(renew, everyMs);
  renew();
});
`;
