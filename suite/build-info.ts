import { productVersion } from "@/contract/version";

export interface BuildInfo {
  version: string;
  date: string;
  branch: string;
  commit: string;
}

declare global {
  var trivetBuild: BuildInfo | undefined;
}

/** Set by the build; run from sources there is none. */
export const buildInfo: BuildInfo = globalThis.trivetBuild ?? {
  version: productVersion,
  date: "not built",
  branch: "unknown",
  commit: "unknown",
};
