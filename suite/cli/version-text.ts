import type { BuildInfo } from "@/suite/build-info";

/** Manual 3.3. */
export function versionText(info: BuildInfo): string {
  return [
    `App Version: ${info.version}`,
    `Build Date: ${info.date}`,
    `Branch Name: ${info.branch}`,
    `Commit ID: ${info.commit}`,
  ].join("\n");
}
