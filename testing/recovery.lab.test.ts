// Faults that nobody planned and modes that somebody left on, on real nodes: recognised, shown with their author, ended by a button.
import { expect, test } from "vitest";
import { type EndableBracket, endableBracketSchema } from "@/contract/bracket-kinds";
import { wholeCluster } from "@/contract/maintenance-subject";
import { sentenceText } from "@/contract/sentence";
import * as lab from "@/lab/cluster";
import { platformApi } from "@/server/adapters/platform/platform-api";
import { onNode } from "@/testing/deployed-lab";
import { heardUntil, startedOnceMore } from "@/testing/guest-writes";
import {
  begin,
  bystanders,
  guardsMs,
  guestAnswers,
  type Maintained,
  nodes,
  nothingLeft,
  ownerNow,
  runMs,
  succeed,
  waitsForButton,
} from "@/testing/maintained-lab";
import { deployedForAll } from "@/testing/maintenance-runs";
import { platform, until } from "@/testing/maintenance-sights";

let maintained: Maintained;
/** The node that HA took the management VM from, once it is back without it: another fault of it is not that one again. */
let cameBack: string | null = null;
deployedForAll((deployed) => (maintained = deployed));

const brackets = () => maintained.panel.client.maintenance.brackets.query({ clusterId: maintained.clusterId });
const recovery = () => maintained.panel.client.recovery.sight.query({ clusterId: maintained.clusterId });

/** The one of this kind, once it is seen. */
const found = (kind: EndableBracket["kind"]) =>
  until(`a bracket ${kind}`, async () => (await brackets()).open.find((one) => one.kind === kind) ?? null, guardsMs);

/** As the button does it: once every guard holds, with the digest of the commands that were shown. */
async function end(kind: EndableBracket["kind"]): Promise<void> {
  const ending = await until(
    `what must hold to end ${kind}`,
    async () => {
      const seen = (await brackets()).open.find((one) => one.kind === kind)?.ending ?? null;
      return seen?.guards.every(({ state }) => state === "holds") === true ? seen : null;
    },
    guardsMs,
  );
  const { clusterId } = maintained;
  const { factsDigest } = ending;
  const bracket = endableBracketSchema.parse(ending.bracket);
  const order = { clusterId, bracket, factsDigest, idempotencyKey: `end-${kind}-${Math.round(performance.now())}` };
  await succeed(maintained, (await maintained.panel.client.maintenance.endBracket.mutate(order)).runId);
}

/** Guide null: none is needed. */
const situation = (code: string, guide: string | null, timeoutMs: number) =>
  until(
    `the situation ${code} with guide ${guide ?? "none"}`,
    async () => {
      const seen = await recovery();
      return seen.code === code && seen.guide === guide ? seen : null;
    },
    timeoutMs,
  );
const whole = () => situation("whole", null, runMs);
const stepOf = (seen: Awaited<ReturnType<typeof recovery>>, id: string) =>
  seen.steps.find((step) => step.id === id)?.state;

test(
  "what somebody left on by hand is found, named as nobody's, and ended by a run",
  async () => {
    await guestAnswers();
    await onNode(nodes[0], ["ceph", "osd", "set", "noout"]);
    await platformApi.setGlobalSetting(platform, "ha", "enable", "false", AbortSignal.timeout(60_000));
    expect(await found("cluster-flags")).toMatchObject({ flags: ["noout"], author: { by: "unknown" }, since: null });
    expect(await found("vm-ha-off")).toMatchObject({ author: { by: "unknown" } });
    await end("cluster-flags");
    await end("vm-ha-off");
    await onNode(nodes[0], ["zsha", "stop"], [0], { timeoutMs: guardsMs });
    const stopped = await found("stopped-intent");
    expect(stopped.author).toMatchObject({ by: "order" });
    expect(stopped.since).not.toBeNull();
    await end("stopped-intent");
    await guestAnswers();
    await until("no bracket", async () => ((await brackets()).open.length === 0 ? true : null), guardsMs);
    await nothingLeft();
  },
  runMs,
);

test(
  "noout is not ended while a node is down; its guide brings the node back, flag and all",
  async () => {
    const [node] = await bystanders();
    await onNode(nodes[0], ["ceph", "osd", "set", "noout"]);
    await lab.powerOff(node);
    const seen = await situation("silent", "D1", guardsMs);
    expect(seen).toMatchObject({ subjects: [node], action: { kind: "node-up", subject: node } });
    expect(seen.nodes.find((one) => one.node === node)?.fault).toBe("silent");
    expect(sentenceText(seen.ha)).toContain("HA had nothing to do");
    expect(stepOf(seen, "powered")).toBe("unknown");
    expect(stepOf(seen, "system-up")).toBe("open");

    const held = await until(
      "noout is held",
      async () => {
        const guards = (await brackets()).open.find(({ kind }) => kind === "cluster-flags")?.ending?.guards ?? [];
        return guards.find(({ code, state }) => code === "osds-back" && state === "fails") ?? null;
      },
      guardsMs,
    );
    expect(sentenceText(held.sentence)).toContain("Ceph would begin to copy");

    const up = await begin(maintained, "node-up", node);
    await waitsForButton(maintained, up, node);
    await lab.powerOn(node);
    await succeed(maintained, up);
    await whole();
    await nothingLeft();
  },
  runMs * 2,
);

