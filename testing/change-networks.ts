import type { NetworkChangeInput } from "@/contract/network-change";
import type { NetworkPlan } from "@/contract/network-plan";
import { applyNetworksProcedure } from "@/server/procedures/apply-networks/procedure";
import type { RemoteHost } from "@/server/ports/remote-host";
import { pendingFile } from "@/server/steps/networks/see-networks";
import { ConformanceRig, type PanelFaults, type RunOutcome } from "@/testing/conformance/rig";

export interface Change {
  networks: NetworkPlan[];
  rollbackSeconds: number;
  faults?: PanelFaults;
}

/** One run of the product's own procedure against nodes of the test cluster, journal and all. */
export async function changeNetworks(hosts: readonly RemoteHost[], change: Change): Promise<RunOutcome> {
  const { networks, rollbackSeconds, faults = {} } = change;
  const input: NetworkChangeInput = {
    protocol: 1,
    clusterName: "lab",
    nodes: hosts.map(({ node }) => ({ name: node, address: `10.77.2.1${node.slice("ceph-".length)}` })),
    networks,
    rollbackSeconds,
  };
  const byName = new Map(hosts.map((host) => [host.node, host]));
  const host = (name: string): RemoteHost => {
    const found = byName.get(name);
    if (found === undefined) throw new Error(`no node ${name}`);
    return found;
  };
  const secrets = { gossipKey: "lab", managementToken: "", suiteToken: "", peerPrivateKey: "", peerPublicKey: "" };
  const world = { hosts: { host }, openSecret: async () => JSON.stringify(secrets), snapshot: () => null };
  const rig = new ConformanceRig(world, input);
  await rig.start(rig.panel(applyNetworksProcedure, faults));
  return await rig.outcome();
}

/** What stands in the way, in the words an operator reads. */
export const becauseOf = ({ progress }: RunOutcome): string =>
  JSON.stringify(Object.values(progress.cells).map(({ error }) => error?.detail ?? null));

/** Seconds until every node answers on its management address and holds no undecided change. */
export async function settledAfter(hosts: readonly RemoteHost[], limitMs: number): Promise<number> {
  const began = performance.now();
  for (;;) {
    const open = await Promise.all(hosts.map(async (host) => ((await isSettled(host)) ? null : host.node)));
    const elapsedMs = performance.now() - began;
    if (open.every((node) => node === null)) return elapsedMs / 1000;
    if (elapsedMs > limitMs) throw new Error(`${open.filter((node) => node !== null).join(", ")} not settled`);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

async function isSettled(host: RemoteHost): Promise<boolean> {
  const result = await host
    .reconnect([], { timeoutMs: 10_000 })
    .then(() => host.exec(["test", "-e", pendingFile], { timeoutMs: 15_000 }))
    .catch(() => null);
  return result?.kind === "exited" && result.code === 1;
}
