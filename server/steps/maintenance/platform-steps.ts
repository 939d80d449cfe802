import { subjectsOf } from "@/contract/maintenance";
import { say } from "@/contract/sentence";
import { pollUntil } from "@/lib/poll-until";
import { type HostState, hostStateEvents, type PlatformHost } from "@/server/ports/platform";
import {
  isSilence,
  type MaintenanceAssets,
  type MaintenanceContext,
  type MaintenanceStep,
  nodeOf,
  whatIsMissing,
} from "@/server/steps/maintenance/maintenance-step";
import {
  hostAt,
  openPlatform,
  type PlatformDoor,
  shownCall,
  vmHaSetting,
} from "@/server/steps/maintenance/platform-door";
import { readRecord } from "@/server/steps/maintenance/record";

/** Every VM of a host moves before it is in maintenance. */
const evacuationSeconds = 3_600;
/** The platform's API starts minutes after its first page on a large installation. */
const apiWaitSeconds = 900;
const pollMs = 1_000;

type Door = PlatformDoor;
type Context = MaintenanceContext;

/** These steps are planned only where there is a platform. */
async function doorOf(context: Context, assets: MaintenanceAssets): Promise<Door> {
  const door = await openPlatform(context, assets);
  if (door === null) throw new Error("a step of the platform was planned for a cluster without one");
  return door;
}

/** On the way back the management VM has only just been started. */
async function awaitPlatform(context: Context, assets: MaintenanceAssets): Promise<void> {
  const look = async () => {
    try {
      return await (await doorOf(context, assets)).hosts();
    } catch (error) {
      if (isSilence(error)) return null;
      throw error;
    }
  };
  await pollUntil(look, { timeoutMs: apiWaitSeconds * 1000, everyMs: pollMs, signal: context.signal });
}

const hostOf = async (context: Context, door: Door): Promise<PlatformHost> =>
  hostAt(await door.hosts(), nodeOf(context.input, context.cell));

const stateCall = (node: string, state: HostState) =>
  shownCall(`/hosts/«${node}»/actions`, { changeHostState: { stateEvent: hostStateEvents[state] } }, node);

async function bring(context: Context, assets: MaintenanceAssets, state: HostState): Promise<void> {
  const door = await doorOf(context, assets);
  const host = await hostOf(context, door);
  // Asked twice the platform refuses: a host on its way there is waited for.
  if (host.state !== state && host.state !== `Pre${state}`) await door.setHostState(host.uuid, state);
  const look = async () => ((await hostOf(context, door)).state === state ? true : null);
  await pollUntil(look, { timeoutMs: evacuationSeconds * 1000, everyMs: pollMs, signal: context.signal });
}

/** State the host had before the maintenance: a host somebody had disabled for reasons of his own stays so. */
async function stateBefore(context: Context): Promise<HostState> {
  const before = (await readRecord(context))?.before.hosts[context.cell];
  return before === "Disabled" ? "Disabled" : "Enabled";
}

export const hostMaintenanceStep = (assets: MaintenanceAssets): MaintenanceStep => ({
  plan(input) {
    if (input.platform.kind === "none") return null;
    const nodes = subjectsOf(input);
    return {
      id: "ensure-host-maintenance",
      phase: "platform",
      cells: nodes,
      commands: nodes.map((node) => stateCall(node, "Maintenance")),
      undo: { kind: "commands", commands: nodes.map((node) => stateCall(node, "Enabled")) },
      pointOfNoReturn: false,
      softTimeoutSeconds: 300,
      timeoutSeconds: evacuationSeconds + 60,
    };
  },
  definition: {
    id: "ensure-host-maintenance",
    async precheck(context) {
      const { state } = await hostOf(context, await doorOf(context, assets));
      return state === "Maintenance"
        ? { kind: "already", observed: say("host-is", { node: context.cell, state }) }
        : { kind: "ready" };
    },
    run: (context) => bring(context, assets, "Maintenance"),
    async verify(context) {
      const { state } = await hostOf(context, await doorOf(context, assets));
      const said = say("host-is", { node: context.cell, state });
      return state === "Maintenance" ? { reached: true, observed: said } : { reached: false, missing: said };
    },
    async undo(context) {
      const state = await stateBefore(context);
      await awaitPlatform(context, assets);
      await bring(context, assets, state);
      return { observed: say("host-is", { node: context.cell, state }) };
    },
  },
});

