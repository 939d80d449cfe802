import { readFile, readlink } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import { basename } from "node:path";
import { z } from "zod";
import { AppError } from "@/contract/errors";
import { namesIn, readTextIfThere } from "@/suite/system/files";
import { describeFailure, runCommand, succeeded } from "@/suite/system/run-command";

/** Reading the kernel's tables; longer means a hung netlink, and nothing after it would work. */
const ipTimeoutMs = 10_000;

const linkSchema = z.object({
  ifname: z.string(),
  address: z.string().default(""),
  permaddr: z.string().optional(),
  mtu: z.number(),
  flags: z.array(z.string()),
  operstate: z.string(),
  master: z.string().optional(),
  link: z.string().nullish(),
  linkinfo: z
    .object({
      info_kind: z.string().optional(),
      info_slave_data: z.object({ perm_hwaddr: z.string().optional() }).optional(),
    })
    .optional(),
  addr_info: z
    .array(z.object({ family: z.string(), local: z.string().optional(), prefixlen: z.number().optional() }))
    .default([]),
});

export interface Link {
  name: string;
  mac: string;
  /** The NIC's own, where a bond lent it another. */
  permanentMac: string | null;
  mtu: number;
  up: boolean;
  carrier: boolean;
  /** "bond", "bridge", "vlan", "veth"…; empty for a plain NIC. */
  kind: string;
  master: string | null;
  /** What a VLAN or macvlan sits on. */
  on: string | null;
  /** IPv4 "ADDRESS/PREFIX". */
  addresses: string[];
}

export async function readLinks(): Promise<Link[]> {
  const argv = ["ip", "-json", "-details", "address", "show"];
  const result = await runCommand(argv, { timeoutMs: ipTimeoutMs });
  if (!succeeded(result)) throw new AppError("command-failed", describeFailure(argv, result));
  return parseLinks(result.stdout);
}

/** Which bond or bridge a device is in, without starting a program. */
export const masterNow = (device: string): Promise<string | null> =>
  readlink(`/sys/class/net/${device}/master`).then(
    (path) => basename(path),
    () => null,
  );

const upFlag = 0x1;

/** Those of these devices that are there, from the kernel's files; addresses only of what is up and has a carrier. Starts no program. */
export async function linksNow(
  names: readonly string[],
): Promise<Pick<Link, "name" | "up" | "mtu" | "master" | "addresses">[]> {
  const addressed = networkInterfaces();
  const found = await Promise.all(
    names.map(async (name) => {
      // A device that goes while its file is open is an error of its own, and not there either.
      const read = (file: string): Promise<string | null> =>
        readTextIfThere(`/sys/class/net/${name}/${file}`).catch(() => null);
      const [flags, mtu, master] = await Promise.all([read("flags"), read("mtu"), masterNow(name)]);
      if (flags === null || mtu === null) return [];
      const addresses = (addressed[name] ?? []).flatMap(({ family, cidr }) =>
        family === "IPv4" && cidr ? [cidr] : [],
      );
      return [{ name, up: (Number(flags) & upFlag) !== 0, mtu: Number(mtu), master, addresses }];
    }),
  );
  return found.flat();
}

export function parseLinks(text: string): Link[] {
  // Some versions of ip put empty objects between the entries.
  const entries = z.array(z.unknown()).parse(JSON.parse(text));
  const full = entries.filter((entry) => typeof entry === "object" && entry !== null && "ifname" in entry);
  return z
    .array(linkSchema)
    .parse(full)
    .map((entry) => ({
      name: entry.ifname,
      mac: entry.address,
      // A NIC that tells none has its bond's word for it.
      permanentMac: entry.permaddr ?? entry.linkinfo?.info_slave_data?.perm_hwaddr ?? null,
      mtu: entry.mtu,
      up: entry.flags.includes("UP"),
      carrier: entry.flags.includes("LOWER_UP"),
      kind: entry.linkinfo?.info_kind ?? "",
      master: entry.master ?? null,
      // The other end of a veth is told in the same field.
      on: /vlan|macvtap/.test(entry.linkinfo?.info_kind ?? "") ? (entry.link ?? null) : null,
      addresses: entry.addr_info.flatMap((info) =>
        info.family === "inet" && info.local ? [`${info.local}/${info.prefixlen ?? 32}`] : [],
      ),
    }));
}

export interface KernelBond {
  name: string;
  members: string[];
  options: string;
}

export async function readBonds(): Promise<KernelBond[]> {
  const names = await namesIn("/proc/net/bonding");
  return Promise.all(names.map(readBond));
}

async function readBond(name: string): Promise<KernelBond> {
  const read = async (file: string): Promise<string> =>
    (await readFile(`/sys/class/net/${name}/bonding/${file}`, "utf8")).trim();
  const [miimon, mode, hash, members] = await Promise.all([
    read("miimon"),
    read("mode"),
    read("xmit_hash_policy"),
    read("slaves"),
  ]);
  // The kernel says "802.3ad 4" and "layer2+3 2"; the manual shows the mode's number and the policy's name.
  const number = mode.split(" ")[1] ?? mode;
  const policy = number === "2" || number === "4" ? ` xmit_hash_policy=${hash.split(" ")[0] ?? hash}` : "";
  return { name, members: members.split(/\s+/).filter(Boolean), options: `miimon=${miimon} mode=${number}${policy}` };
}

/** Loads the module where it is one. Refused with the kernel's name where there is no bonding at all. */
export async function requireBonding(): Promise<void> {
  const loaded = async (): Promise<boolean> => (await namesIn("/sys/module")).includes("bonding");
  if (await loaded()) return;
  await runCommand(["modprobe", "bonding"], { timeoutMs: ipTimeoutMs });
  if (await loaded()) return;
  const kernel = (await readFile("/proc/sys/kernel/osrelease", "utf8")).trim();
  throw new AppError(
    "missing-tool",
    `the kernel ${kernel} has no bonding, so no bond can be made; nothing was changed`,
    {
      facts: { kernel },
      advice:
        "Boot the distribution's own kernel (its bonding module is part of it), or use a single NIC: zs-network-setting -b NIC …",
    },
  );
}
