// The first deployment under fire, then the suite's commands and its promise, all on one real cluster of three nodes.
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { consulKeys } from "@/contract/consul-keys";
import { type HaStatus, haStatusSchema } from "@/contract/ha-status";
import { consulTokensSchema, suitePaths } from "@/contract/node-setup";
import * as lab from "@/lab/cluster";
import { LabPanel, onNode } from "@/testing/deployed-lab";

const nodes = ["ceph-1", "ceph-2", "ceph-3"] as const;
/** A whole deployment takes one to two minutes here; a busy machine twice that. */
const deployMs = 420_000;
/** Detection, fence, start and the guest's boot under emulation. */
const guestMs = 180_000;

let panel: LabPanel;
let runId: string;

beforeAll(async () => {
  panel = await LabPanel.start();
});
afterAll(async () => {
  await panel.stop();
});

async function status(node: string = nodes[0]): Promise<HaStatus> {
  const { stdout } = await onNode(node, ["zsha", "status", "--json"], [0, 1]);
  return haStatusSchema.parse(JSON.parse(stdout.trim().split("\n").at(-1) ?? "null"));
}

async function until(what: string, look: () => Promise<boolean>, timeoutMs: number): Promise<void> {
  const end = performance.now() + timeoutMs;
  let reason = "";
  while (performance.now() < end) {
    try {
      if (await look()) return;
    } catch (error) {
      reason = String(error);
    }
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
  throw new Error(`${what}: not seen in ${timeoutMs / 1000} s ${reason}`);
}

const guestAnswers = async (): Promise<boolean> =>
  (await fetch("http://10.77.2.100:5000/", { signal: AbortSignal.timeout(2_000) })).ok;
const owner = async (node?: string): Promise<string> => (await status(node)).managementVm.node ?? "";
const runsOn = (node: string, asked?: string) => async (): Promise<boolean> => {
  const { managementVm } = await status(asked);
  return managementVm.state === "running" && managementVm.node === node;
};

/** sh -c THIS kill-first NAME LOOKS — kills the first process of this name with SIGKILL; stopped before, so that it cannot be done by then. */
const killFirst =
  'for look in $(seq "$2"); do pkill -STOP -x "$1" && sleep 0.5 && exec pkill -KILL -x "$1"; sleep 0.05; done; exit 1';

/** Whose run changes the cluster now, as Consul says on a node; a lock that was left has no session. */
async function lockHolder(): Promise<string | null> {
  const tokens = await onNode("ceph-2", ["cat", suitePaths.consulTokens]);
  const { suiteToken } = consulTokensSchema.parse(JSON.parse(tokens.stdout));
  const asked = ["env", `CONSUL_HTTP_TOKEN=${suiteToken}`, "consul", "kv", "get", "-detailed", consulKeys.run];
  const { code, stdout } = await lab.exec("ceph-2", asked);
  if (code !== 0 || /^Session +-$/m.test(stdout)) return null;
  return /"runId":"([^"]+)"/.exec(stdout)?.[1] ?? null;
}

test(
  "a node that loses power in the middle parks the run, by name; the others go on",
  async () => {
    const draftId = await panel.readyDraft("under-fire");
    ({ runId } = await panel.client.deployment.start.mutate({ draftId, idempotencyKey: `test-${draftId}` }));
    await panel.progress(runId, (run) => run.cells["ensure-ceph-osds/ceph-3"]?.state === "running", deployMs);
    await lab.powerOff("ceph-3");
    const parked = await panel.progress(runId, (run) => run.state === "parked", deployMs);
    const cell = parked.cells["ensure-ceph-osds/ceph-3"];
    expect(cell?.state).toMatch(/failed|unknown/);
    expect(cell?.error?.detail).toContain("ceph-3");
    for (const node of ["ceph-1", "ceph-2"]) {
      const other = parked.cells[`ensure-ceph-osds/${node}`];
      expect(other?.state, other?.error?.detail).toBe("observed-succeeded");
    }
  },
  deployMs * 2,
);

