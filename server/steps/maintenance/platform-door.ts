import { AppError } from "@/contract/errors";
import type { MaintenanceInput } from "@/contract/maintenance";
import type { PlannedCommand } from "@/contract/run";
import { say } from "@/contract/sentence";
import type { HostState, PlatformAddress, PlatformHost, PlatformVm } from "@/server/ports/platform";
import type { MaintenanceAssets } from "@/server/steps/maintenance/maintenance-step";

/** The platform's global switch for keeping its VMs running. */
export const vmHaSetting = { category: "ha", name: "enable" } as const;

/** The platform of this cluster, found at whichever of its addresses answers now. */
export interface PlatformDoor {
  hosts(): Promise<PlatformHost[]>;
  setHostState(uuid: string, state: HostState): Promise<void>;
  reconnectHost(uuid: string): Promise<void>;
  vmHa(): Promise<string | null>;
  setVmHa(value: string): Promise<void>;
  vms(): Promise<PlatformVm[]>;
  startVm(uuid: string): Promise<void>;
}

/** What a look beside a run has of a run's context. */
export interface PlatformAsker {
  readonly input: Pick<MaintenanceInput, "platform">;
  readonly signal: AbortSignal;
  secret(ref: string): Promise<string>;
}

/** Null: this cluster has no platform. Throws as unreachable when it does not answer: it may be away for good reasons. */
export async function openPlatform(
  context: PlatformAsker,
  assets: Pick<MaintenanceAssets, "platform">,
): Promise<PlatformDoor | null> {
  const { platform } = context.input;
  if (platform.kind === "none") return null;
  const { platform: api } = assets;
  const { signal } = context;
  const password = await context.secret(platform.passwordSecretRef);
  const at = await answering(platform.addresses, (ip) => api.uiStatus(ip, signal));
  const address: PlatformAddress = { ip: at, user: platform.user, password };
  const { category, name } = vmHaSetting;
  return {
    hosts: () => api.hosts(address, signal),
    setHostState: (uuid, state) => api.setHostState(address, uuid, state, signal),
    reconnectHost: (uuid) => api.reconnectHost(address, uuid, signal),
    vmHa: () => api.globalSetting(address, category, name, signal),
    setVmHa: (value) => api.setGlobalSetting(address, category, name, value, signal),
    vms: () => api.vms(address, signal),
    startVm: (uuid) => api.startVm(address, uuid, signal),
  };
}

async function answering(addresses: readonly string[], ask: (ip: string) => Promise<number | null>): Promise<string> {
  for (const ip of addresses) if ((await ask(ip)) !== null) return ip;
  throw new AppError("node-unreachable", say("platform-silent", { addresses: addresses.join(", ") }), {
    facts: { node: addresses.join(", ") },
  });
}

/** The platform knows hosts by management address; by name where somebody added them under another address. */
export const findHost = (
  hosts: readonly PlatformHost[],
  node: { name: string; address: string },
): PlatformHost | undefined =>
  hosts.find(({ managementIp }) => managementIp === node.address) ?? hosts.find(({ name }) => name === node.name);

export function hostAt(hosts: readonly PlatformHost[], node: { name: string; address: string }): PlatformHost {
  const found = findHost(hosts, node);
  if (found !== undefined) return found;
  throw new AppError("not-found", say("platform-no-host", { node: node.name, address: node.address }), {
    facts: { what: "host", id: node.name },
  });
}

/** As a person would type it; the session's header is left out. */
export const shownCall = (path: string, body: unknown, cell?: string): PlannedCommand => ({
  node: "panel",
  text: `PUT /zstack/v1${path} ${JSON.stringify(body)}`,
  ...(cell === undefined ? {} : { cell }),
});
