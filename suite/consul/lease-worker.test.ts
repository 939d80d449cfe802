import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { leaseWorkerSource } from "@/suite/consul/lease-worker";

interface Report {
  session: string;
  state: string;
  validUntil: number;
}

/** A Consul that answers renewals as told; "hang" never answers. */
async function withConsul(
  answers: (number | "hang")[],
  talk: (reports: () => Promise<Report>, worker: Worker) => Promise<void>,
) {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    paths.push(`${request.method} ${request.url} ${String(request.headers["x-consul-token"])}`);
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer !== "hang") response.writeHead(answer ?? 500).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const workerData = { token: "t", ttlMs: 10_000, everyMs: 30, timeoutMs: 2_000, againMs: 30, host: "127.0.0.1", port };
  const worker = new Worker(leaseWorkerSource, { eval: true, workerData });
  const next = (): Promise<Report> => new Promise((resolve) => worker.once("message", resolve));
  try {
    await talk(next, worker);
  } finally {
    await worker.terminate();
    server.closeAllConnections();
    server.close();
  }
  return paths;
}

const nowMs = (): number => Number(process.hrtime.bigint() / 1_000_000n);

test("a renewal counts from before it was sent, on the clock both threads share", async () => {
  const paths = await withConsul([200], async (next, worker) => {
    const before = nowMs();
    worker.postMessage({ session: "abc" });
    const report = await next();
    expect(report).toMatchObject({ session: "abc", state: "held" });
    expect(report.validUntil).toBeGreaterThanOrEqual(before + 10_000);
    expect(report.validUntil).toBeLessThanOrEqual(nowMs() + 10_000);
  });
  expect(paths[0]).toBe("PUT /v1/session/renew/abc t");
});

test("only 404 means lost; an error or silence leaves the lease to run out", async () => {
  await withConsul([200, 500, "hang", 404], async (next, worker) => {
    worker.postMessage({ session: "abc" });
    const held = await next();
    const failing = await next();
    const silent = await next();
    expect([held.state, failing.state, silent.state]).toEqual(["held", "unknown", "unknown"]);
    expect([failing.validUntil, silent.validUntil]).toEqual([held.validUntil, held.validUntil]);
    expect((await next()).state).toBe("lost");
  });
});
