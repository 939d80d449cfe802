import { AppError } from "@/contract/errors";
import type { NetworkStack } from "@/contract/net-apply";
import { carrierOf, type NetworkModel, vlanOf } from "@/contract/network-model";
import type { DeviceSet } from "@/suite/net/pending-change";
import { type Link, linksNow, readLinks } from "@/suite/net/links";
import { devicesOf, isBridgeName } from "@/suite/net/model";
import { pause } from "@/suite/system/clock";
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

/** What of a device says whether it is as wanted. */
type Seen = Pick<Link, "name" | "up" | "mtu" | "master" | "addresses">;

/** What is not as wanted, in words; nothing: all is. */
export function missingIn(
  { bonds, settings }: NetworkModel,
  links: readonly Seen[],
  but: { addresses: boolean } = { addresses: true },
): string[] {
  const linkOf = (name: string): Seen | undefined => links.find((link) => link.name === name);
  const missing = settings.flatMap((setting) => {
    const device = carrierOf(setting);
    const link = linkOf(device);
    if (link === undefined) return [`${device} is not there`];
    if (!link.up) return [`${device} is down`];
    if (setting.bridge && linkOf(setting.base)?.master !== device) return [`${setting.base} is not in ${device}`];
    if (setting.mtu !== null && link.mtu !== setting.mtu)
      return [`${device} has MTU ${link.mtu} instead of ${setting.mtu}`];
    const wanted = setting.address && `${setting.address.ip}/${setting.address.prefixLength}`;
    return wanted && but.addresses && !link.addresses.includes(wanted) ? [`${device} lacks ${wanted}`] : [];
  });
  const outside = bonds.flatMap((bond) =>
    bond.members.filter((nic) => linkOf(nic)?.master !== bond.name).map((nic) => `${nic} is not in ${bond.name}`),
  );
  return [...missing, ...outside];
}

/** Waits until every wanted address is on its device and the device is up; says what is missing otherwise. */
export async function waitSettled(model: NetworkModel): Promise<void> {
  const deadline = performance.now() + settleTimeoutMs;
  if (await isSeenWithout(model, deadline)) return;
  for (;;) {
    const all = missingIn(model, await readLinks());
    if (all.length === 0) return;
    if (performance.now() > deadline) {
      throw new AppError(
        "verification-failed",
        `the network is not as it should be after ${settleTimeoutMs / 1000} s: ${all.join("; ")}`,
      );
    }
    await pause(settlePollMs);
  }
}

/** Without starting a program, on a node that has enough to do. False where it takes one to be sure. */
async function isSeenWithout(model: NetworkModel, deadline: number): Promise<boolean> {
  const { nics, made } = devicesOf(model);
  // Node tells the addresses of devices that are up and have a carrier only: without one, ip decides.
  const addressesBy = Math.min(deadline, performance.now() + addressesWaitMs);
  for (;;) {
    const links = await linksNow([...nics, ...made]);
    if (missingIn(model, links).length === 0) return true;
    const isLate = performance.now() > addressesBy && missingIn(model, links, { addresses: false }).length === 0;
    if (isLate || performance.now() > deadline) return false;
    await pause(memberPollMs);
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
