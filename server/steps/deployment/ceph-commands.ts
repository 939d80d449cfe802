import type { ClusterInput } from "@/contract/deployment-input";
import { cephUserName } from "@/contract/node-setup";
import type { DeployContext } from "@/server/steps/deployment/deploy-step";

/** Seconds a `ceph` command waits for a quorum before it says so: without the bound it waits for ever. */
const cephConnectSeconds = 15;
/** Above the connect bound, so that Ceph's own message wins over ours. */
export const cephTimeoutMs = 40_000;

/** ceph … with every wait bounded. */
export const ceph = (...words: string[]): string[] => [
  "ceph",
  "--connect-timeout",
  String(cephConnectSeconds),
  ...words,
];

/** Who the nodes are to a Ceph that exists, without "client."; null: to their own, where they are its administrator. */
export const cephUserOf = ({ storage }: Pick<ClusterInput, "storage">): string | null =>
  storage.mode === "existing" ? cephUserName(storage.user) : null;

/** ceph … as the user this deployment has. */
export function cephAs(input: Pick<ClusterInput, "storage">, ...words: string[]): string[] {
  const user = cephUserOf(input);
  return user === null ? ceph(...words) : ceph("--name", `client.${user}`, ...words);
}

/**
 * Enabling is the last thing a daemon's step does. Where it has not happened there is nothing to wait for: a cell that a
 * restarted panel looks at first would wait out its whole bound, and let those time out that need this daemon.
 */
export async function isEnabled(context: DeployContext, unit: string): Promise<boolean> {
  return (await context.command(["systemctl", "is-enabled", "--quiet", unit], { allow: [1, 3, 4] })).code === 0;
}

/** Runs a ceph command and parses what it printed; throws AppError for anything but exit 0. */
export async function cephJson(context: DeployContext, node: string, ...words: string[]): Promise<unknown> {
  const { stdout } = await context.command([...cephAs(context.input, ...words), "--format", "json"], {
    node,
    timeoutMs: cephTimeoutMs,
  });
  return JSON.parse(stdout);
}

export async function cephRun(context: DeployContext, node: string, words: string[], stdin?: string): Promise<string> {
  const options = { node, timeoutMs: cephTimeoutMs };
  const { stdout } = await context.command(
    cephAs(context.input, ...words),
    stdin === undefined ? options : { ...options, stdin },
  );
  return stdout;
}
