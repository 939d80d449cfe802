// The switch in the rig's machine: looks at it and makes it what the record says.
import { z } from "zod";
import { ipBatch } from "@/lab/network";
import { HUB_NAMESPACE, planNodes } from "@/lab/plan";
import { runInRig } from "@/lab/rig/agent";
import { planSwitch, type HubDevice } from "@/lab/rig/switch-plan";
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
      info_data: z.object({ mode: z.string().optional(), ad_lacp_rate: z.string().optional() }).optional(),
    })
    .optional(),
});

export async function lookAtSwitch(): Promise<HubDevice[]> {
  const text = await run(["ip", "-netns", HUB_NAMESPACE, "-details", "-json", "link", "show"], {}, inRig);
  return z
    .array(linkSchema)
    .parse(JSON.parse(text))
    .map((link) => ({
      name: link.ifname,
      up: link.flags.includes("UP"),
      mtu: link.mtu,
      master: link.master ?? null,
      channel: channelOf(link.linkinfo),
    }));
}

function channelOf(info: z.infer<typeof linkSchema>["linkinfo"]): string | null {
  if (info?.info_kind !== "bond") return null;
  return [info.info_data?.mode, info.info_data?.ad_lacp_rate].filter(Boolean).join(" ");
}

/** Changes what differs and nothing else: a port that is right keeps its traffic. */
export async function settleSwitch(state: LabState): Promise<void> {
  const lines = planSwitch(await lookAtSwitch(), state.switch, planNodes(state.nodes));
  await ipBatch(HUB_NAMESPACE, lines, inRig);
}
