import type { ClusterStatus } from "@/contract/cluster-status";
import { known, type Observed, unknown } from "@/contract/observed";
import { say, type Sentence } from "@/contract/sentence";
import { AppError } from "@/contract/errors";
import { formatErrorChain } from "@/lib/error-chain";
import { nodesOf } from "@/server/cluster/service";
import { maintenanceDoors } from "@/server/maintenance/doors";
import { platformOf } from "@/server/maintenance/platform";
import { oncePerProcess } from "@/server/process";
import { findHost, openPlatform } from "@/server/steps/maintenance/platform-door";

/** What the management platform says; a cluster without one has null in its place. */
export interface PlatformSight {
  readonly vmHa: string | null;
  /** By node; a node the platform does not know is not in it. */
  readonly hosts: Readonly<Record<string, { readonly state: string; readonly status: string }>>;
  readonly vms: readonly { readonly name: string; readonly state: string; readonly isNeverStop: boolean }[];
}

/** Three sessions at the platform's API: not more often than this, however many look. Longer shows a switch too late. */
const sightAgeMs = 20_000;
/** Somebody waits for the page. A platform that needs longer is shown as not read. */
const answerMs = 6_000;

interface Standing {
  atMs: number;
  sight: Promise<Observed<PlatformSight | null>>;
}
const standings = (): Map<string, Standing> => oncePerProcess("platform sights", () => new Map<string, Standing>());

export async function platformSight(
  clusterId: string,
  status: ClusterStatus,
  fresh = false,
): Promise<Observed<PlatformSight | null>> {
  const standing = standings().get(clusterId);
  if (!fresh && standing !== undefined && Date.now() - standing.atMs < sightAgeMs) return await standing.sight;
  const sight = lookNow(clusterId, status).catch((error: unknown) => unknown<never>(whyNot(error), now()));
  standings().set(clusterId, { atMs: Date.now(), sight });
  return await sight;
}

const now = (): string => new Date().toISOString();
const whyNot = (error: unknown): Sentence =>
  error instanceof AppError ? (error.saying ?? error.message) : formatErrorChain(error);

async function lookNow(clusterId: string, status: ClusterStatus): Promise<Observed<PlatformSight | null>> {
  const nodes = await nodesOf(clusterId);
  const names = nodes.map(({ name }) => name);
  const platform = await platformOf({ clusterId, guests: "stop", isDark: status.ha.state === "unknown" }, names);
  if (platform.kind === "none") return known(null, now());
  // It lives in the management VM: while that is down there is nobody to ask, and nobody is waited for.
  if (status.ha.state === "unknown" || status.ha.value.managementVm.state !== "running")
    return unknown(say("platform-silent", { addresses: platform.addresses.join(", ") }), now());
  const { openSecret, ...assets } = maintenanceDoors();
  const asker = { input: { platform }, signal: AbortSignal.timeout(answerMs), secret: openSecret };
  const door = await openPlatform(asker, assets);
  if (door === null) return known(null, now());
  const [hosts, vmHa, vms] = await Promise.all([door.hosts(), door.vmHa(), door.vms()]);
  const found = nodes.flatMap((node) => {
    const host = findHost(hosts, node);
    return host === undefined ? [] : [[node.name, { state: host.state, status: host.status }] as const];
  });
  const machines = vms.map(({ name, state, isNeverStop }) => ({ name, state, isNeverStop }));
  return known({ vmHa, hosts: Object.fromEntries(found), vms: machines }, now());
}
