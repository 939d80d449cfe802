import type { z } from "zod";
import { withStaleAsUnknown } from "@/contract/cluster-status";
import {
  agentArgv,
  agentInfoCommand,
  agentInfoSchema,
  endedCommand,
  endedSchema,
  saysNotThere,
  startedSchema,
  zinVersionCommand,
} from "@/contract/guest-agent";
import { known, type Observed, unknown } from "@/contract/observed";
import { say, type Sentence } from "@/contract/sentence";
import { parseVersionText, type SuiteBuild } from "@/contract/suite-version";
import { formatErrorChain } from "@/lib/error-chain";
import { pollUntil } from "@/lib/poll-until";
import { getCluster, hostOf } from "@/server/cluster/service";
import type { RemoteHost } from "@/server/ports/remote-host";

export interface GuestAgentSight {
  /** Node of the management VM, that was asked. */
  readonly node: string | null;
  /** qemu-guest-agent's own version. */
  readonly agent: Observed<{ readonly version: string }>;
  /** The embedded service suite's. Null: it is not installed. */
  readonly zin: Observed<SuiteBuild | null>;
}

/** virsh gives the agent 5 s itself; a busy node needs some more. */
const answerMs = 12_000;
const zinMs = 5_000;
const pollMs = 300;

/** What answers inside the management VM. */
export async function guestAgentSight(clusterId: string): Promise<GuestAgentSight> {
  const { owner } = withStaleAsUnknown((await getCluster(clusterId)).status, Date.now());
  const at = new Date().toISOString();
  const node = owner.state === "known" ? (owner.value?.node ?? null) : null;
  if (node === null) {
    const reason = owner.state === "unknown" ? owner.reason : say("vm-is-stopped");
    return { node, agent: unknown(reason, at), zin: unknown(reason, at) };
  }
  const host = await hostOf(clusterId, node);
  const info = await ask(host, agentInfoCommand, agentInfoSchema);
  if ("refused" in info) return { node, agent: unknown(info.refused, at), zin: unknown(info.refused, at) };
  const { version, supported_commands: commands } = info.answer.return;
  const mayExec = commands.some(({ name, enabled }) => name === "guest-exec" && enabled);
  return {
    node,
    agent: known({ version }, at),
    zin: mayExec ? await zinVersion(host, at) : unknown(say("agent-runs-nothing"), at),
  };
}

async function zinVersion(host: RemoteHost, at: string): Promise<Observed<SuiteBuild | null>> {
  const started = await ask(host, zinVersionCommand, startedSchema);
  if ("refused" in started) return saysNotThere(started.said) ? known(null, at) : unknown(started.refused, at);
  const { pid } = started.answer.return;
  const look = async () => {
    const ended = await ask(host, endedCommand(pid), endedSchema);
    return "refused" in ended || ended.answer.return.exited ? ended : null;
  };
  const ended = await pollUntil(look, { timeoutMs: zinMs, everyMs: pollMs, signal: AbortSignal.timeout(answerMs) });
  if (ended === null) return unknown(say("no-answer-within", { seconds: zinMs / 1000 }), at);
  if ("refused" in ended) return unknown(ended.refused, at);
  const text = Buffer.from(ended.answer.return["out-data"] ?? "", "base64").toString();
  const build = parseVersionText(text);
  return build === null
    ? unknown(say("command-said", { command: "zin -v", node: host.node, said: text }), at)
    : known(build, at);
}

type Answer<T> = { answer: T } | { refused: Sentence; said: string };

async function ask<T>(
  host: RemoteHost,
  command: Readonly<Record<string, unknown>>,
  schema: z.ZodType<T>,
): Promise<Answer<T>> {
  const argv = agentArgv(command);
  const result = await host.exec(argv, { timeoutMs: answerMs }).catch((error: unknown) => formatErrorChain(error));
  if (typeof result === "string") return { refused: result, said: "" };
  const said = result.stderr.trim().slice(-300);
  if (result.kind !== "exited" || result.code !== 0)
    return { refused: say("agent-silent", { node: host.node, said }), said };
  const parsed = schema.safeParse(jsonOf(result.stdout));
  return parsed.success ? { answer: parsed.data } : { refused: say("agent-silent", { node: host.node, said }), said };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
