import { type NetApply, type NetApplyResult, netApplyResultSchema, netApplySchema } from "@/contract/net-apply";
import type { NetworkCheck } from "@/contract/network-check";
import { suitePaths } from "@/contract/node-setup";
import { pollUntil } from "@/lib/poll-until";
import { lastJson, type NetworksContext, patiently } from "@/server/steps/networks/ask-nodes";
import { measureNetworks, type MeasureOptions, type ProbeNode } from "@/server/steps/networks/measure-networks";
import { type NetworkWish, planInput } from "@/server/steps/networks/network-wish";
import { guardIfThere } from "@/server/steps/networks/talk-to-guard";

export const applyCommand = [suitePaths.executable, "net-apply", "--json", "-"];

/** Reads what is there; an emulated node beside others took more than the usual half minute. */
const planTimeoutMs = 60_000;
/** LACP carries frames 2 to 3.3 s after its ports came up; neighbours learn moved addresses within 3 s of being told. */
const settleWaitMs = 30_000;
const pollMs = 1_000;

/** The suite's note of a change that nobody has decided; there while the rollback is armed. */
export const pendingFile = "/var/lib/zsha-network/pending.json";

export const names = (wish: NetworkWish): string[] => wish.nodes.map(({ name }) => name);
export const onAll = <T>(wish: NetworkWish, act: (node: string) => Promise<T>): Promise<T[]> =>
  Promise.all(names(wish).map(act));

/** What each node would do now. */
export const planEverywhere = (
  context: NetworksContext,
  wish: NetworkWish,
): Promise<{ node: string; result: NetApplyResult }[]> =>
  onAll(wish, async (node) => {
    const stdin = planInput(wish, node);
    const input: NetApply = netApplySchema.parse(JSON.parse(stdin));
    const answer = await guardIfThere(context, node, { do: "plan", input }, planTimeoutMs);
    if (answer?.planned) return { node, result: answer.planned };
    const options = { node, stdin, timeoutMs: planTimeoutMs };
    const { stdout } = await patiently(context, () => context.command(applyCommand, options));
    return { node, result: netApplyResultSchema.parse(lastJson(stdout)) };
  });

export async function undecidedNodes(context: NetworksContext, wish: NetworkWish): Promise<string[]> {
  const found = await onAll(wish, async (node) => {
    const text = await patiently(context, () => context.host(node).readFile(pendingFile));
    return { node, text };
  });
  return found.filter(({ text }) => text !== null).map(({ node }) => node);
}

/** A guard that is still there saves a program. */
export const probeByAnyGuard =
  (context: NetworksContext): ProbeNode =>
  async (node, probe, timeoutMs) =>
    (await guardIfThere(context, node, { do: "probe", probe }, timeoutMs))?.report ?? null;

/** Fresh links need seconds, so errors are looked at again. */
export async function settledCheck(
  context: NetworksContext,
  wish: NetworkWish,
  depth: NetworkCheck["depth"],
  probeNode: ProbeNode | null = null,
  begun: Pick<MeasureOptions, "probes"> = {},
): Promise<NetworkCheck> {
  const hosts = names(wish).map((node) => context.host(node));
  const options = { depth, nowIso: () => new Date().toISOString(), signal: context.signal, probeNode };
  const look = (): Promise<NetworkCheck> => measureNetworks(hosts, wish.networks, options);
  let last = await measureNetworks(hosts, wish.networks, { ...options, ...begun });
  const errors = last.findings.filter(({ severity }) => severity === "error");
  if (errors.length > 0) context.note(`looking again: ${errors.map(({ text }) => text).join("; ")}`);
  await pollUntil(
    async () => {
      if (!last.findings.some(({ severity }) => severity === "error")) return last;
      last = await look();
      return null;
    },
    { timeoutMs: settleWaitMs, everyMs: pollMs, signal: context.signal },
  );
  return last;
}
