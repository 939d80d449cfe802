// A deployed cluster through its later life: a newer suite and back, a new configuration, a migration, a new password, the end.
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { parseConfigText, serialiseConfig } from "@/contract/config-text";
import { managementVmDomainName } from "@/contract/ha-config";
import type { LifecycleWish } from "@/contract/lifecycle";
import type { RunProgress } from "@/contract/run-progress";
import { sentenceText } from "@/contract/sentence";
import { productVersion } from "@/contract/version";
import * as lab from "@/lab/cluster";
import { followRun, startDeployment } from "@/scripts/lab-deployment";
import { LabPanel, onNode } from "@/testing/deployed-lab";
import { ownerNow, status } from "@/testing/maintained-lab";
import { until } from "@/testing/maintenance-sights";
import { buildNewerSuite } from "@/testing/newer-suite";

const nodes = ["ceph-1", "ceph-2", "ceph-3"] as const;
const guest = "10.77.2.100";
const newerVersion = "0.2.0";
/** Guards read Ceph, Consul and HA once more after a change; a busy machine needs several looks. */
const guardsMs = 180_000;
/** A hundred megabytes to three nodes, then a restart on each, on a busy machine. */
const runMs = 600_000;
/** A guest under emulation boots slowly. */
const guestMs = 180_000;

let panel: LabPanel;
let clusterId: string;
let newer: string;

beforeAll(async () => {
  newer = await buildNewerSuite(newerVersion);
  panel = await LabPanel.start();
  const ids = await startDeployment(panel.client, await panel.readyDraft("lifelong"));
  const run = await followRun(panel.client, ids, () => undefined);
  if (run.state !== "succeeded") throw new Error(`the deployment is ${run.state}: ${run.because.join("; ")}`);
  ({ clusterId } = ids);
  await guestWrites();
}, 1_200_000);
afterAll(async () => {
  await panel.stop();
});

const witnessSchema = z.object({ boot: z.string(), boots: z.number(), acked: z.number(), errs: z.number() });
/** Right after its start the guest's writer still reads what is on the disk, and has acknowledged nothing. */
const guestWrites = () =>
  until(
    "the guest's writes",
    async () => {
      const answer = await fetch(`http://${guest}:5000/witness`, { signal: AbortSignal.timeout(2_000) });
      const seen = witnessSchema.parse(await answer.json());
      return seen.acked > 0 ? seen : null;
    },
    guestMs,
  );

const planOf = (wish: LifecycleWish) => panel.client.lifecycle.plan.query({ clusterId, wish });
const notHolding = async (wish: LifecycleWish): Promise<string[]> =>
  (await planOf(wish)).guards.filter(({ state }) => state !== "holds").map(({ code }) => code);

/** Begins as the page does: only when every guard holds, with the digest of the plan that was shown. */
async function begin(wish: LifecycleWish, typed: string | null = null): Promise<string> {
  let open = "";
  const { plan, word } = await until(
    `guards of ${wish.kind}`,
    async () => {
      const seen = await planOf(wish);
      open = seen.guards.flatMap((one) => (one.state === "holds" ? [] : [sentenceText(one.sentence)])).join("; ");
      return open === "" && seen.plan !== null ? { plan: seen.plan, word: seen.word } : null;
    },
    guardsMs,
  ).catch((error: unknown) => {
    throw new Error(`${String(error)} ${open}`);
  });
  const idempotencyKey = `${wish.kind}-${Math.round(performance.now())}`;
  const confirmation = typed ?? word ?? "";
  const { factsDigest } = plan;
  const order = { clusterId, wish, confirmation, factsDigest, idempotencyKey };
  return (await panel.client.lifecycle.start.mutate(order)).runId;
}

async function standsStill(runId: string): Promise<RunProgress> {
  return await panel.progress(runId, ({ state }) => state === "succeeded" || state === "parked", runMs);
}

async function succeed(runId: string): Promise<RunProgress> {
  const done = await standsStill(runId);
  const cells = Object.entries(done.cells).flatMap(([key, { error, reason }]) =>
    error === null && reason === null ? [] : [`${key}: ${error?.detail ?? sentenceText(reason ?? "")}`],
  );
  expect(done.state, `${sentenceText(done.because ?? "")} ${cells.join("\n")}`).toBe("succeeded");
  return done;
}

const versionsInPlace = async (): Promise<string[]> =>
  await Promise.all(
    nodes.map(async (node) => /App Version: (\S+)/.exec((await onNode(node, ["zsha", "-v"])).stdout)?.[1] ?? "?"),
  );
const versionsTold = async (): Promise<(string | null)[]> =>
  (await status(nodes[0])).services.map((one) => one.suiteVersion);

