import { userInfo } from "node:os";
import { type Command, Option } from "commander";
import { consoleOf } from "@/suite/cli/command-action";
import type { ClusterAccess } from "@/suite/commands/cluster-access";
import type { LockedCall } from "@/suite/commands/under-run-lock";

/** Who did it, for the history and the log. */
export const actor = (): string => `${process.env.SUDO_USER ?? userInfo().username} on the command line`;

/** What a panel's run gives to the commands it calls: it holds the cluster's lock already. */
export const runOption = (): Option => new Option("--run <ID>", "the panel's run this is a part of").hideHelp();

const callOf = (command: Command, consul: LockedCall["consul"], run: string | null): LockedCall => ({
  command: command.parent === null ? command.name() : `zsha ${command.name()}`,
  actor: actor(),
  run,
  consul,
  warn: (text) => consoleOf(command).warn(text),
});

const runOf = (command: Command): string | null => command.opts<{ run?: string }>().run ?? null;

/** A command that changes the cluster: while it works nothing else does. */
export async function locked<T>(command: Command, access: ClusterAccess, work: () => Promise<T>): Promise<T> {
  const { underRunLock } = await import("@/suite/commands/under-run-lock");
  return underRunLock(access, callOf(command, "required", runOf(command)), work);
}

/** A command that also serves on a node without a cluster, or whose Consul is out. */
export async function lockedWhenThere<T>(
  command: Command,
  work: () => Promise<T>,
  run: string | null = runOf(command),
): Promise<T> {
  const { readClusterFileIfThere } = await import("@/suite/setup/member-files");
  if ((await readClusterFileIfThere()) === null) return work();
  // Only where there is a cluster: a bare node's network commands start in half the time without them.
  const { openCluster } = await import("@/suite/commands/cluster-access");
  const { underRunLock } = await import("@/suite/commands/under-run-lock");
  return underRunLock(await openCluster(), callOf(command, "when-there", run), work);
}