test(
  "after power-on Resume finishes that node, through a kill -9 of the panel; an import that dies leaves no image behind",
  async () => {
    await lab.powerOn("ceph-3");
    await until("sshd on ceph-3", async () => (await lab.exec("ceph-3", ["true"])).code === 0, 60_000);
    const killed = lab.exec("ceph-1", ["sh", "-c", killFirst, "kill-first", "qemu-img", "6000"]);
    await panel.client.run.resume.mutate({ runId });
    await panel.progress(runId, (run) => run.cells["ensure-ceph-osds/ceph-3"]?.state !== "failed", 60_000);
    await panel.crash();
    expect((await killed).code, "qemu-img was seen and killed").toBe(0);
    const parked = await panel.progress(runId, (run) => run.state === "parked", deployMs);
    expect(parked.cells["ensure-image-imported/cluster"]?.error?.detail).toMatch(/ceph-1.*KILL|KILL.*ceph-1/);
    const { stdout } = await onNode("ceph-1", ["rbd", "ls", "zstack"]);
    expect(stdout.trim().split("\n")).toEqual(["mnvm.img.import"]);
  },
  deployMs * 2,
);

test(
  "Resume makes the image whole, through another kill -9 of the panel; zsha waits its turn meanwhile",
  async () => {
    await panel.client.run.resume.mutate({ runId });
    await panel.progress(runId, (run) => run.cells["ensure-cluster-setup/cluster"]?.state === "running", deployMs);
    await panel.crash();
    await panel.progress(runId, (run) => run.cells["verify-management-vm/cluster"]?.state === "running", deployMs);
    // Consul began to answer in the middle of this run: the lock is taken at the next beat after that.
    await until("the run holds the cluster's lock", async () => (await lockHolder()) === runId, 30_000);
    const refused = await lab.exec("ceph-2", ["zsha", "stop"]);
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain(runId);
    const done = await panel.progress(runId, (run) => run.state === "succeeded" || run.state === "parked", deployMs);
    expect(done.state, JSON.stringify(done.cells)).toBe("succeeded");
    expect((await onNode("ceph-1", ["rbd", "ls", "zstack"])).stdout.trim().split("\n")).toEqual(["mnvm.img"]);
  },
  deployMs * 2,
);

test("nothing was done twice: no unit of the run was started a second time on any node", async () => {
  for (const node of nodes) {
    // systemd's own record that a unit was started, whoever asked for it.
    const started = "MESSAGE_ID=39f53479d3a045ac8e11786248231fbf";
    const { stdout } = await onNode(node, ["journalctl", "--no-pager", "--quiet", "--output=json", started]);
    const units = stdout
      .split("\n")
      .flatMap((line) => (line === "" ? [] : [String((JSON.parse(line) as { UNIT?: string }).UNIT)]));
    const ours = units.filter((unit) => unit.startsWith("trivet-") && unit.includes(runId));
    expect(ours.length).toBeGreaterThan(0);
    expect(ours).toEqual([...new Set(ours)]);
  }
});

test("no secret is in what the panel wrote, nor in any node's journal", async () => {
  const tokens = z
    .record(z.string(), z.string())
    .parse(JSON.parse((await onNode("ceph-1", ["cat", "/etc/zsha/consul-tokens.json"])).stdout));
  const cephKey = (await onNode("ceph-1", ["ceph", "auth", "print-key", "client.zsha"])).stdout.trim();
  const secrets = { rootPassword: (await lab.status()).rootPassword, cephKey, ...tokens };
  const journals = await Promise.all(nodes.map((node) => onNode(node, ["journalctl", "--no-pager", "--output=cat"])));
  const written = [await panel.written(), ...journals.map(({ stdout }) => Buffer.from(stdout))];
  expect(written.every((part) => part.length > 1_000)).toBe(true);
  for (const [name, secret] of Object.entries(secrets)) {
    expect(secret.length, name).toBeGreaterThan(5);
    expect(
      written.findIndex((part) => part.includes(secret)),
      name,
    ).toBe(-1);
  }
});

test("every node says the same of the management VM, and its image is locked exclusively", async () => {
  await until("the guest's page", guestAnswers, guestMs);
  const said = await Promise.all(nodes.map((node) => status(node)));
  for (const one of said) {
    expect(one.managementVm).toMatchObject({ state: "running", node: said[0]?.managementVm.node, epoch: 1 });
    expect(one.services.map((service) => service.state)).toEqual(["running", "running", "running"]);
    expect(one.alarms).toEqual([]);
  }
  const info = await onNode("ceph-1", ["rbd", "info", "--format", "json", "zstack/mnvm.img"]);
  expect((JSON.parse(info.stdout) as { features: string[] }).features).toContain("exclusive-lock");
});

