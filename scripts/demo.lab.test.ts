import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import * as lab from "@/lab/cluster";
import { buildPanel } from "@/scripts/build-panel";

const url = "http://127.0.0.1:3000";
/** Three bare nodes and a panel's start; a busy machine takes a minute. */
const readyMs = 180_000;
/** It ended by itself within this when nothing kept it alive. */
const staysMs = 3_000;

let demo: ChildProcess | null = null;
afterEach(async () => {
  demo?.kill("SIGKILL");
  await lab.down();
});

test(
  "demo --no-deploy stays with bare nodes and a panel until Ctrl-C, and takes everything down then",
  async () => {
    buildPanel();
    demo = spawn(process.execPath, ["--import", "tsx", join(import.meta.dirname, "demo.ts"), "--no-deploy"], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    for (const stream of [demo.stdout, demo.stderr])
      stream?.on("data", (data: Buffer) => {
        said += data.toString();
      });
    await expect.poll(() => said, { timeout: readyMs, interval: 250 }).toContain("Ctrl-C takes everything down.");
    expect(said).toContain(`Open ${url}`);
    await new Promise((resolve) => setTimeout(resolve, staysMs));
    expect(demo.exitCode).toBeNull();
    expect((await fetch(`${url}/setup`)).status).toBe(200);
    expect((await lab.status()).nodes.map(({ state }) => state)).toEqual(["running", "running", "running"]);

    const ended = once(demo, "exit");
    demo.kill("SIGINT");
    expect((await ended)[0]).toBe(0);
    await expect(fetch(url)).rejects.toThrow("fetch failed");
    expect((await lab.status()).nodes).toEqual([]);
  },
  readyMs * 2,
);
