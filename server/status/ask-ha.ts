import { type HaStatus, haStatusSchema } from "@/contract/ha-status";
import { suitePaths } from "@/contract/node-setup";
import { say, type Sentence } from "@/contract/sentence";
import { howEnded, type RemoteHost } from "@/server/ports/remote-host";
import { reasonOf } from "@/server/status/error-reason";

/** Ceph's own answer may take seconds while a monitor is lost; then everything but Ceph is still worth showing. */
const haTimeoutMs = 20_000;

/** What the suite on this node says of the cluster; null: why it does not. */
export async function askHa(
  host: RemoteHost,
  signal: AbortSignal,
): Promise<{ status: HaStatus | null; reason: Sentence }> {
  try {
    const result = await host.exec([suitePaths.executable, "status", "--json"], { timeoutMs: haTimeoutMs, signal });
    if (result.kind !== "exited")
      return { status: null, reason: say("zsha-status-ended", { node: host.node, how: howEnded(result) }) };
    const parsed = haStatusSchema.safeParse(JSON.parse(result.stdout || "null"));
    if (parsed.success) return { status: parsed.data, reason: "" };
    const said = result.stderr.trim().split("\n").at(-1) || (parsed.error.issues[0]?.path.join(".") ?? "");
    return { status: null, reason: say("zsha-status-failed", { node: host.node, exit: result.code, said }) };
  } catch (error) {
    return { status: null, reason: error instanceof SyntaxError ? error.message : reasonOf(error) };
  }
}