async function back(context: Context, assets: MaintenanceAssets) {
  const wanted = await stateBefore(context);
  const { state, status } = await hostOf(context, await doorOf(context, assets));
  const saying = say("host-is-and", { node: context.cell, state, status });
  return { isBack: state === wanted && status === "Connected", saying };
}

export const hostEnabledStep = (assets: MaintenanceAssets): MaintenanceStep => ({
  plan(input) {
    if (input.platform.kind === "none") return null;
    const nodes = subjectsOf(input);
    return {
      id: "ensure-host-enabled",
      phase: "platform",
      cells: nodes,
      commands: nodes.flatMap((node) => [
        stateCall(node, "Enabled"),
        shownCall(`/hosts/«${node}»/actions`, { reconnectHost: {} }, node),
      ]),
      undo: { kind: "commands", commands: nodes.map((node) => stateCall(node, "Maintenance")) },
      pointOfNoReturn: false,
      softTimeoutSeconds: 120,
      timeoutSeconds: apiWaitSeconds + 300,
    };
  },
  definition: {
    id: "ensure-host-enabled",
    async precheck(context) {
      // Right after a cold start the platform itself is still starting: that is waited for, not reported.
      const seen = await back(context, assets).catch(() => null);
      return seen?.isBack === true ? { kind: "already", observed: seen.saying } : { kind: "ready" };
    },
    async run(context) {
      const look = async () => {
        const missing = await whatIsMissing(async () => {
          const door = await doorOf(context, assets);
          const wanted = await stateBefore(context);
          const host = await hostOf(context, door);
          if (host.state !== wanted) await door.setHostState(host.uuid, wanted);
          if (host.status !== "Connected") await door.reconnectHost(host.uuid).catch(() => undefined);
          const seen = await back(context, assets);
          return seen.isBack ? null : seen.saying;
        });
        if (missing !== null) context.progress(null, null, missing);
        return missing === null ? true : null;
      };
      await pollUntil(look, { timeoutMs: apiWaitSeconds * 1000, everyMs: pollMs, signal: context.signal });
    },
    async verify(context) {
      const seen = await back(context, assets);
      return seen.isBack ? { reached: true, observed: seen.saying } : { reached: false, missing: seen.saying };
    },
    async undo(context) {
      await bring(context, assets, "Maintenance");
      return { observed: say("host-is", { node: context.cell, state: "Maintenance" }) };
    },
  },
});

const { category, name } = vmHaSetting;
const haCall = (value: string) =>
  shownCall(`/global-configurations/${category}/${name}/actions`, { updateGlobalConfig: { value } });

/** Off: the platform must not start elsewhere what is about to be switched off. On: as it was before. */
export const vmHaStep = (assets: MaintenanceAssets, way: "off" | "on"): MaintenanceStep => {
  const id = way === "off" ? "ensure-vm-ha-off" : "ensure-vm-ha-on";
  const valueBefore = async (context: Context): Promise<string> => (await readRecord(context))?.before.vmHa ?? "true";
  const wanted = async (context: Context): Promise<string> => (way === "off" ? "false" : await valueBefore(context));
  return {
    plan: (input) =>
      input.platform.kind === "none"
        ? null
        : {
            id,
            phase: "platform",
            cells: ["cluster"],
            commands: [haCall(way === "off" ? "false" : "true")],
            undo: { kind: "commands", commands: [haCall(way === "off" ? "true" : "false")] },
            pointOfNoReturn: false,
            softTimeoutSeconds: 30,
            timeoutSeconds: apiWaitSeconds + 300,
          },
    definition: {
      id,
      async precheck(context) {
        const value = await (await doorOf(context, assets)).vmHa();
        return value === (await wanted(context))
          ? { kind: "already", observed: say("vm-ha-is", { value: value ?? "" }) }
          : { kind: "ready" };
      },
      run: async (context) => (await doorOf(context, assets)).setVmHa(await wanted(context)),
      async verify(context) {
        const value = await (await doorOf(context, assets)).vmHa();
        const said = say("vm-ha-is", { value: value ?? "" });
        return value === (await wanted(context))
          ? { reached: true, observed: said }
          : { reached: false, missing: said };
      },
      async undo(context) {
        const value = way === "off" ? await valueBefore(context) : "false";
        await awaitPlatform(context, assets);
        await (await doorOf(context, assets)).setVmHa(value);
        return { observed: say("vm-ha-is", { value }) };
      },
    },
  };
};
