import { AppError } from "@/contract/errors";
import { joiningNames } from "@/contract/node-change";
import { say } from "@/contract/sentence";
import { pollUntil } from "@/lib/poll-until";
import type { PlatformHost } from "@/server/ports/platform";
import { hostAt, openPlatform, type PlatformDoor, shownCall } from "@/server/steps/maintenance/platform-door";
import type { NodeChangeAssets, NodeChangeContext, NodeChangeStep } from "@/server/steps/nodes/node-change-step";

/** The platform installs its agent on the new machine. */
const connectWaitMs = 600_000;
const pollMs = 5_000;

async function hostOf(context: NodeChangeContext, door: PlatformDoor): Promise<PlatformHost> {
  const node = context.input.deployment.nodes.find(({ name }) => name === context.cell);
  return hostAt(await door.hosts(), { name: context.cell, address: node?.managementIp ?? "" });
}

/** Null: a platform that nobody told of this host has nothing to connect again. That is a person's next step, not a failure. */
async function knownHost(context: NodeChangeContext, door: PlatformDoor): Promise<PlatformHost | null> {
  try {
    return await hostOf(context, door);
  } catch (error) {
    if (error instanceof AppError && error.code === "not-found") return null;
    throw error;
  }
}

/** The platform knows the place, not the machine: it is told to connect again. Without a platform there is nobody to tell. */
export const platformHostStep = (assets: NodeChangeAssets): NodeChangeStep => ({
  plan: (input) => ({
    id: "ensure-platform-host",
    phase: "platform",
    cells: joiningNames(input),
    commands:
      input.platform.kind === "none"
        ? []
        : joiningNames(input).map((node) => shownCall(`/hosts/«${node}»/actions`, { reconnectHost: {} }, node)),
    undo: { kind: "none", because: say("host-stays-connected") },
    pointOfNoReturn: false,
    softTimeoutSeconds: 120,
    timeoutSeconds: 900,
  }),
  definition: {
    id: "ensure-platform-host",
    async precheck(context) {
      const door = await openPlatform(context, assets);
      if (door === null) return { kind: "already", observed: say("no-platform") };
      return (await knownHost(context, door)) === null
        ? { kind: "already", observed: say("platform-knows-not", { node: context.cell }) }
        : { kind: "ready" };
    },
    async run(context) {
      const door = await openPlatform(context, assets);
      if (door === null) return;
      await door.reconnectHost((await hostOf(context, door)).uuid);
      const look = async () => ((await hostOf(context, door)).status === "Connected" ? true : null);
      await pollUntil(look, { timeoutMs: connectWaitMs, everyMs: pollMs, signal: context.signal });
    },
    async verify(context) {
      const door = await openPlatform(context, assets);
      if (door === null) return { reached: true, observed: say("no-platform") };
      const { state, status } = await hostOf(context, door);
      const said = say("host-is-and", { node: context.cell, state, status });
      return status === "Connected" ? { reached: true, observed: said } : { reached: false, missing: said };
    },
  },
});
