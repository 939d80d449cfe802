import { networkInterfaces } from "node:os";
import { AppError } from "@/contract/errors";
import type { NetworkStack } from "@/contract/net-apply";
import { carrierOf, type NetworkModel, vlanOf } from "@/contract/network-model";
import type { DeviceSet } from "@/suite/net/pending-change";
import { masterNow, readLinks } from "@/suite/net/links";
import { isBridgeName } from "@/suite/net/model";
import { describeFailure, runCommand } from "@/suite/system/run-command";

/** ifup scripts of a bond and a bridge were seen to take 12 s on a slow machine. */
const commandTimeoutMs = 60_000;
/** networkd configures in well under a second; LACP takes 2–3.3 s until frames pass. */
const settleTimeoutMs = 15_000;
const settlePollMs = 200;
/** Files of the kernel: reading them starts nothing. */
const memberPollMs = 50;
/** networkd sets addresses once there is a carrier, within a second. Longer: devices without one hold a change up for that long. */
const addressesWaitMs = 5_000;
/** One a second. Neighbours keep the old card's address for up to 41 s unless told; LACP lets nothing pass for 2 to 3.3 s, or longer on a busy node. */
const announcements = 5;

/** Commands that bring the kernel in line with files already written. The same both ways: only files and devices differ. */
export function driveCommands(stack: NetworkStack, devices: DeviceSet): string[][] {
  const { removed, released, nics, made, kept = made } = devices;
  const deletions = removed.map((name) => ["ip", "link", "delete", "dev", name]);
  const releases = released.map((name) => ["ip", "link", "set", "dev", name, "nomaster"]);
  const bridges = made.filter(isBridgeName);
  const vlans = made.filter((name) => vlanOf(name) !== null);
  const bonds = made.filter((name) => !bridges.includes(name) && !vlans.includes(name));
  // Addresses of earlier would stay beside the new ones: neither ifup takes away what it did not put there.
  const flushes = [...nics, ...made].map((name) => ["ip", "address", "flush", "dev", name]);
  switch (stack) {
    case "networkd":
      return [
        ...deletions,
        ...releases,
        ["networkctl", "reload"],
        // Cards are there; a device still being made would hold up all that are named with it.
        ...(nics.length === 0 ? [] : [["networkctl", "reconfigure", ...nics]]),
        // What comes into being by the reload is configured as it does.
        ...kept.map((name) => ["networkctl", "reconfigure", name]),
      ];
    case "ifupdown":
      return [...deletions, ...releases, ...flushes, ...[...nics, ...made].map((name) => ["ifup", "--force", name])];
    case "network-manager":
      return [
        // First: it makes a device anew at once whose connection it still knows.
        ["nmcli", "connection", "reload"],
        ...deletions,
        // A bridge without its port is there at once; a port brings what it belongs to along with it.
        ...[...bridges, ...bonds, ...nics, ...vlans].map((name) => [
          ...["nmcli", "--wait", "30", "connection", "up", `zsha-${name}`],
        ]),
      ];
    case "network-scripts":
      // Never `systemctl restart network`: it takes every bridge with running guests down.
      return [
        ...nics.map((name) => ["ifdown", name]),
        ...deletions,
        ...releases,
        ...flushes,
        // Bridges first: one that its port's ifup had to make holds frames back for 15 s.
        ...[...bridges, ...bonds, ...nics, ...vlans].map((name) => ["ifup", name]),
      ];
  }
}

/** What went wrong, in order; the rest was done all the same. */
export async function drive(commands: readonly (readonly string[])[]): Promise<string[]> {
  const failures: string[] = [];
  for (const argv of commands) {
    const result = await runCommand(argv, { timeoutMs: commandTimeoutMs });
    if (result.kind === "exited" && (result.code === 0 || isHarmless(argv, result.stderr))) continue;
    failures.push(describeFailure(argv, result));
  }
  return failures;
}

