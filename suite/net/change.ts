import { isDeepStrictEqual } from "node:util";
import { AppError } from "@/contract/errors";
import type { NetworkStack } from "@/contract/net-apply";
import { emptyModel, type NetworkModel, networkModelSchema } from "@/contract/network-model";
import { suitePaths } from "@/contract/node-setup";
import {
  type Existing,
  keyfileInterface,
  readForeignIfcfg,
  readForeignKeyfile,
  readIfcfgAsKeyfile,
} from "@/suite/net/existing-files";
import { interfacesFile, ownInterfacesFile, readForeignStanza, renderIfupdown } from "@/suite/net/ifupdown-files";
import type { Link } from "@/suite/net/links";
import { devicesOf, masterOf } from "@/suite/net/model";
import { renderNetworkManager } from "@/suite/net/network-manager-files";
import { renderNetworkScripts, scriptsFolder } from "@/suite/net/network-scripts-files";
import { networkdPrefix, readForeignNetwork, renderNetworkd } from "@/suite/net/networkd-files";
import type { DeviceSet } from "@/suite/net/pending-change";
import type { NodeLinks } from "@/suite/net/rendering";
import { touched } from "@/suite/net/touched";

export const modelFile = suitePaths.networkModel;

export interface FileChange {
  path: string;
  before: string | null;
  after: string | null;
}

/** What the planner reads; the edge fills it, tests write it down. */
export interface NodeView {
  stack: NetworkStack;
  links: readonly Link[];
  model: NetworkModel;
  /** Present text of every file the stack reads, by path. */
  files: ReadonlyMap<string, string>;
  /** networkd and NetworkManager: the file each interface is set up from now. */
  networkFiles: ReadonlyMap<string, string>;
}

export interface Change extends DeviceSet {
  changed: boolean;
  files: FileChange[];
  /** The same, the other way round. */
  backward: DeviceSet;
}

/** From what is and what is wanted to what must be written. Refuses whatever it cannot carry over. */
export function planChange(view: NodeView, wanted: NetworkModel): Change {
  requireUsable(view, wanted);
  requireAddressesFree(view, wanted);
  requireUnderstood(view, wanted);
  const rendered = new Map([...render(view, wanted), [modelFile, `${JSON.stringify(wanted, null, 2)}\n`]]);
  const owned = [...view.files.keys()].filter((path) => isOwn(path));
  // What was written otherwise than this program would write it is brought in line with the rest.
  const isAsMade = [...render(view, view.model)].every(([path, text]) => view.files.get(path) === text);
  const { from, to } = isAsMade ? touched(view.model, wanted) : { from: view.model, to: wanted };
  const files = [...new Set([...owned, ...rendered.keys()])]
    .map((path) => ({ path, before: view.files.get(path) ?? null, after: rendered.get(path) ?? null }))
    .filter((file) => file.before !== file.after);
  return {
    // The model alone may be new: what the kernel has must then still be brought in line once.
    changed: files.length > 0 || !isDeepStrictEqual(view.model, wanted),
    files,
    ...transition(from, to),
    backward: transition(to, from),
  };
}

/** Which devices go, come loose or come into being between two models. */
export function transition(from: NetworkModel, to: NetworkModel): DeviceSet {
  const before = devicesOf(from);
  const after = devicesOf(to);
  // The kernel changes neither mode nor LACP rate of a bond that has members.
  const isRemade = (name: string): boolean => {
    const [old, now] = [from, to].map(({ bonds }) => bonds.find((bond) => bond.name === name));
    return old !== undefined && now !== undefined && (old.mode !== now.mode || old.lacpRate !== now.lacpRate);
  };
  return {
    removed: before.made.filter((name) => !after.made.includes(name) || isRemade(name)).toReversed(),
    released: before.nics.filter((nic) => ![null, masterOf(to, nic)].includes(masterOf(from, nic))),
    nics: [...new Set([...before.nics, ...after.nics])],
    made: after.made,
    kept: after.made.filter((name) => before.made.includes(name) && !isRemade(name)),
  };
}

const isIfcfgPath = (path: string): boolean => path.startsWith(`${scriptsFolder}/`);

const isOwn = (path: string): boolean =>
  path.startsWith(`/etc/systemd/network/${networkdPrefix}`) ||
  path === ownInterfacesFile ||
  path === modelFile ||
  path.startsWith("/etc/NetworkManager/system-connections/zsha-");

function render(view: NodeView, wanted: NetworkModel): ReadonlyMap<string, string> {
  const inherited = new Map(devicesOf(wanted).nics.map((nic) => [nic, foreign(view, nic).inherited]));
  const links: NodeLinks = { mac: macs(view), inherited };
  switch (view.stack) {
    case "networkd":
      return renderNetworkd(wanted, links);
    case "ifupdown":
      return renderIfupdown(wanted, links, view.files.get(interfacesFile) ?? "");
    case "network-manager":
      return renderNetworkManager(wanted, links);
    case "network-scripts":
      return renderNetworkScripts(wanted, links);
  }
}

