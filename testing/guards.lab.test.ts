// Where the steps as the manual writes them would lose data or service: on real nodes each is held back by the plan that is shown and
// by the server that takes the order, with the same sentence, and is free again once its reason is gone.
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import type { MaintenanceGuardCode } from "@/contract/maintenance-guards";
import { sentenceText } from "@/contract/sentence";
import * as lab from "@/lab/cluster";
import { onNode } from "@/testing/deployed-lab";
import {
  guardsMs,
  guestAnswers,
  type Maintained,
  maintainedLab,
  nodes,
  nothingLeft,
  runMs,
  status,
} from "@/testing/maintained-lab";
import { until } from "@/testing/maintenance-sights";

let maintained: Maintained;

beforeAll(async () => {
  maintained = await maintainedLab();
}, 900_000);
afterAll(async () => {
  // Where chaos comes next, npm test lets it have the cluster.
  await (process.env["TRIVET_LEAVE_CLUSTER"] === "1" ? maintained.panel.leave() : maintained.panel.stop());
});

const wishFor = (node: string) => ({
  clusterId: maintained.clusterId,
  kind: "node-down" as const,
  subject: node,
  guests: "stop" as const,
});
const planFor = (node: string) => maintained.panel.client.maintenance.plan.query(wishFor(node));

/** Until `code` holds `node` back and says `said`; the same order sent past the button gets the same answer. */
async function held(node: string, code: MaintenanceGuardCode, said: string): Promise<void> {
  const holdsBack = async (): Promise<true | null> => {
    const guard = (await planFor(node)).guards.find((one) => one.code === code && one.state === "fails");
    return guard !== undefined && sentenceText(guard.sentence).includes(said) ? true : null;
  };
  await until(`${code} holds ${node} back: ${said}`, holdsBack, guardsMs);
  const { factsDigest } = await planFor(node);
  const order = { ...wishFor(node), confirmation: node, factsDigest, idempotencyKey: `held-${code}-${node}` };
  await expect(maintained.panel.client.maintenance.start.mutate(order)).rejects.toThrow(said);
}

async function isFree(node: string): Promise<void> {
  const nothingOpen = async (): Promise<true | null> => {
    const open = (await planFor(node)).guards.filter(({ state }) => state !== "holds");
    if (open.length > 0) throw new Error(open.map(({ sentence }) => sentenceText(sentence)).join("; "));
    return true;
  };
  await until(`nothing holds ${node} back`, nothingOpen, guardsMs);
}

/** What `cut` took away is there again afterwards, whatever was seen meanwhile: the next test stands on a whole cluster. */
async function whileCut(cut: () => Promise<unknown>, look: () => Promise<void>, mend: () => Promise<unknown>) {
  try {
    await cut();
    await look();
  } finally {
    await mend();
  }
}

async function followers(): Promise<[string, string, string]> {
  const { node: owner } = (await status(nodes[0])).managementVm;
  const [first = "", second = ""] = nodes.filter((node) => node !== owner);
  return [owner ?? "", first, second];
}

test(
  "the last good copy of the data lies on the node",
  async () => {
    await guestAnswers();
    const { ceph } = await status(nodes[0]);
    if (ceph.state === "unknown") throw new Error("Ceph's status is unknown");
    const [here, other] = Object.entries(ceph.value.osdsByHost ?? {}).filter(([, osds]) => osds.length > 0);
    if (here === undefined || other === undefined) throw new Error("two nodes with OSDs are needed");
    const units = other[1].map(({ id }) => `ceph-osd@${id}`);
    await whileCut(
      () => onNode(other[0], ["systemctl", "stop", ...units]),
      () => held(here[0], "data-available", `Ceph says data would stop without ${here[0]}`),
      () => onNode(other[0], ["systemctl", "start", ...units]),
    );
    await isFree(here[0]);
    expect((await guestAnswers()).errs).toBe(0);
  },
  runMs,
);

test(
  "Ceph's leading monitor is away already, and the node has one of the two that are left",
  async () => {
    const answer = await onNode(nodes[0], ["ceph", "quorum_status", "--format", "json"]);
    const { quorum_leader_name: leader } = z
      .object({ quorum_leader_name: z.string() })
      .parse(JSON.parse(answer.stdout));
    const others = nodes.filter((node) => node !== leader);
    await whileCut(
      () => onNode(leader, ["systemctl", "stop", `ceph-mon@${leader}`]),
      async () => {
        for (const node of others)
          await held(node, "monitor-majority", "Only 1 Ceph monitors would stay in quorum; 2 are needed");
        // Its own monitor is no loss: the other two keep the quorum.
        expect((await planFor(leader)).guards.find(({ code }) => code === "monitor-majority")?.state).toBe("holds");
      },
      () => onNode(leader, ["systemctl", "start", `ceph-mon@${leader}`]),
    );
    for (const node of others) await isFree(node);
  },
  runMs,
);

test(
  "no other node could take the management VM",
  async () => {
    const [owner, ...others] = await followers();
    const order = async (what: "stop" | "start"): Promise<void> => {
      for (const node of others) await onNode(node, ["systemctl", what, "zsha"]);
    };
    await whileCut(
      () => order("stop"),
      async () => {
        for (const node of others) await held(owner, "vm-away", `${node}: zshad is not running`);
      },
      () => order("start"),
    );
    await isFree(owner);
    expect((await status(owner)).managementVm.node).toBe(owner);
  },
  runMs,
);

test(
  "a second node is away already",
  async () => {
    const [owner, away, asked] = await followers();
    const { boots } = await guestAnswers();
    await whileCut(
      () => lab.powerOff(away),
      async () => {
        for (const node of [asked, owner]) {
          await held(node, "consul-majority", "Only 1 Consul servers would stay; 2 are needed");
          await held(node, "nodes-healthy", `${away} is not alive`);
        }
      },
      () => lab.powerOn(away),
    );
    await isFree(asked);
    await nothingLeft();
    expect((await guestAnswers()).boots).toBe(boots);
  },
  runMs,
);
