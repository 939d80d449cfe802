// The cluster that the benches of shutdown and cold start take down and up, and what both ways must leave as it was.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readyDraft, say, startFresh, succeeded, workDirectory } from "@/bench/bench-lab";
import { haStatusSchema } from "@/contract/ha-status";
import * as lab from "@/lab/cluster";
import { shellQuote } from "@/lib/shell-quote";
import { followRun, furnishPlatform, startDeployment } from "@/scripts/lab-deployment";
import type { PanelClient } from "@/scripts/panel-client";
import { platformApi } from "@/server/adapters/platform/platform-api";
import { platform, until, type Witness, whatIsLeft, witness } from "@/testing/maintenance-sights";

/** Guards read Ceph, Consul and HA again after the last change; copies of what was written meanwhile are made first. */
export const settleTimeoutMs = 300_000;

export interface MaintainedCluster {
  readonly client: PanelClient;
  readonly clusterId: string;
  readonly name: string;
  readonly nodes: readonly string[];
  readonly scriptDirectory: string;
}

const guestWrites = (): Promise<Witness> =>
  until(
    "the guest's writes",
    async () => {
      const seen = await witness();
      return seen.acked > 0 ? seen : null;
    },
    settleTimeoutMs,
  );

export async function prepare(): Promise<MaintainedCluster> {
  const { client, status } = await startFresh();
  const ids = await startDeployment(client, await readyDraft(client, status));
  say("deploying the cluster to measure on…");
  succeeded(await followRun(client, ids, () => undefined));
  await guestWrites();
  await furnishPlatform(status);
  await startAllVms();
  const { name } = await client.cluster.get.query({ clusterId: ids.clusterId });
  const nodes = status.nodes.map((node) => node.name);
  return { client, clusterId: ids.clusterId, name, nodes, scriptDirectory: tellScript(status) };
}

/** What bench/maintenance.sh must know; returns where it lies. */
function tellScript({ nodes, sshKey }: lab.LabStatus): string {
  const directory = join(workDirectory, "maintenance");
  mkdirSync(directory, { mode: 0o700 });
  const word = (text: string): string => shellQuote([text]);
  const lines = [
    `nodes=(${shellQuote(nodes.map(({ name }) => name))})`,
    `declare -A address=(${nodes.map(({ name, ip }) => `[${name}]=${word(ip)}`).join(" ")})`,
    `first=${word(nodes[0]?.name ?? "")}`,
    `key=${word(sshKey)}`,
    `osds=${nodes.length}`,
    `platform=${word(platform.ip)}`,
    `platform_user=${word(platform.user)}`,
  ];
  writeFileSync(join(directory, "cluster.sh"), `${lines.join("\n")}\n`, { mode: 0o600 });
  writeFileSync(join(directory, "platform-password"), platform.password, { mode: 0o600 });
  return directory;
}

export interface Before {
  readonly guest: Witness;
  readonly running: readonly string[];
}

const vmsNow = async (): Promise<string[]> =>
  (await platformApi.vms(platform, AbortSignal.timeout(settleTimeoutMs)))
    .flatMap(({ name, state }) => (state === "Running" ? [name] : []))
    .toSorted();

/** VMs that the platform does not start by itself are a person's to start: here as there, and not part of the figure. */
async function startAllVms(): Promise<void> {
  const signal = AbortSignal.timeout(settleTimeoutMs);
  for (const { uuid, state } of await platformApi.vms(platform, signal))
    if (state !== "Running") await platformApi.startVm(platform, uuid, signal);
}

export const lookBefore = async (): Promise<Before> => ({ guest: await witness(), running: await vmsNow() });

/** What a shutdown and a cold start must leave as it was; empty: all of it. */
export async function differences(cluster: MaintainedCluster, before: Before): Promise<string[]> {
  const found: string[] = [];
  const guest = await guestWrites();
  if (guest.boots !== before.guest.boots + 1) found.push(`boots ${before.guest.boots} → ${guest.boots}`);
  if (guest.prev < before.guest.acked) found.push(`write ${before.guest.acked} was lost: found ${guest.prev}`);
  if (guest.errs > 0) found.push(`${guest.errs} damaged records in the guest`);
  await startAllVms();
  const running = await vmsNow();
  if (running.join() !== before.running.join()) found.push(`VMs ${before.running.join()} → ${running.join()}`);
  found.push(...(await whatIsLeft(cluster.nodes)));
  const readBrackets = async () => {
    const seen = await cluster.client.maintenance.brackets.query({ clusterId: cluster.clusterId });
    return seen.unread.length === 0 ? seen.open : null;
  };
  const open = await until("what is open", readBrackets, settleTimeoutMs);
  found.push(...open.map((bracket) => `open: ${JSON.stringify(bracket)}`));
  const { stdout } = await lab.exec(cluster.nodes[0] ?? "", ["zsha", "status", "--json"]);
  const { intent, services } = haStatusSchema.parse(JSON.parse(stdout.trim().split("\n").at(-1) ?? "null"));
  if (intent.state === "unknown" || intent.value?.want !== "started") found.push("HA does not want the VM started");
  for (const { node, state } of services) if (state !== "running") found.push(`zshad on ${node}: ${state}`);
  return found;
}
