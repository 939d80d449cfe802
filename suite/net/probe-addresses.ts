import type { NetProbe } from "@/contract/net-probe";
import { networkIdSchema, type NetworkId } from "@/contract/network-plan";
import { runCommand } from "@/suite/system/run-command";

/**
 * Addresses that exist for one look only. The hash of a bond (layer2+3) and of most switches looks at addresses, not at ports:
 * eight flows need eight source addresses. Link-local, so that nothing is routed; the kernel removes them by itself.
 */
const ipTimeoutMs = 10_000;
const lifetimeGraceSeconds = 40;
/** Each network has a quarter of 169.254/16, so that each device has a route of its own. */
const networkStride = 64;

export const probeAddress = (network: NetworkId, place: number, flow: number): string =>
  `169.254.${networkIdSchema.options.indexOf(network) * networkStride + place + 1}.${flow}`;

/** Where flow k of a pair goes: always the peer's first, so that source XOR target takes every parity. */
export const targetFlow = 1;

export async function addProbeAddresses(probe: NetProbe, deviceOf: (device: string) => string): Promise<void> {
  const place = probe.nodes.indexOf(probe.node);
  const seconds = Math.ceil(probe.windowMs / 1000) + lifetimeGraceSeconds;
  const lines = probe.networks.flatMap(({ id, device }) =>
    Array.from(
      { length: probe.flows - 1 },
      (_, at) =>
        `address replace ${probeAddress(id, place, at + 1)}/18 dev ${deviceOf(device)} scope link valid_lft ${seconds} preferred_lft 0`,
    ),
  );
  await batch(lines);
}

export async function removeProbeAddresses(probe: NetProbe, deviceOf: (device: string) => string): Promise<void> {
  const place = probe.nodes.indexOf(probe.node);
  await batch(
    probe.networks.flatMap(({ id, device }) =>
      Array.from(
        { length: probe.flows - 1 },
        (_, at) => `address delete ${probeAddress(id, place, at + 1)}/18 dev ${deviceOf(device)}`,
      ),
    ),
  );
}

/** One process for all; a device that is not there fails alone. */
async function batch(lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return;
  await runCommand(["ip", "-force", "-batch", "-"], { timeoutMs: ipTimeoutMs, stdin: `${lines.join("\n")}\n` });
}
