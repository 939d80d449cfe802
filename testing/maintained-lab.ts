// A deployed cluster that is taken down and up through the panel's own API: what the tests of maintenance and recovery stand on.
import assert from "node:assert/strict";
import { type HaStatus, haStatusSchema } from "@/contract/ha-status";
import type { GuestChoice, MaintenanceKind } from "@/contract/maintenance";
import { wholeCluster } from "@/contract/maintenance-subject";
import type { RunProgress } from "@/contract/run-progress";
import { isSaying, sentenceText } from "@/contract/sentence";
import * as lab from "@/lab/cluster";
import { followRun, furnishPlatform, startDeployment } from "@/scripts/lab-deployment";
import { LabPanel, onNode } from "@/testing/deployed-lab";
import { type Witness, until, whatIsLeft, whatNodesKeep, witness } from "@/testing/maintenance-sights";

export const nodes = ["ceph-1", "ceph-2", "ceph-3"] as const;
/** Guards read Ceph, Consul and HA once more after a change; a busy machine needs several looks. */
export const guardsMs = 180_000;
/** OSDs that were away copy what was written meanwhile; a guest under emulation boots slowly. */
export const runMs = 600_000;
const guestMs = 180_000;
/** After a run that ended well: longer hides a service that does not come back by itself. */
const atWorkMs = 30_000;
/** From the last step of a shutdown to a machine that is off: its services stop first. */
const offMs = 60_000;
const clusterName = "maintained";

export interface Maintained {
  readonly panel: LabPanel;
  readonly clusterId: string;
}

/** Without one, libvirt alone knows what runs on the nodes. */
type PlatformKind = "zstack" | "none";

/** Three bare nodes, a panel of its own, a deployment, a platform that knows its hosts; `spares` machines stay bare. */
export async function maintainedLab(spares = 0, platform: PlatformKind = "zstack"): Promise<Maintained> {
  const panel = await LabPanel.start(nodes.length + spares);
  try {
    return { panel, clusterId: await deployMaintained(panel, platform) };
  } catch (error) {
    // Nobody has it yet who could stop it.
    await panel.stop();
    throw error;
  }
}

async function deployMaintained(panel: LabPanel, platform: PlatformKind): Promise<string> {
  const draftId = await panel.readyDraft(clusterName, nodes.length);
  if (platform === "none") {
    const { revision } = (await panel.client.deployment.get.query({ draftId })).draft;
    const value = { kind: platform, user: "", passwordSecretRef: null };
    await panel.client.deployment.patch.mutate({ draftId, base: revision, patch: { part: "platform", value } });
  }
  const ids = await startDeployment(panel.client, draftId);
  const run = await followRun(panel.client, ids, () => undefined);
  if (run.state !== "succeeded") throw new Error(`the deployment is ${run.state}: ${run.because.join("; ")}`);
  await guestAnswers();
  if (platform === "none") return ids.clusterId;
  const whole = await lab.status();
  await furnishPlatform({ ...whole, nodes: whole.nodes.slice(0, nodes.length) });
  return ids.clusterId;
}

export async function status(node: string): Promise<HaStatus> {
  const { stdout } = await onNode(node, ["zsha", "status", "--json"], [0, 1]);
  return haStatusSchema.parse(JSON.parse(stdout.trim().split("\n").at(-1) ?? "null"));
}

/** As a node that is on and knows a leader tells it; some may be off on purpose, or only just booting. */
export async function statusNow(): Promise<HaStatus> {
  const own = new Set<string>(nodes);
  const on = (await lab.status()).nodes.filter(({ name, state }) => state === "running" && own.has(name));
  for (const { name } of on) {
    const seen = await status(name).catch(() => null);
    if (seen?.consul.state === "known" && seen.consul.value.leader !== null) return seen;
  }
  throw new Error("no node that is on knows a leader");
}

/** Right after its start the guest's writer still reads what is on the disk, and has acknowledged nothing. */
async function writing(): Promise<Witness | null> {
  const seen = await witness();
  return seen.acked > 0 ? seen : null;
}
export const guestAnswers = () => until("the guest's writes", writing, guestMs);

export async function stateOf(node: string): Promise<string> {
  return (await lab.status()).nodes.find(({ name }) => name === node)?.state ?? "";
}

export const isOff = (node: string) =>
  until(`${node} is off`, async () => ((await stateOf(node)) === "off" ? true : null), offMs);

/** Where the management VM runs; right after a change the nodes may not know it for a moment. */
export const ownerNow = () =>
  until(
    "the owner",
    async () => {
      const { managementVm: vm } = await statusNow();
      return vm.state === "running" ? vm.node : null;
    },
    guardsMs,
  );

/** The nodes without it. */
export async function bystanders(): Promise<[string, string]> {
  const owner = await ownerNow();
  const [first = "", second = ""] = nodes.filter((node) => node !== owner);
  return [first, second];
}

/** Begins as the page does: only when every guard holds, with the digest of the plan that was shown. */
export async function begin(
  { panel, clusterId }: Maintained,
  kind: MaintenanceKind,
  subject: string,
  guests: GuestChoice = "stop",
): Promise<string> {
  const wish = { clusterId, kind, subject, guests };
  let open = "";
  const plan = await until(
    `guards of ${kind} ${subject}`,
    async () => {
      const seen = await panel.client.maintenance.plan.query(wish);
      open = seen.guards.flatMap((one) => (one.state === "holds" ? [] : [sentenceText(one.sentence)])).join("; ");
      return open === "" ? seen : null;
    },
    guardsMs,
  ).catch((error: unknown) => {
    throw new Error(`${String(error)} ${open}`);
  });
  const confirmation = subject === wholeCluster ? clusterName : subject;
  const idempotencyKey = `${kind}-${subject}-${Math.round(performance.now())}`;
  const { factsDigest } = plan;
  return (await panel.client.maintenance.start.mutate({ ...wish, confirmation, factsDigest, idempotencyKey })).runId;
}

export async function succeed({ panel }: Maintained, runId: string, withinMs = runMs): Promise<RunProgress> {
  const isStill = ({ state }: RunProgress): boolean => state === "succeeded" || state === "parked";
  const done = await panel.progress(runId, isStill, withinMs);
  assert.equal(done.state, "succeeded", `${sentenceText(done.because ?? "")} ${JSON.stringify(done.cells)}`);
  return done;
}

export const waitsForButton = ({ panel }: Maintained, runId: string, node: string) =>
  panel.progress(
    runId,
    ({ cells }) => isSaying(cells[`ensure-power-on/${node}`]?.progressText ?? "", "waiting-for-button"),
    guardsMs,
  );

/** Nothing a maintenance sets is set, on Ceph, the nodes or the platform. */
export async function nothingLeft(platform: PlatformKind = "zstack"): Promise<void> {
  assert.deepEqual(await whatNodesKeep(nodes), []);
  // The platform looks at its hosts every few seconds, and finds one that has just come back a little later.
  if (platform !== "none")
    await until(
      "nothing left at the platform",
      async () => {
        const left = await whatIsLeft(nodes);
        if (left.length > 0) throw new Error(left.join("; "));
        return true;
      },
      atWorkMs,
    );
  // A node's word about itself is some seconds old, and unknown for a moment after a restart.
  await until(
    "every service at work",
    async () => {
      const { services, intent } = await status(nodes[0]);
      const isAtWork = services.every(({ state }) => state === "running") && services.length === nodes.length;
      return isAtWork && intent.state === "known" && intent.value?.want === "started" ? true : null;
    },
    atWorkMs,
  );
}
