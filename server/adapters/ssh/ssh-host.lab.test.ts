import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { nodeFactsSchema } from "@/contract/node-facts";
import * as lab from "@/lab/cluster";
import { ROOT_PASSWORD } from "@/lab/plan";
import { detachedUnitName } from "@/server/adapters/ssh/detached";
import { installPanelKey } from "@/server/adapters/ssh/install-panel-key";
import { probeHostKey } from "@/server/adapters/ssh/open-client";
import { generatePanelKey } from "@/server/adapters/ssh/panel-key";
import type { SshHost } from "@/server/adapters/ssh/ssh-host";
import { collectFacts } from "@/server/node/collect-facts";
import { labHosts } from "@/testing/lab-hosts";

const timeoutMs = 120_000;
let host: SshHost;
let close: () => void;

beforeAll(async () => {
  const reached = await labHosts(1);
  [host, close] = [reached.hosts[0] as SshHost, reached.close];
});
afterAll(async () => {
  close?.();
  await lab.down();
});

const unit = (step: string, attempt = 1) => ({ run: "lab", step, attempt });
const counting = ["sh", "-c", "for i in $(seq 1 40); do echo line $i; sleep 1; done"];
const counted = Array.from({ length: 40 }, (_, i) => `line ${i + 1}\n`).join("");

test("a freshly installed node is read whole", async () => {
  const facts = nodeFactsSchema.parse(await collectFacts(host));
  expect(facts).toMatchObject({
    hostName: "ceph-1",
    os: { id: "debian" },
    packageManager: "apt",
    networkStack: ["networkd"],
  });
  expect(facts.disks).toMatchObject([{ path: expect.stringMatching(/^\/dev\/loop/), inUseBecause: [] }]);
  expect(facts.nics.map(({ kind }) => kind)).toEqual(["physical", "physical", "physical"]);
  // Everything is installed but Consul, which the deployment brings.
  expect(Object.entries(facts.tools).filter(([, version]) => version === null)).toEqual([["consul", null]]);
  // Panel and node share one clock here.
  expect(Math.abs(facts.clockOffsetMs)).toBeLessThanOrEqual(facts.clockUncertaintyMs + 1);
});

test("root's password installs the panel's key once, and a wrong one names what sshd offers", async () => {
  const login = { address: "10.77.2.11", port: 22, user: "root", pin: await probeHostKey("10.77.2.11", 22) };
  const request = { ...login, panelKey: generatePanelKey("trivet lab") };
  const wrong = installPanelKey({ ...request, credentials: { kind: "password", password: "wrong" } });
  await expect(wrong).rejects.toMatchObject({
    code: "node-refused-login",
    facts: { offered: expect.stringContaining("password") },
  });
  for (let i = 0; i < 2; i += 1)
    await installPanelKey({ ...request, credentials: { kind: "password", password: ROOT_PASSWORD } });
  const keys = await host.readFile("/root/.ssh/authorized_keys");
  expect(keys?.split("\n").filter((line) => line.endsWith("trivet") || line.includes("trivet lab"))).toHaveLength(1);
});

test("work outlives a network cut of 25 s without losing or repeating a line", async () => {
  const heard: string[] = [];
  const options = { timeoutMs, fence: 1, onOutput: (_stream: string, text: string) => heard.push(text) };
  const pending = host.execDetached(unit("ensure-cut"), counting, options);
  await sleep(5_000);
  await lab.cut("ceph-1", { network: "management" });
  await sleep(25_000);
  await lab.heal("ceph-1");
  expect(await pending).toMatchObject({ kind: "exited", code: 0, stdout: counted });
  expect(heard.join("")).toBe(counted);
});

test("stopping ends every process of the unit", async () => {
  const pending = host.execDetached(unit("ensure-stop"), ["sh", "-c", "sleep 997 & sleep 998"], {
    timeoutMs,
    fence: 1,
  });
  await expect
    .poll(async () => (await host.exec(["pgrep", "-x", "sleep"], { timeoutMs })).stdout, { timeout: 10_000 })
    .toMatch(/\d+\n\d+/);
  await host.stopDetached(unit("ensure-stop"));
  expect(await pending).toMatchObject({ kind: "signalled", signal: "TERM" });
  expect(await host.exec(["pgrep", "-f", "sleep 99[78]"], { timeoutMs })).toMatchObject({ code: 1 });
});

test("a secret leaves no trace on the node", async () => {
  const stdin = "s3cret-of-the-lab";
  const result = await host.execDetached(unit("ensure-secret"), ["cat"], { timeoutMs, fence: 1, stdin });
  expect(result).toMatchObject({ kind: "exited", stdout: stdin });
  expect(await host.exec(["find", "/run/trivet", "-type", "f"], { timeoutMs })).toMatchObject({ code: 0, stdout: "" });
  const mode = await host.exec(["stat", "-c", "%a", "/var/lib/trivet/steps", "/run/trivet"], { timeoutMs });
  expect(mode.stdout).toBe("700\n700\n");
});

test("what a run long over left behind goes when another run begins; the run's own stays, however old", async () => {
  const [over, own] = ["6f9b1c1e-0000-4000-8000-000000000001", "6f9b1c1e-0000-4000-8000-000000000002"];
  const left = (run: string, step: string) => `/var/lib/trivet/steps/trivet-${run}-${step}-1`;
  const [gone, recent, kept] = [left(over, "ensure-old"), left(over, "ensure-recent"), left(own, "ensure-old")];
  await host.exec(["mkdir", gone, recent, kept], { timeoutMs });
  await host.exec(["touch", "-d", "40 days ago", gone, kept], { timeoutMs });
  const id = { run: own, step: "ensure-new", attempt: 1 };
  expect(await host.execDetached(id, ["true"], { timeoutMs, fence: 1 })).toMatchObject({ kind: "exited", code: 0 });
  const there = await host.exec(["ls", "-d", gone, recent, kept], { timeoutMs });
  expect(there.stdout.trim().split("\n")).toEqual([recent, kept]);
});

test("after a power cut the work is unknown and is not started again", async () => {
  const id = unit("ensure-power");
  const argv = ["sh", "-c", "echo once >>/root/marks; sleep 600"];
  const pending = host.execDetached(id, argv, { timeoutMs, fence: 1 });
  await expect.poll(() => host.readFile("/root/marks"), { timeout: 10_000 }).toBe("once\n");
  await lab.powerOff("ceph-1");
  await sleep(3_000);
  await lab.powerOn("ceph-1");
  const outcome = {
    kind: "disconnected",
    reason: expect.stringContaining(`restarted while ${detachedUnitName(id)} ran`),
  };
  expect(await pending).toMatchObject(outcome);
  expect(await host.execDetached(id, argv, { timeoutMs, fence: 1 })).toMatchObject(outcome);
  expect(await host.readFile("/root/marks")).toBe("once\n");
});
