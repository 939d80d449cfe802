import { buildPath, formerBuildPath, type UpgradeInput } from "@/contract/lifecycle";
import { suitePaths } from "@/contract/node-setup";
import type { StepContext } from "@/server/engine/step";

export type UpgradeContext = StepContext<UpgradeInput>;

const unit = "zsha.service";
/** systemctl is-active of a unit that is inactive, failed or unknown. */
const notActive = [3, 4];

/** Null: there is no such file. */
export async function sha256On(context: UpgradeContext, path: string): Promise<string | null> {
  const { code, stdout } = await context.command(["sha256sum", path], { allow: [1] });
  return code === 0 ? (stdout.split(" ")[0] ?? null) : null;
}

export const installedSha256 = (context: UpgradeContext): Promise<string | null> =>
  sha256On(context, suitePaths.executable);

/** The build this node ran before: what undo, and going back later, put in place. */
export async function formerSha256(context: UpgradeContext): Promise<string | null> {
  const text = await context.host().readFile(formerBuildPath);
  return text === null || text.trim() === "" ? null : text.trim();
}

export const upgradeCommand = (sha256: string): readonly string[] => [buildPath(sha256), "upgrade-node", "--json"];

export async function isDaemonActive(context: UpgradeContext): Promise<boolean> {
  return (await context.command(["systemctl", "is-active", "--quiet", unit], { allow: notActive })).code === 0;
}

/** The kernel marks the file of a running program that was replaced: zshad has not begun anew since. */
export async function runsReplacedFile(context: UpgradeContext): Promise<boolean> {
  const { stdout } = await context.command(["systemctl", "show", unit, "--property=MainPID", "--value"]);
  const link = await context.command(["readlink", `/proc/${stdout.trim()}/exe`], { allow: [1] });
  return link.code !== 0 || link.stdout.trim().endsWith("(deleted)");
}
