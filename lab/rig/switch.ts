// The switch in the rig's machine: looks at it and makes it what the record says.
import { z } from "zod";
import { ipBatch } from "@/lab/network";
import { HUB_NAMESPACE, planNodes } from "@/lab/plan";
import { runInRig } from "@/lab/rig/agent";
import { planLinks, type HubDevice } from "@/lab/rig/switch-plan";
import { planSilence } from "@/lab/rig/switch-silence";
import { merged, planVlans, type ObservedVlans, type VlanSet } from "@/lab/rig/switch-vlans";
import { run, type Attempt } from "@/lab/shell";
import type { LabState } from "@/lab/state";

export const inRig: Attempt = (argv, options) => runInRig("", argv, options);

const linkSchema = z.object({
  ifname: z.string(),
  flags: z.array(z.string()),
  mtu: z.number(),
  master: z.string().optional(),
  linkinfo: z
    .object({
      info_kind: z.string().optional(),
      info_data: z
        .object({
          mode: z.string().optional(),
          ad_lacp_rate: z.string().optional(),
          vlan_filtering: z.number().optional(),
        })
        .optional(),
    })
    .optional(),
});
const vlanSchema = z.object({
  ifname: z.string(),
  vlans: z.array(z.object({ vlan: z.number(), vlanEnd: z.number().optional(), flags: z.array(z.string()).optional() })),
});
const filterSchema = z.object({ kind: z.string(), dev: z.string() });

interface Observed {
  devices: HubDevice[];
  vlans: ObservedVlans;
  /** Ports that lose frames on purpose, by the kernel's word. */
  silent: { port: string; direction: "in" | "out" }[];
}

// One shell instead of four calls: starting a program costs 50 ms here. `tc filter` wants a device, so it is asked only for
// ports that have the hook.
const LOOK = `ip -details -json link show; echo
bridge -compressvlans -json vlan show; echo
tc -json qdisc show | tr -d '\\n'; echo`;

export async function lookAtSwitch(): Promise<Observed> {
  const text = await run(["ip", "netns", "exec", HUB_NAMESPACE, "sh", "-c", LOOK], {}, inRig);
  const [links = "", vlans = "", qdiscs = ""] = text.split("\n").filter((line) => line.trim() !== "");
  const devices = z.array(linkSchema).parse(JSON.parse(links));
  return {
    devices: devices.map((link) => ({
      name: link.ifname,
      up: link.flags.includes("UP"),
      carrier: link.flags.includes("LOWER_UP"),
      mtu: link.mtu,
      master: link.master ?? null,
      channel: channelOf(link.linkinfo),
    })),
    vlans: {
      filtering: devices.filter((link) => link.linkinfo?.info_data?.vlan_filtering === 1).map((link) => link.ifname),
      devices: new Map(
        z
          .array(vlanSchema)
          .parse(JSON.parse(vlans))
          .map((device) => [device.ifname, vlanSet(device.vlans)]),
      ),
    },
    silent: await silentPorts(
      z
        .array(filterSchema)
        .parse(JSON.parse(qdiscs))
        .flatMap((qdisc) => (qdisc.kind === "clsact" ? [qdisc.dev] : [])),
    ),
  };
}

async function silentPorts(ports: readonly string[]): Promise<Observed["silent"]> {
  const found: Observed["silent"] = [];
  for (const port of ports) {
    for (const [hook, direction] of [
      ["ingress", "in"],
      ["egress", "out"],
    ] as const) {
      const filters = await run(["tc", "-netns", HUB_NAMESPACE, "filter", "show", "dev", port, hook], {}, inRig);
      // As the node sees it: what the switch does not take in is lost on the way out of the node.
      if (filters.includes("drop")) found.push({ port, direction: direction === "in" ? "out" : "in" });
    }
  }
  return found;
}

function channelOf(info: z.infer<typeof linkSchema>["linkinfo"]): string | null {
  if (info?.info_kind !== "bond") return null;
  return [info.info_data?.mode, info.info_data?.ad_lacp_rate].filter(Boolean).join(" ");
}

function vlanSet(vlans: z.infer<typeof vlanSchema>["vlans"]): VlanSet {
  const native = vlans.find((entry) => entry.flags?.includes("PVID"))?.vlan ?? null;
  const others = vlans.filter((entry) => entry.vlan !== native);
  return { native, tagged: merged(others.map((entry) => [entry.vlan, entry.vlanEnd ?? entry.vlan])) };
}

let settling: Promise<void> = Promise.resolve();

/**
 * Changes what differs and nothing else: a port that is right keeps its traffic. One after the other: nodes that are plugged in
 * at the same time would each find the other's ports free and take them twice.
 */
export function settleSwitch(state: LabState): Promise<void> {
  const settled = settling.then(() => settleNow(state));
  settling = settled.catch(() => undefined);
  return settled;
}

async function settleNow(state: LabState): Promise<void> {
  const nodes = planNodes(state.nodes);
  const before = await lookAtSwitch();
  const links = planLinks(before.devices, state.switch, nodes);
  await ipBatch(HUB_NAMESPACE, links, inRig);
  // New channels and ports have come with VLANs of their own.
  const after = links.length === 0 ? before : await lookAtSwitch();
  const { links: filtering, vlans } = planVlans(after.vlans, state.switch, nodes);
  if (vlans.length > 0) await batch("bridge", vlans);
  await ipBatch(HUB_NAMESPACE, filtering, inRig);
  const present = after.devices.map((device) => device.name);
  const silence = planSilence(after.silent, present, state.switch);
  if (silence.length > 0) await batch("tc", silence);
}

async function batch(program: "bridge" | "tc", lines: readonly string[]): Promise<void> {
  await run([program, "-netns", HUB_NAMESPACE, "-batch", "-"], { input: `${lines.join("\n")}\n` }, inRig);
}