const upgrade = (change: Partial<Extract<LifecycleWish, { kind: "upgrade-suite" }>> = {}): LifecycleWish => ({
  kind: "upgrade-suite",
  from: "panel",
  moveVmFirst: false,
  hold: "none",
  ...change,
});

test(
  "a higher version comes to all nodes, held after the first, while the guest runs on",
  async () => {
    expect(await notHolding(upgrade())).toContain("something-new");
    await panel.bringSuite(newer);
    const before = await guestWrites();
    const owner = await ownerNow();
    const runId = await begin(upgrade({ hold: "first" }));
    const held = await standsStill(runId);
    expect(held, sentenceText(held.because ?? "")).toMatchObject({ state: "parked", reason: "held" });
    expect((await versionsInPlace()).toSorted()).toEqual([productVersion, productVersion, newerVersion]);
    expect(nodes[(await versionsInPlace()).indexOf(newerVersion)]).not.toBe(owner);
    await panel.client.run.resume.mutate({ runId });
    const { cells } = await succeed(runId);
    expect(cells[`ensure-upgrade-last/${owner}`]?.state).toBe("observed-succeeded");
    expect(await versionsInPlace()).toEqual(nodes.map(() => newerVersion));
    expect(await versionsTold()).toEqual(nodes.map(() => newerVersion));
    expect((await guestWrites()).boot).toBe(before.boot);
    expect(await ownerNow()).toBe(owner);
    const report = await panel.client.run.report.query({ runId });
    expect(report).toContain(`the management VM runs on ${owner}`);
  },
  runMs * 2,
);

test(
  "an older version is refused, the kept one is gone back to, with one migration where that was wished",
  async () => {
    await panel.bringSuite(null);
    expect(await notHolding(upgrade())).toContain("not-older");
    const before = await guestWrites();
    const owner = await ownerNow();
    await succeed(await begin(upgrade({ from: "kept", moveVmFirst: true })));
    expect(await versionsInPlace()).toEqual(nodes.map(() => productVersion));
    expect(await versionsTold()).toEqual(nodes.map(() => productVersion));
    expect((await guestWrites()).boot).toBe(before.boot);
    expect(await ownerNow()).not.toBe(owner);
  },
  runMs * 2,
);

test(
  "the management VM is migrated by button, and panel and zsha keep out of each other's way",
  async () => {
    const before = await guestWrites();
    const owner = await ownerNow();
    expect(await notHolding({ kind: "migrate-vm", target: owner })).toContain("target-ready");
    const [target = "", third = ""] = nodes.filter((node) => node !== owner);
    await succeed(await begin({ kind: "migrate-vm", target }));
    expect(await ownerNow()).toBe(target);

    const byHand = onNode(third, ["zsha", "migrate", third], [0], { timeoutMs: 120_000 });
    const guards = await until(
      "the command's lock",
      async () => {
        const seen = (await planOf({ kind: "migrate-vm", target: owner })).guards;
        const said = seen.find(({ code, state }) => code === "nothing-running" && state === "fails");
        return said === undefined ? null : sentenceText(said.sentence);
      },
      60_000,
    );
    expect(guards).toMatch(/zsha migrate|migrate/);
    await byHand;
    expect((await guestWrites()).boot).toBe(before.boot);
  },
  runMs,
);

const changed = async (): Promise<{ text: string; baseVersion: number }> => {
  const view = await panel.client.cluster.config.query({ clusterId });
  if (view === null) throw new Error("no configuration");
  return { text: serialiseConfig({ ...view.config, AllowResetRootPassword: true }), baseVersion: view.version };
};

