import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { AppError } from "@/contract/errors";
import { productVersion } from "@/contract/version";
import { say } from "@/contract/sentence";
import { IpmiTool } from "@/server/adapters/ipmi/ipmitool";
import { platformApi } from "@/server/adapters/platform/platform-api";
import { bundledConsul, consulBundle } from "@/server/deployment/consul-bundle";
import { environment } from "@/server/env";
import { oncePerProcess } from "@/server/process";
import type { DeploymentAssets } from "@/server/steps/deployment/deploy-step";
import { type ProcedureRegistry, procedureRegistry } from "@/server/procedures/registry";
import type { MaintenanceAssets } from "@/server/steps/maintenance/maintenance-step";

/** The node suite's executable: the operator's own below the data directory wins over the one built with the panel. */
function suitePath(): string {
  const found = [
    join(environment().dataDirectory, "suite", "zsha"),
    resolve(/* turbopackIgnore: true */ "dist", "zsha"),
  ].find(existsSync);
  if (found === undefined) {
    throw new AppError("missing-tool", say("suite-not-built"), {
      facts: { node: "panel", tool: "zsha" },
      advice: say("suite-build"),
    });
  }
  return found;
}

/** Whoever puts the file there removes the packed one first: the two never differ, and the node checks what it unpacked. */
const packedBeside = (path: string): { packedPath?: string } =>
  existsSync(`${path}.gz`) ? { packedPath: `${path}.gz` } : {};

async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

async function assets(): Promise<DeploymentAssets & MaintenanceAssets> {
  const path = suitePath();
  return {
    suite: { path, sha256: await digestOf(path), version: productVersion, ...packedBeside(path) },
    async consul() {
      const bundle = await consulBundle();
      return bundle === null
        ? null
        : { path: bundledConsul(), sha256: bundle.sha256, ...packedBeside(bundledConsul()) };
    },
    dataPath: (file) => (isAbsolute(file) ? file : join(environment().dataDirectory, file)),
    platform: platformApi,
    power: new IpmiTool(),
  };
}

/** The procedures of this panel, with the files they bring along; made on first use. */
export const procedureCatalog = (): Promise<ProcedureRegistry> =>
  oncePerProcess("procedure catalog", async () => procedureRegistry(await assets()));