test("the panel's status is what zsha says", async () => {
  const { clusterId } = await panel.client.run.get.query({ runId });
  const node = await owner();
  await until(
    "the panel's reading",
    async () => {
      const seen = await panel.client.cluster.get.query({ clusterId });
      return JSON.stringify(seen).includes(`"node":"${node}"`);
    },
    60_000,
  );
  expect(nodes).toContain(node);
});

test("the configuration goes out and in, and a bad one is refused with nothing changed", async () => {
  await onNode("ceph-2", ["zsha", "export-config"]);
  expect((await onNode("ceph-2", ["zsha", "check-config", "/tmp/current.config.json"])).stdout).toContain(
    "config file check pass",
  );
  const before = (await status()).configVersion;
  await onNode("ceph-2", ["sed", "-i", 's/"MemorySizeInGB": 8/"MemorySizeInGB": 7/', "/tmp/current.config.json"]);
  const refused = await lab.exec("ceph-2", ["zsha", "import-config", "/tmp/current.config.json"]);
  expect(refused.code).not.toBe(0);
  expect(refused.stderr).toContain("MemorySizeInGB");
  expect((await status()).configVersion).toBe(before);
});

test("a live migration moves it, to the same node it is refused", async () => {
  const from = await owner();
  const to = nodes.find((node) => node !== from) ?? "";
  expect((await onNode(from, ["zsha", "migrate", to])).stdout).toContain("Migration: [100 %]");
  await until(`running on ${to}`, runsOn(to), 30_000);
  const again = await lab.exec(from, ["zsha", "migrate", to]);
  expect(again.code).not.toBe(0);
  expect(`${again.stdout}${again.stderr}`).toContain("is already active");
  expect(await guestAnswers()).toBe(true);
});

test("zshad killed -9 adopts the running guest: same node, same epoch", async () => {
  const { node, epoch } = (await status()).managementVm;
  await onNode(node ?? "", ["systemctl", "kill", "--signal=KILL", "zsha.service"]);
  await until(
    "zshad is back",
    async () => (await status()).services.every((service) => service.state === "running"),
    60_000,
  );
  // Its record says "running" before its first look at libvirt, and until then nobody claims to know the guest.
  await until("zshad has looked again", async () => (await status()).managementVm.state !== "unknown", 30_000);
  expect((await status()).managementVm).toMatchObject({ state: "running", node, epoch });
});

test(
  "a guest that is powered off from inside is started again, fenced before",
  async () => {
    const { node, epoch } = (await status()).managementVm;
    await onNode(node ?? "", ["virsh", "shutdown", "ZStack Management Node VM"]);
    await until("a new start", async () => ((await status()).managementVm.epoch ?? 0) > (epoch ?? 0), guestMs);
    await until("the guest's page", guestAnswers, guestMs);
    const { managementVm } = await status();
    // By zshad's own log: a fence that finds nobody takes a tenth of a second, and its seconds are rounded to none.
    const log = await onNode(managementVm.node ?? "", ["cat", "/var/log/z/zshad.log"]);
    expect(log.stdout).toContain(`Own epoch ${managementVm.epoch}; fencing`);
  },
  guestMs * 2,
);

test(
  "zsha stop stops it everywhere and zsha start brings it back",
  async () => {
    const { stdout } = await onNode("ceph-3", ["zsha", "stop"]);
    expect(stdout).toContain("shutdown cluster finished");
    expect((await status()).managementVm.state).toBe("stopped");
    await onNode("ceph-3", ["zsha", "start"]);
    await until("running again", async () => (await status()).managementVm.state === "running", guestMs);
    await until("the guest's page", guestAnswers, guestMs);
  },
  guestMs * 3,
);

test(
  "uninstall wants to be sure, removes the suite from every node and keeps the image",
  async () => {
    const unsure = await lab.exec("ceph-1", ["zsha", "uninstall"]);
    expect(unsure.code).not.toBe(0);
    expect(`${unsure.stdout}${unsure.stderr}`).toContain("--yes-i-really-really-mean-it");
    await onNode("ceph-1", ["zsha", "uninstall", "--yes-i-really-really-mean-it"]);
    for (const node of nodes) {
      expect((await lab.exec(node, ["test", "-e", "/usr/sbin/zsha"])).code).toBe(1);
      expect((await lab.exec(node, ["systemctl", "is-active", "--quiet", "consul.service"])).code).not.toBe(0);
    }
    expect((await onNode("ceph-1", ["rbd", "ls", "zstack"])).stdout).toContain("mnvm.img");
  },
  guestMs * 2,
);