test(
  "D2: the node with the management VM loses power; its guide tells who took over, and brings the node back",
  async () => {
    const node = await ownerNow();
    const heard = await heardUntil(() => lab.powerOff(node));
    const seen = await situation("silent", "D2", guardsMs);
    expect(seen).toMatchObject({ subjects: [node], action: { kind: "node-up", subject: node }, majorityLost: false });
    const moved = await until(
      "the failover in the guide",
      async () => {
        const now = await recovery();
        return stepOf(now, "failover-seen") === "done" ? now : null;
      },
      guardsMs,
    );
    expect(sentenceText(moved.ha)).toContain(`HA moved the management VM from ${node} to `);
    await startedOnceMore(heard);
    const up = await begin(maintained, "node-up", node);
    await waitsForButton(maintained, up, node);
    await lab.powerOn(node);
    await succeed(maintained, up);
    await whole();
    await nothingLeft();
    cameBack = node;
  },
  runMs * 2,
);

test(
  "D3: a cut storage network is told from a cut management network and from lost power",
  async () => {
    const idle = await bystanders();
    const node = idle.find((one) => one === cameBack) ?? idle[0];
    const faultOf = async () => (await recovery()).nodes.find((one) => one.node === node)?.fault;
    for (const network of ["storage", "management"] as const) {
      await lab.cut(node, { network });
      await until(
        `${network} is cut`,
        async () => ((await faultOf()) === `${network}-network` ? true : null),
        guardsMs,
      );
      const seen = await situation("network-lost", "D3", guardsMs);
      expect(seen.subjects).toEqual([node]);
      expect(stepOf(seen, "ports-lit")).toBe("open");
      await lab.heal(node);
      await whole();
    }
  },
  runMs * 2,
);

test(
  "D4: the node with the management VM loses a network; without storage it is moved, without management it runs on",
  async () => {
    const cutOff = await ownerNow();
    const heard = await heardUntil(() => lab.cut(cutOff, { network: "storage" }));
    const seen = await situation("network-lost", "D4", guardsMs);
    expect(seen).toMatchObject({ subjects: [cutOff], action: { kind: "node-up", subject: cutOff } });
    expect(seen.nodes.find((one) => one.node === cutOff)?.fault).toBe("storage-network");
    const isMoved = async () => (stepOf(await recovery(), "failover-seen") === "done" ? true : null);
    await until("the failover in the guide", isMoved, guardsMs);
    await startedOnceMore(heard);
    await lab.heal(cutOff);
    await whole();
    await nothingLeft();

    const node = await ownerNow();
    const before = await guestAnswers();
    await lab.cut(node, { network: "management" });
    const unmoved = await situation("network-lost", "D4", guardsMs);
    expect(unmoved).toMatchObject({ subjects: [node] });
    expect(unmoved.nodes.find((one) => one.node === node)?.fault).toBe("management-network");
    expect(sentenceText(unmoved.ha)).toContain(`The management VM runs on at ${node}`);
    await lab.heal(node);
    await whole();
    expect(await guestAnswers()).toMatchObject({ boots: before.boots, node, errs: 0 });
    await nothingLeft();
  },
  runMs * 3,
);

test(
  "D5: two nodes are down, one of them with the management VM; the guide says that HA cannot act, and starts what is missing",
  async () => {
    const owner = await ownerNow();
    const [second] = await bystanders();
    const heard = await heardUntil(async () => {
      await Promise.all([lab.powerOff(owner), lab.powerOff(second)]);
    });
    const seen = await situation("several-down", "D5", guardsMs);
    expect(seen.subjects.toSorted()).toEqual([owner, second].toSorted());
    expect(seen).toMatchObject({ majorityLost: true, action: { kind: "cluster-up" } });
    expect(stepOf(seen, "system-up")).toBe("open");
    expect(stepOf(seen, "vm-running")).not.toBe("done");
    await lab.powerOn(second);
    await lab.powerOn(owner);
    await succeed(maintained, await begin(maintained, "cluster-up", wholeCluster));
    await whole();
    await startedOnceMore(heard);
    await nothingLeft();
  },
  runMs * 3,
);
