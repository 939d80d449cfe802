import type { ClusterInput } from "@/contract/deployment-input";
import { isNeeded, packagesOf, type Tool, toolPackages } from "@/contract/tool-packages";

/** Brought or installed by a step of its own. */
const elsewhere = new Set<Tool>(["consul", "systemd"]);

/** The tools this deployment's steps and the suite call on every node. */
export const toolsFor = (input: ClusterInput): Tool[] =>
  (Object.keys(toolPackages) as Tool[]).filter((tool) => !elsewhere.has(tool) && isNeeded(tool, input));

/** The install command for what is missing, or null where the node has no package manager we know. */
export function installCommand(
  manager: ClusterInput["nodes"][number]["packageManager"],
  missing: readonly Tool[],
): string[] | null {
  const packages = packagesOf(missing, manager);
  if (packages === null) return null;
  const names = [...packages].sort();
  return manager === "apt"
    ? ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "--no-install-recommends", ...names]
    : [manager, "-y", "install", ...names];
}