function isHarmless(argv: readonly string[], stderr: string): boolean {
  switch (argv[0]) {
    case "ip":
      return /Cannot find device|does not exist/.test(stderr);
    // A device that appears a moment after the reload is configured by networkd itself.
    case "networkctl":
      return argv[1] === "reconfigure";
    // A NIC without settings of its own has none to be brought up by.
    case "nmcli":
      return argv.includes("up") && stderr.includes("unknown connection");
    // An interface that is not up, and one whose file is new.
    case "ifdown":
      return true;
    case "ifup":
      return /unknown interface|configuration for \S+ not found/.test(stderr);
    default:
      return false;
  }
}

/** Waits until every wanted address is on its device and the device is up; says what is missing otherwise. */
export async function waitSettled(model: NetworkModel): Promise<void> {
  const deadline = performance.now() + settleTimeoutMs;
  await waitForKernel(model, deadline);
  for (;;) {
    const links = await readLinks();
    const missing = model.settings.flatMap((setting) => {
      const device = carrierOf(setting);
      const link = links.find((entry) => entry.name === device);
      if (link === undefined) return [`${device} is not there`];
      if (!link.up) return [`${device} is down`];
      if (setting.bridge && links.find((entry) => entry.name === setting.base)?.master !== device)
        return [`${setting.base} is not in ${device}`];
      if (setting.mtu !== null && link.mtu !== setting.mtu)
        return [`${device} has MTU ${link.mtu} instead of ${setting.mtu}`];
      const wanted = setting.address && `${setting.address.ip}/${setting.address.prefixLength}`;
      return wanted && !link.addresses.includes(wanted) ? [`${device} lacks ${wanted}`] : [];
    });
    const outside = model.bonds.flatMap((bond) =>
      bond.members
        .filter((nic) => links.find((link) => link.name === nic)?.master !== bond.name)
        .map((nic) => `${nic} is not in ${bond.name}`),
    );
    const all = [...missing, ...outside];
    if (all.length === 0) return;
    if (performance.now() > deadline) {
      throw new AppError(
        "verification-failed",
        `the network is not as it should be after ${settleTimeoutMs / 1000} s: ${all.join("; ")}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, settlePollMs));
  }
}

/** Looks that cost nothing, until all seems to be there: the whole look is a program, on a node that has enough to do. */
async function waitForKernel({ bonds, settings }: NetworkModel, deadline: number): Promise<void> {
  const wanted = [
    ...bonds.flatMap(({ name, members }) => members.map((nic) => [nic, name] as const)),
    ...settings.flatMap((setting) => (setting.bridge ? [[setting.base, carrierOf(setting)] as const] : [])),
  ];
  const isIn = async ([device, master]: readonly [string, string]): Promise<boolean> =>
    (await masterNow(device)) === master;
  // Node tells the addresses of devices that are up and have a carrier only: without one, the whole look decides.
  const addressesBy = Math.min(deadline, performance.now() + addressesWaitMs);
  const isAddressed = (setting: NetworkModel["settings"][number]): boolean =>
    setting.address === null ||
    performance.now() > addressesBy ||
    (networkInterfaces()[carrierOf(setting)] ?? []).some(({ address }) => address === setting.address?.ip);
  while (!((await Promise.all(wanted.map(isIn))).every(Boolean) && settings.every(isAddressed))) {
    if (performance.now() > deadline) return;
    await new Promise((resolve) => setTimeout(resolve, memberPollMs));
  }
}

interface AddressAt {
  ip: string;
  device: string;
}

/** Tells the neighbours where the addresses are now, again and again for four seconds. One program per address. */
export async function announce(addresses: readonly AddressAt[]): Promise<void> {
  await Promise.all(
    addresses.map(({ ip, device }) =>
      runCommand(["arping", "-q", "-U", "-c", String(announcements), "-I", device, ip], {
        timeoutMs: commandTimeoutMs,
      }),
    ),
  );
}

export const announcedAddresses = (model: NetworkModel): AddressAt[] =>
  model.settings.flatMap((setting) =>
    setting.address ? [{ ip: setting.address.ip, device: carrierOf(setting) }] : [],
  );
