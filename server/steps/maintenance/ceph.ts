import { z } from "zod";
import { AppError } from "@/contract/errors";
import type { HaStatus } from "@/contract/ha-status";
import type { MaintenanceInput } from "@/contract/maintenance";
import { manualFlags } from "@/contract/maintenance-subject";
import type { OkToStop } from "@/contract/maintenance-guards";
import { known, type Observed, unknown } from "@/contract/observed";
import { say } from "@/contract/sentence";
import { jsonOf, type MaintenanceContext, onAnyNode } from "@/server/steps/maintenance/maintenance-step";

/** Ceph's refusal: some placement group would stop serving. */
export const busyExitCode = 16;

/** Null: not known. */
export function osdsOn({ ceph }: HaStatus, node: string): number[] | null {
  const byHost = ceph.state === "known" ? ceph.value.osdsByHost : null;
  return byHost === null ? null : (byHost[node] ?? []).map(({ id }) => id);
}

/** Asked for all OSDs of the node at once: one by one each could go, and together they would take the last copies. */
export const okToStopCommand = (osds: readonly number[]): readonly string[] => [
  "ceph",
  "osd",
  "ok-to-stop",
  ...osds.map(String),
];

/** Nobody knows whether OSDs may stop of which nobody knows where they are. */
export async function okToStop(context: MaintenanceContext, ha: HaStatus, node: string): Promise<Observed<OkToStop>> {
  const osds = osdsOn(ha, node);
  if (osds === null) return unknown(say("osd-tree-unread"), ha.at);
  if (osds.length === 0) return known({ ok: true, said: "" }, ha.at);
  const { code, stderr } = await onAnyNode(context, okToStopCommand(osds), { allow: [busyExitCode] });
  return known({ ok: code === 0, said: refusalOf(stderr) }, ha.at);
}

/** "Error EBUSY: unsafe to stop osd(s) at this time (16 PGs are or would become offline)" without its prefix. */
export const refusalOf = (stderr: string): string =>
  (stderr.trim().split("\n").at(-1) ?? "").replace(/^Error \w+: /, "");

const dumpCommand = ["ceph", "osd", "dump", "--format", "json"];
const dumpSchema = z.object({
  flags_set: z.array(z.string()).optional(),
  flags: z.string().default(""),
  crush_node_flags: z.record(z.string(), z.array(z.string())).default({}),
});

export interface CephFlags {
  readonly cluster: readonly string[];
  readonly byHost: Readonly<Record<string, readonly string[]>>;
}

export function readFlags(text: string): CephFlags | null {
  const parsed = dumpSchema.safeParse(jsonOf(text));
  if (!parsed.success) return null;
  const { flags_set, flags, crush_node_flags } = parsed.data;
  return { cluster: flags_set ?? flags.split(",").filter((flag) => flag !== ""), byHost: crush_node_flags };
}

export async function flagsNow(context: MaintenanceContext): Promise<CephFlags> {
  const { node, stdout } = await onAnyNode(context, dumpCommand);
  const flags = readFlags(stdout);
  if (flags === null)
    throw new AppError("unexpected-output", say("ceph-unclear", { error: "osd dump" }), { facts: { node } });
  return flags;
}

export const flagsDumpCommand = dumpCommand;

/** What sets, or ends, the flags of this maintenance. */
export function flagCommands(
  input: Pick<MaintenanceInput, "flags" | "subject">,
  verb: "set" | "unset",
): readonly (readonly string[])[] {
  switch (input.flags) {
    case "none":
      return [];
    case "host":
      return [["ceph", "osd", `${verb}-group`, "noout", input.subject]];
    case "cluster":
      return manualFlags.map((flag) => ["ceph", "osd", verb, flag]);
  }
}

/** Flags of this maintenance that are set now. */
export function flagsSet(input: Pick<MaintenanceInput, "flags" | "subject">, now: CephFlags): string[] {
  if (input.flags === "none") return [];
  if (input.flags === "host")
    return (now.byHost[input.subject] ?? []).includes("noout") ? [`noout ${input.subject}`] : [];
  return manualFlags.filter((flag) => now.cluster.includes(flag));
}