test(
  "a configuration is written, applied by a restart, and a change to an older one is refused",
  async () => {
    expect(await notHolding({ kind: "reset-password", to: "random" })).toContain("password-allowed");
    const before = await guestWrites();
    const { text, baseVersion } = await changed();
    const stale: LifecycleWish = { kind: "update-config", text, baseVersion: baseVersion - 1, apply: "later" };
    // The command of the test before has just ended: its lock is seen for a moment longer.
    await until("a quiet cluster", async () => ((await notHolding(stale)).length === 1 ? true : null), guardsMs);
    expect(await notHolding(stale)).toEqual(["config-current"]);
    expect(await notHolding({ ...stale, baseVersion, text: text.replace(/"CPU": \d+/, '"CPU": 1') })).toContain(
      "config-allowed",
    );
    const runId = await begin({ kind: "update-config", text, baseVersion, apply: "restart" });
    await until(
      "the run's lock",
      async () => {
        const { stdout } = await onNode(nodes[0], ["zsha", "profile", "fast"], [0, 1], { timeoutMs: 60_000 }).then(
          ({ stdout: out, stderr }) => ({ stdout: out + stderr }),
        );
        return stdout.includes(runId) ? true : null;
      },
      60_000,
    );
    for (const words of [["migrate", "ceph-3"], ["stop"], ["start"], ["reset-MNVM-password"], ["profile", "fast"]]) {
      const { code, stderr } = await onNode("ceph-2", ["zsha", ...words], [0, 1], { timeoutMs: 60_000 });
      expect(code, words.join(" ")).toBe(1);
      expect(stderr, words.join(" ")).toContain(runId);
    }
    await succeed(runId);
    const now = await status(nodes[0]);
    expect(now.managementVm.appliedConfigVersion).toBe(now.configVersion);
    const after = await guestWrites();
    expect(after).toMatchObject({ boots: before.boots + 1, errs: 0 });
    const { entries, current } = await panel.client.lifecycle.configHistory.query({ clusterId });
    expect(current).toBe(now.configVersion);
    expect(entries[0]).toMatchObject({ version: now.configVersion, source: "panel", runId });
    expect(entries.map(({ version }) => version)).toContain(baseVersion);
    const former = await panel.client.lifecycle.configBackup.query({ clusterId, version: baseVersion });
    const parsed = parseConfigText(former.text);
    expect(parsed.kind === "config" && parsed.config.AllowResetRootPassword).toBe(false);
  },
  runMs * 2,
);

/** The hash of root's password inside the guest, read through its agent. */
async function shadowOfRoot(owner: string): Promise<string> {
  const agent = async (command: unknown): Promise<unknown> => {
    const argv = ["virsh", "--quiet", "qemu-agent-command", managementVmDomainName, JSON.stringify(command)];
    return JSON.parse((await onNode(owner, argv)).stdout);
  };
  const opened = z.object({ return: z.number() });
  const path = "/etc/shadow";
  const { return: handle } = opened.parse(
    await agent({ execute: "guest-file-open", arguments: { path, mode: "r" } }).catch(
      async () => await agent({ execute: "guest-file-open", arguments: { path: "/etc/passwd", mode: "r" } }),
    ),
  );
  const read = z.object({ return: z.object({ "buf-b64": z.string() }) });
  const { return: answer } = read.parse(
    await agent({ execute: "guest-file-read", arguments: { handle, count: 4096 } }),
  );
  const text = Buffer.from(answer["buf-b64"], "base64").toString();
  return /^root:([^:]*):/m.exec(text)?.[1] ?? "";
}

test(
  "root's password is reset to a random one that only the guest and one page ever see",
  async () => {
    const runId = await begin({ kind: "reset-password", to: "random" });
    await succeed(runId);
    const { password } = await panel.client.lifecycle.takePassword.mutate({ runId });
    expect(password).toMatch(/^[A-Za-z0-9]{20}$/);
    await expect(panel.client.lifecycle.takePassword.mutate({ runId })).rejects.toThrow(/no new password/);

    const hash = await shadowOfRoot(await ownerNow());
    const salt = hash.slice(0, hash.lastIndexOf("$") + 1);
    const script = "chomp(my $p = <STDIN>); print crypt($p, $ARGV[0])";
    const made = await onNode(nodes[0], ["perl", "-e", script, salt], [0], { input: `${password}\n` });
    expect(made.stdout).toBe(hash);

    expect((await panel.written()).includes(password)).toBe(false);
    for (const node of nodes) {
      const places = ["/var/log", "/var/lib/trivet", "/run/trivet", "/run/zsha", "/tmp", "/etc/zsha"];
      const found = await onNode(node, ["grep", "-r", "-l", "-a", password, ...places], [0, 1, 2]);
      expect(found.stdout, node).toBe("");
    }
  },
  runMs,
);

test(
  "uninstalled, nothing of the suite is left and the disk is",
  async () => {
    const wish: LifecycleWish = { kind: "uninstall-suite", deleteImage: false };
    await expect(begin(wish, "something else")).rejects.toThrow(/lifelong/);
    const { word } = await planOf({ ...wish, deleteImage: true });
    expect(word).toMatch(/^lifelong \S+\/mnvm\.img$/);
    const pool = (await panel.client.cluster.config.query({ clusterId }))?.config.PoolName ?? "";
    await succeed(await begin(wish));
    for (const node of nodes) {
      expect((await lab.exec(node, ["sh", "-c", "command -v zsha zshad zs-show-network"])).stdout, node).toBe("");
      expect((await lab.exec(node, ["systemctl", "is-active", "zsha", "consul"])).stdout, node).not.toContain(
        "\nactive",
      );
      expect((await onNode(node, ["virsh", "--quiet", "list", "--all", "--name"])).stdout.trim(), node).toBe("");
    }
    expect((await onNode(nodes[0], ["rbd", "info", `${pool}/mnvm.img`])).stdout).toContain("exclusive-lock");
  },
  runMs,
);
