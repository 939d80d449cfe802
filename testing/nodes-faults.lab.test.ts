// What the browser's own story of members (e2e/nodes.spec.ts) leaves out, on real nodes: a machine that dies for good while it is taken in,
// and a dead owner, whose fences must not keep the machine out that has its address.
import { expect, test } from "vitest";
import type { NewMachine, NodeChangeKind } from "@/contract/node-change";
import { cellOf, isSettled } from "@/contract/run-progress";
import { sentenceText } from "@/contract/sentence";
import * as lab from "@/lab/cluster";
import { heardUntil, startedOnceMore } from "@/testing/guest-writes";
import {
  guardsMs,
  guestAnswers,
  type Maintained,
  maintainedLab,
  nodes,
  nothingLeft,
  ownerNow,
  succeed,
} from "@/testing/maintained-lab";
import { deployedForAll } from "@/testing/maintenance-runs";
import { until } from "@/testing/maintenance-sights";
import { imageSeenBy, whole } from "@/testing/member-sights";

const spares = ["ceph-4", "ceph-5"] as const;
const [, lost] = spares;
/** Machines are set up beside a cluster that runs; taken back, data leaves two disks. */
const changeMs = 1_200_000;

let maintained: Maintained;
deployedForAll(
  (deployed) => (maintained = deployed),
  () => maintainedLab(spares.length),
);

/** As the page does it: the key is shown, a person accepts it, the panel's own key goes in, the disks are chosen. */
async function offer(name: string, addresses: Pick<NewMachine, "storageIp" | "managementIp">): Promise<NewMachine> {
  const { membership } = maintained.panel.client;
  const { clusterId } = maintained;
  const { nodes: machines, rootPassword } = await lab.status();
  const machine = machines.find((node) => node.name === name);
  if (machine === undefined) throw new Error(`the lab has no ${name}`);
  const endpoint = { address: machine.ip, port: 22 };
  const shown = await membership.presentedKey.mutate({ clusterId, endpoint });
  const login = { ...endpoint, user: "root", hostKeyType: shown.keyType, hostKeyFingerprint: shown.fingerprint };
  const credentials = { kind: "password" as const, password: rootPassword };
  // Another key than the one presented is never logged in to.
  const foreign = { ...login, hostKeyFingerprint: `SHA256:${"A".repeat(43)}` };
  await expect(membership.admit.mutate({ clusterId, machine: foreign, credentials })).rejects.toThrow("host key");
  const facts = await membership.admit.mutate({ clusterId, machine: login, credentials });
  const disks = facts.disks.filter(({ inUseBecause }) => inUseBecause.length === 0).map(({ path }) => path);
  return { name, ...login, hostKey: shown.key, disks: disks.slice(0, 1), wipeConfirmed: [], ...addresses };
}

/** Begins as the page does: only when every guard holds, with the digest of the plan that was shown and the word typed. */
async function start(kind: NodeChangeKind, leaving: string[], machines: NewMachine[]): Promise<string> {
  const { membership } = maintained.panel.client;
  const wish = { clusterId: maintained.clusterId, kind, leaving, machines };
  const plan = await until(
    `guards of ${kind}`,
    async () => {
      const seen = await membership.plan.query(wish);
      const open = seen.guards.filter(({ state }) => state !== "holds").map(({ sentence }) => sentenceText(sentence));
      if (open.length > 0) throw new Error(open.join("; "));
      return seen;
    },
    guardsMs,
  );
  const { factsDigest, word: confirmation } = plan;
  const idempotencyKey = `${kind}-${Math.round(performance.now())}`;
  return (await membership.start.mutate({ ...wish, confirmation, factsDigest, idempotencyKey })).runId;
}

test(
  "one of two machines that are added dies for good: Undo stops at it, and without it everything is as before",
  async () => {
    const { panel } = maintained;
    const { run } = panel.client;
    const before = await guestAnswers();
    const { nodes: all } = await lab.status();
    const places = all.filter(({ name }) => spares.some((spare) => spare === name));
    const machines = await Promise.all(
      places.map(({ name, storageIp, ip }) => offer(name, { storageIp, managementIp: ip })),
    );
    const runId = await start("add-node", [], machines);
    const setUp = "ensure-node-setup";
    const isBegun = (name: string) => panel.progress(runId, (seen) => cellOf(seen, setUp, name).attempt > 0, changeMs);
    await Promise.all(spares.map(isBegun));
    // Both are in the monitors' quorum and have data; Consul's members let them in only when they are told of them.
    await run.pause.mutate({ runId });
    const paused = await panel.progress(runId, ({ state }) => state === "parked", guardsMs);
    expect(paused.reason, sentenceText(paused.because ?? "")).toBe("paused");
    for (const name of spares) expect(isSettled(cellOf(paused, setUp, name)), name).toBe(true);

    await lab.powerOff(lost);
    await expect(run.undoWithout.mutate({ runId, node: lost })).rejects.toThrow("undo-without");
    await run.undo.mutate({ runId });
    const stuck = await panel.progress(runId, ({ state }) => state === "undo-failed", changeMs);
    expect(cellOf(stuck, setUp, lost).state).toBe("undo-failed");
    expect(cellOf(stuck, setUp, spares[0]).state).toBe("undone");
    await expect(run.undoWithout.mutate({ runId, node: spares[0] })).rejects.toThrow("undo-without");

    await run.undoWithout.mutate({ runId, node: lost });
    await panel.progress(runId, ({ state }) => state === "undoing" || state === "undone", guardsMs);
    const ended = await panel.progress(runId, ({ state }) => state !== "undoing", changeMs);
    expect(ended.state, sentenceText(ended.because ?? "")).toBe("undone");
    expect(sentenceText(cellOf(ended, setUp, lost).observed ?? "")).toContain(`${lost} is gone for good`);
    await whole(nodes);
    const { nodes: rows } = await panel.client.cluster.get.query({ clusterId: maintained.clusterId });
    expect(rows.map(({ name }) => name).toSorted()).toEqual([...nodes]);
    const after = await guestAnswers();
    expect(after).toMatchObject({ boots: before.boots, node: before.node, errs: 0 });
    expect(after.acked).toBeGreaterThan(before.acked);
    await nothingLeft();
  },
  changeMs * 2,
);

test(
  "a dead owner is replaced by a bare machine at its address: nothing of it stays shut out, no write is lost",
  async () => {
    const dead = await ownerNow();
    const [asked = ""] = nodes.filter((node) => node !== dead);
    const heard = await heardUntil(() => lab.powerOff(dead));
    const before = await startedOnceMore(heard);
    expect((await imageSeenBy(asked)).blocked).toHaveLength(1);
    await lab.wipe(dead);
    await lab.powerOn(dead);
    const machine = await offer(dead, { storageIp: null, managementIp: null });
    await succeed(maintained, await start("replace-node", [dead], [machine]), changeMs);
    await whole(nodes);
    const after = await guestAnswers();
    expect(after).toMatchObject({ boots: before.boots, node: before.node, errs: 0 });
    const seen = await imageSeenBy(asked);
    expect(seen.blocked).toEqual([]);
    expect(seen.watchers).toHaveLength(1);
  },
  changeMs * 2,
);
