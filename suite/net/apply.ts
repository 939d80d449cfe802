import type { NetApplyResult } from "@/contract/net-apply";
import { suitePaths } from "@/contract/node-setup";
import { type Change, planChange, type NodeView } from "@/suite/net/change";
import { addressesNow, arm, forgetUndone, type Pending, rollbackUnit, undo } from "@/suite/net/dead-man";
import { announce, announcedAddresses, drive, driveCommands, waitSettled } from "@/suite/net/drive";
import { readLinks, requireBonding } from "@/suite/net/links";
import { carrierOf, devicesOf, type NetworkModel } from "@/suite/net/model";
import { readNodeView } from "@/suite/net/node-view";
import { refuseUndriven } from "@/suite/net/stack";
import { installExecutable } from "@/suite/setup/install-executable";
import { ensureFile, removeIfThere } from "@/suite/system/files";

export interface ApplyOptions {
  plan: boolean;
  /** Null: no dead-man timer (a person at the console). */
  rollbackSeconds: number | null;
}

/** From the wish to the observed result. The wish is a function of the model, so that it is read and changed at one moment. */
export async function applyNetworks(
  wish: (model: NetworkModel) => NetworkModel,
  options: ApplyOptions,
): Promise<NetApplyResult> {
  const view = await readNodeView();
  const wanted = wish(view.model);
  if (wanted.bonds.length > 0 && !options.plan) await requireBonding();
  const change = planChange(view, wanted);
  const { stack } = view;
  const commands = stack === "networkd" || stack === "ifupdown" ? driveCommands(stack, change) : [];
  const plan = { stack, changed: change.changed, files: change.files, commands, devices: [], rollback: null };
  if (options.plan) return plan;
  refuseUndriven(stack);
  if (!change.changed) {
    await forgetUndone();
    return { ...plan, commands: [], devices: await seen(wanted) };
  }
  const { rollbackSeconds } = options;
  const pending = await pendingOf(stack, view, change);
  if (rollbackSeconds !== null) {
    // The rollback must find its program after a reboot too, when /tmp is empty.
    await installExecutable();
    await arm(pending, rollbackSeconds, suitePaths.executable);
  }
  try {
    await bringAbout(change, commands, wanted);
  } catch (error) {
    // An armed timer undoes it anyway; without one nobody would.
    if (rollbackSeconds === null) await undo(pending, { boot: false });
    throw error;
  }
  const rollback =
    rollbackSeconds === null ? null : { armed: true, seconds: rollbackSeconds, unit: `${rollbackUnit}.timer` };
  return { ...plan, devices: await seen(wanted), rollback };
}

async function bringAbout(change: Change, commands: readonly string[][], wanted: NetworkModel): Promise<void> {
  for (const file of change.files) {
    if (file.after === null) await removeIfThere(file.path);
    else await ensureFile(file.path, file.after, { mode: 0o644 });
  }
  await drive(commands);
  await waitSettled(wanted);
  await announce(announcedAddresses(wanted));
}

async function pendingOf(stack: "networkd" | "ifupdown", view: NodeView, change: Change): Promise<Pending> {
  const oldMade = devicesOf(view.model).made;
  return {
    stack,
    files: change.files.map(({ path, before }) => ({ path, before })),
    nics: change.nics,
    added: change.made.filter((name) => !oldMade.includes(name)),
    kept: oldMade,
    downBefore: view.links.filter((link) => change.nics.includes(link.name) && !link.up).map((link) => link.name),
    addresses: await addressesNow([...change.nics, ...oldMade]),
    at: new Date().toISOString(),
  };
}

async function seen(model: NetworkModel): Promise<NetApplyResult["devices"]> {
  const links = await readLinks();
  const { nics, made } = devicesOf(model);
  return [...nics, ...made].map((name) => {
    const link = links.find((entry) => entry.name === name);
    const setting = model.settings.find((entry) => carrierOf(entry) === name);
    const wanted = setting?.address ? `${setting.address.ip}/${setting.address.prefixLength}` : null;
    return { name, up: link?.up ?? false, mtu: link?.mtu ?? 0, addresses: link?.addresses ?? [], wanted };
  });
}
