import { AppError } from "@/contract/errors";
import type { NetworkStack } from "@/contract/net-apply";
import type { DeviceSet } from "@/suite/net/pending-change";
import { readLinks } from "@/suite/net/links";
import { carrierOf, type NetworkModel } from "@/suite/net/model";
import { describeFailure, runCommand } from "@/suite/system/run-command";

/** ifup scripts of a bond and a bridge were seen to take 12 s on a slow machine. */
const commandTimeoutMs = 60_000;
/** networkd configures in well under a second; LACP takes 2–3.3 s until frames pass. */
const settleTimeoutMs = 15_000;
const settlePollMs = 200;
/** Neighbours keep the old card's address for up to 41 s unless told; three, because the first ones meet a port still learning. */
const announcements = 3;
const announcePauseMs = 1_000;

/** Commands that bring the kernel in line with files already written. `back`: the files are the old ones again. */
export function driveCommands(stack: NetworkStack, devices: DeviceSet, direction: "forward" | "back"): string[][] {
  const { removed, nics, made } = devices;
  const deletions = removed.map((name) => ["ip", "link", "delete", "dev", name]);
  switch (stack) {
    case "networkd":
      return [
        ...deletions,
        ["networkctl", "reload"],
        // Cards are there; a device still being made would hold up all that are named with it.
        ...(nics.length === 0 ? [] : [["networkctl", "reconfigure", ...nics]]),
        ...made.map((name) => ["networkctl", "reconfigure", name]),
      ];
    case "ifupdown":
      return [
        ...deletions,
        ...nics.map((name) => ["ip", "address", "flush", "dev", name]),
        ["ifup", "--all", "--force"],
      ];
    case "network-manager":
      return [
        ...deletions,
        ["nmcli", "connection", "reload"],
        // Ports before what stands on them: a bridge without its port has an address nobody can reach.
        ...(direction === "forward" ? [...nics, ...made] : made).map((name) => [
          ...["nmcli", "--wait", "30", "connection", "up", `zsha-${name}`],
        ]),
      ];
    case "network-scripts":
      // Never `systemctl restart network`: it takes every bridge with running guests down.
      return [
        ...nics.map((name) => ["ifdown", name]),
        ...deletions,
        ...nics.map((name) => ["ip", "address", "flush", "dev", name]),
        ...[...made.toReversed(), ...nics].map((name) => ["ifup", name]),
      ];
  }
}

export async function drive(commands: readonly (readonly string[])[]): Promise<void> {
  for (const argv of commands) {
    const result = await runCommand(argv, { timeoutMs: commandTimeoutMs });
    if (result.kind === "exited" && result.code === 0) continue;
    const gone = argv[1] === "link" && result.kind === "exited" && result.stderr.includes("Cannot find device");
    // A device that appears a moment after the reload is configured by networkd itself.
    const notYet = argv[1] === "reconfigure";
    // ifdown of an interface that is not up, and of one whose file is new.
    const notUp = argv[0] === "ifdown";
    if (!gone && !notYet && !notUp) throw new AppError("command-failed", describeFailure(argv, result));
  }
}

/** Waits until every wanted address is on its device and the device is up; says what is missing otherwise. */
export async function waitSettled(model: NetworkModel): Promise<void> {
  const deadline = performance.now() + settleTimeoutMs;
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

/** Tells the neighbours where the addresses are now. */
export async function announce(addresses: readonly { ip: string; device: string }[]): Promise<void> {
  for (let round = 0; round < announcements && addresses.length > 0; round += 1) {
    if (round > 0) await new Promise((resolve) => setTimeout(resolve, announcePauseMs));
    await Promise.all(
      addresses.map(({ ip, device }) =>
        runCommand(["arping", "-q", "-U", "-c", "1", "-I", device, ip], { timeoutMs: commandTimeoutMs }),
      ),
    );
  }
}

export const announcedAddresses = (model: NetworkModel): { ip: string; device: string }[] =>
  model.settings.flatMap((setting) =>
    setting.address ? [{ ip: setting.address.ip, device: carrierOf(setting) }] : [],
  );
