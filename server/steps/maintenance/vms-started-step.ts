import { AppError } from "@/contract/errors";
import { say } from "@/contract/sentence";
import { pollUntil } from "@/lib/poll-until";
import type { PlatformVm } from "@/server/ports/platform";
import type {
  MaintenanceAssets,
  MaintenanceContext,
  MaintenanceStep,
} from "@/server/steps/maintenance/maintenance-step";
import { openPlatform, shownCall } from "@/server/steps/maintenance/platform-door";

/** A VM's own start at the platform; the cold storage of a cluster that has just come up is slow. */
const startWaitMs = 120_000;
const pollMs = 2_000;
const perVmSeconds = 150;

async function doorTo(context: MaintenanceContext, assets: MaintenanceAssets) {
  const door = await openPlatform(context, assets);
  if (door === null) throw new Error("VMs of a platform were to be started where there is none");
  return door;
}

async function stoppedNow(context: MaintenanceContext, assets: MaintenanceAssets): Promise<PlatformVm[]> {
  const vms = await (await doorTo(context, assets)).vms();
  const wanted = context.input.vms ?? [];
  const missing = wanted.filter((name) => !vms.some((vm) => vm.name === name));
  if (missing.length > 0)
    throw new AppError("not-found", say("vms-unknown-there", { vms: missing.join(", ") }), {
      facts: { what: "vm", id: missing.join(", ") },
    });
  return vms.filter(({ name, state }) => wanted.includes(name) && state !== "Running");
}

const named = (vms: readonly { name: string }[]): string => vms.map(({ name }) => name).join(", ");

/** VMs the platform does not start by itself (manual 2.1.2.2): a person chose which. */
export const vmsStartedStep = (assets: MaintenanceAssets): MaintenanceStep => ({
  plan: ({ vms = [] }) => ({
    id: "ensure-vms-started",
    phase: "platform",
    cells: ["cluster"],
    commands: vms.map((vm) => shownCall(`/vm-instances/«${vm}»/actions`, { startVmInstance: {} })),
    undo: { kind: "none", because: say("vms-run-well") },
    pointOfNoReturn: false,
    softTimeoutSeconds: 30 * vms.length + 10,
    timeoutSeconds: perVmSeconds * vms.length + 60,
  }),
  definition: {
    id: "ensure-vms-started",
    async precheck(context) {
      const stopped = await stoppedNow(context, assets);
      const vms = (context.input.vms ?? []).join(", ");
      return stopped.length === 0 ? { kind: "already", observed: say("vms-started", { vms }) } : { kind: "ready" };
    },
    async run(context) {
      const door = await doorTo(context, assets);
      for (const { uuid } of await stoppedNow(context, assets)) await door.startVm(uuid);
      const look = async () => ((await stoppedNow(context, assets)).length === 0 ? true : null);
      await pollUntil(look, { timeoutMs: startWaitMs, everyMs: pollMs, signal: context.signal });
    },
    async verify(context) {
      const stopped = await stoppedNow(context, assets);
      return stopped.length === 0
        ? { reached: true, observed: say("vms-started", { vms: (context.input.vms ?? []).join(", ") }) }
        : { reached: false, missing: say("vms-not-started", { vms: named(stopped) }) };
    },
  },
});
