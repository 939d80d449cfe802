// Faults that nobody planned and modes that somebody left on, on real nodes: recognised, shown with their author, ended by a button.
import { afterAll, beforeAll, expect, test } from "vitest";
import { type EndableBracket, endableBracketSchema } from "@/contract/bracket-kinds";
import { sentenceText } from "@/contract/sentence";
import * as lab from "@/lab/cluster";
import { platformApi } from "@/server/adapters/platform/platform-api";
import { onNode } from "@/testing/deployed-lab";
import {
  begin,
  guardsMs,
  guestAnswers,
  type Maintained,
  maintainedLab,
  nodes,
  nothingLeft,
  runMs,
  status,
  succeed,
  waitsForButton,
} from "@/testing/maintained-lab";
import { platform, until } from "@/testing/maintenance-sights";

let maintained: Maintained;

beforeAll(async () => {
  maintained = await maintainedLab();
}, 900_000);
afterAll(async () => {
  await maintained.panel.stop();
});

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

const situation = (code: string, timeoutMs: number) =>
  until(
    `the situation ${code}`,
    async () => {
      const seen = await recovery();
      return seen.code === code ? seen : null;
    },
    timeoutMs,
  );

async function bystander(): Promise<string> {
  const { node: owner } = (await status(nodes[0])).managementVm;
  return nodes.find((node) => node !== owner) ?? "";
}

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
    const node = await bystander();
    await onNode(nodes[0], ["ceph", "osd", "set", "noout"]);
    await lab.powerOff(node);
    const seen = await situation("silent", guardsMs);
    expect(seen).toMatchObject({ guide: "D1", subjects: [node], action: { kind: "node-up", subject: node } });
    expect(seen.nodes.find((one) => one.node === node)?.fault).toBe("silent");
    expect(sentenceText(seen.ha)).toContain("HA had nothing to do");
    expect(seen.steps.find(({ id }) => id === "powered")?.state).toBe("unknown");
    expect(seen.steps.find(({ id }) => id === "system-up")?.state).toBe("open");

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
    await situation("whole", guardsMs);
    await nothingLeft();
  },
  runMs * 2,
);

test(
  "a cut storage network is told from a cut management network and from lost power",
  async () => {
    const node = await bystander();
    const faultOf = async () => (await recovery()).nodes.find((one) => one.node === node)?.fault;
    for (const network of ["storage", "management"] as const) {
      await lab.cut(node, { network });
      await until(
        `${network} is cut`,
        async () => ((await faultOf()) === `${network}-network` ? true : null),
        guardsMs,
      );
      expect(await recovery()).toMatchObject({ code: "network-lost", guide: "D3", subjects: [node] });
      await lab.heal(node);
      await situation("whole", runMs);
    }
  },
  runMs * 2,
);
