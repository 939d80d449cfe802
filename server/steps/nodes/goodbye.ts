import { consul, type NodeChangeContext } from "@/server/steps/nodes/node-change-step";

/** consul: no agent answers, so it has left already. */
const noAgent = 1;
/** sh: there is no such program here (any more). */
const noProgram = 127;
/** Goodbye takes as long as gossip, raft and Consul's own drain of five seconds. */
const leaveWaitMs = 60_000;
const dropIn = "/run/systemd/system/consul.service.d";

/**
 * A server that leaves is counted no more. Its unit starts again whatever ends it and would join again at once, so it is told not
 * to, for this one time, before the agent ends by itself.
 */
export async function sayGoodbye(context: NodeChangeContext, node: string): Promise<void> {
  const reload = (): Promise<unknown> => context.command(["systemctl", "daemon-reload"], { node });
  await context.command(["mkdir", "-p", dropIn], { node });
  await context.host(node).writeFile(`${dropIn}/leaving.conf`, "[Service]\nRestart=no\n", { mode: 0o644 });
  await reload();
  await consul(context, node, ["leave"], { allow: [noAgent, noProgram], timeoutMs: leaveWaitMs });
  await context.command(["systemctl", "disable", "--now", "consul.service"], { node, allow: [1, 5] });
  await context.command(["rm", "-rf", dropIn], { node });
  await reload();
}
