// What a maintained cluster is looked at by, in tests and benches alike: the guest's own record, and what a maintenance may leave behind.
import { z } from "zod";
import * as lab from "@/lab/cluster";
import { labPlatform } from "@/scripts/lab-deployment";
import { platformApi } from "@/server/adapters/platform/platform-api";

const guest = "10.77.2.100";
export const platform = { ip: guest, ...labPlatform };
const platformAnswerMs = 60_000;
const lookEveryMs = 2_000;

export async function until<T>(
  what: string,
  look: () => Promise<T | null>,
  timeoutMs: number,
  everyMs = lookEveryMs,
): Promise<T> {
  const end = performance.now() + timeoutMs;
  let reason = "";
  while (performance.now() < end) {
    try {
      const seen = await look();
      if (seen !== null) return seen;
    } catch (error) {
      reason = String(error);
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  throw new Error(`${what}: not seen in ${timeoutMs / 1000} s ${reason}`);
}

const witnessSchema = z.object({
  node: z.string(),
  boots: z.number(),
  acked: z.number(),
  prev: z.number(),
  errs: z.number(),
});
export type Witness = z.infer<typeof witnessSchema>;
/** What the guest has written to its disk, and found there when it booted. */
export async function witness(): Promise<Witness> {
  const answer = await fetch(`http://${guest}:5000/witness`, { signal: AbortSignal.timeout(2_000) });
  return witnessSchema.parse(await answer.json());
}

const flagsSchema = z.object({
  flags_set: z.array(z.string()),
  crush_node_flags: z.record(z.string(), z.array(z.string())),
});

/** What a maintenance sets on Ceph and the nodes and is still set. One line each. */
export async function whatNodesKeep(nodes: readonly string[]): Promise<string[]> {
  const dump = await lab.exec(nodes[0] ?? "", ["ceph", "osd", "dump", "--format", "json"]);
  const flags = flagsSchema.parse(JSON.parse(dump.stdout));
  const left = flags.flags_set.filter((flag) => /^(no|pause)/.test(flag)).map((flag) => `flag ${flag}`);
  left.push(...Object.keys(flags.crush_node_flags).map((host) => `flags of ${host}`));
  for (const node of nodes) {
    const found = await lab.exec(node, ["sh", "-c", "ls /var/lib/zsha/maintenance 2>/dev/null"]);
    if (found.stdout !== "") left.push(`${node}: ${found.stdout.trim()}`);
  }
  return left;
}

/** The same, and what is still set at the platform. */
export async function whatIsLeft(nodes: readonly string[]): Promise<string[]> {
  const left = await whatNodesKeep(nodes);
  const signal = AbortSignal.timeout(platformAnswerMs);
  const hosts = await platformApi.hosts(platform, signal);
  const states = nodes.map((node) => hosts.find(({ name }) => name === node));
  states.forEach((host, at) => {
    if (host?.state !== "Enabled" || host.status !== "Connected")
      left.push(`host ${nodes[at]} ${host?.state ?? "absent"} ${host?.status ?? ""}`);
  });
  const vmHa = await platformApi.globalSetting(platform, "ha", "enable", signal);
  if (vmHa !== "true") left.push(`VM HA ${vmHa}`);
  return left;
}