/** The NIC's own: while it is a member it shows the bond's, which may be another member's. */
function macs(view: NodeView): Map<string, string> {
  const own = view.links.map((link) => [link.name, link.permanentMac ?? link.mac] as const);
  return new Map(own.filter(([, mac]) => /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(mac)));
}

function requireUsable(view: NodeView, wanted: NetworkModel): void {
  const ours = new Set(devicesOf(view.model).made);
  const { nics, made } = devicesOf(wanted);
  for (const name of nics) {
    const link = view.links.find((entry) => entry.name === name);
    if (link === undefined) {
      const known = view.links.filter((entry) => entry.name !== "lo").map((entry) => entry.name);
      throw new AppError("not-found", `there is no interface ${name} on this node; nothing was changed`, {
        advice: `It has ${known.join(", ")}.`,
      });
    }
    if (["bond", "bridge", "vlan", "tun", "bonding_slave"].includes(link.kind)) {
      throw new AppError("conflict", `${name} is a ${link.kind} that this program did not make; nothing was changed`);
    }
    if (link.master !== null && !ours.has(link.master)) {
      throw new AppError(
        "conflict",
        `${name} belongs to ${link.master}, which this program did not make; nothing was changed`,
        {
          advice: `Take ${name} out of ${link.master} first, with the tool that put it there.`,
        },
      );
    }
    const above = view.links.find(({ on, name: other }) => on === name && !ours.has(other));
    if (above !== undefined) {
      throw new AppError(
        "conflict",
        `${above.name} sits on ${name} and was not made by this program; nothing was changed`,
        { advice: `Remove ${above.name} first, with the tool that made it.` },
      );
    }
  }
  for (const name of made) {
    if (!ours.has(name) && view.links.some((entry) => entry.name === name)) {
      throw new AppError("conflict", `${name} is there already and was not made by this program; nothing was changed`, {
        advice: `Remove ${name} with the tool that made it, or choose another name.`,
      });
    }
  }
}

/** The address of an interface that keeps it would be on two: both answer for it, and which one is chance. */
function requireAddressesFree(view: NodeView, wanted: NetworkModel): void {
  const changed = new Set([view.model, wanted].flatMap((model) => Object.values(devicesOf(model)).flat()));
  for (const setting of wanted.settings) {
    const ip = setting.address?.ip;
    const holder = view.links.find(
      ({ name, addresses }) => !changed.has(name) && addresses.some((address) => address.split("/")[0] === ip),
    );
    if (ip === undefined || holder === undefined) continue;
    throw new AppError(
      "conflict",
      `${ip} is on ${holder.name}, which this change leaves as it is, and would be on ${setting.base} too; nothing was changed`,
      {
        facts: { interface: holder.name },
        advice: `Choose ${holder.name} for it, or take ${ip} off ${holder.name} first.`,
      },
    );
  }
}

function requireUnderstood(view: NodeView, wanted: NetworkModel): void {
  for (const nic of devicesOf(wanted).nics) {
    const { notUnderstood } = foreign(view, nic);
    if (notUnderstood.length > 0) {
      throw new AppError(
        "conflict",
        `${nic} has settings that would be lost: ${notUnderstood.join("; ")}; nothing was changed`,
        {
          facts: { interface: nic },
          advice: `Move them to another interface or remove them from ${view.networkFiles.get(nic) ?? interfacesFile}, then try again.`,
        },
      );
    }
  }
}

function foreign(view: NodeView, nic: string): Existing {
  const nothing = { inherited: [], notUnderstood: [] };
  switch (view.stack) {
    case "ifupdown":
      return readForeignStanza(view.files.get(interfacesFile)?.replaceAll(/^#zsha# /gm, "") ?? "", nic);
    case "networkd": {
      const path = view.networkFiles.get(nic);
      const text = path === undefined ? undefined : view.files.get(path);
      return text === undefined ? nothing : readForeignNetwork(text);
    }
    case "network-manager": {
      // A profile may know its NIC by name, or by MAC, or be any NIC's.
      const used = view.networkFiles.get(nic);
      const own = [...view.files].filter(
        ([path, text]) => !isOwn(path) && (path === used || keyfileInterface(text) === nic),
      );
      const read = own.map(([path, text]) => (isIfcfgPath(path) ? readIfcfgAsKeyfile(text) : readForeignKeyfile(text)));
      return {
        inherited: [...new Set(read.flatMap(({ inherited }) => inherited))],
        notUnderstood: read.flatMap(({ notUnderstood }) => notUnderstood),
      };
    }
    case "network-scripts": {
      const text = view.files.get(`${scriptsFolder}/ifcfg-${nic}`);
      // Ours already: nothing of it is foreign.
      return text === undefined || devicesOf(view.model).nics.includes(nic) ? nothing : readForeignIfcfg(text);
    }
  }
}

export function readModel(text: string | null): NetworkModel {
  return text === null ? emptyModel : networkModelSchema.parse(JSON.parse(text));
}
