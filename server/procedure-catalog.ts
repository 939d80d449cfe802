import { isAbsolute, join } from "node:path";
import { IpmiTool } from "@/server/adapters/ipmi/ipmitool";
import { platformApi } from "@/server/adapters/platform/platform-api";
import { clusterNodes } from "@/server/cluster/node-store";
import { bundledConsul, consulBundle } from "@/server/deployment/consul-bundle";
import { environment } from "@/server/env";
import { newestSuite, packedBeside } from "@/server/lifecycle/suite-bundle";
import type { SuiteBundles } from "@/server/ports/suite-bundle";
import { oncePerProcess } from "@/server/process";
import { enterNodeRows, forgetNodeRows } from "@/server/membership/store";
import type { NodeChangeAssets } from "@/server/steps/nodes/node-change-step";
import { type ProcedureRegistry, procedureRegistry } from "@/server/procedures/registry";
import type { MaintenanceAssets } from "@/server/steps/maintenance/maintenance-step";

async function assets(): Promise<NodeChangeAssets & MaintenanceAssets & SuiteBundles> {
  return {
    suite: await newestSuite(),
    newestSuite,
    async consul() {
      const bundle = await consulBundle();
      return bundle === null
        ? null
        : { path: bundledConsul(), sha256: bundle.sha256, ...packedBeside(bundledConsul()) };
    },
    dataPath: (file) => (isAbsolute(file) ? file : join(environment().dataDirectory, file)),
    platform: platformApi,
    power: new IpmiTool(),
    register: {
      names: async (clusterId) => (await clusterNodes(clusterId)).map(({ name }) => name),
      enter: enterNodeRows,
      forget: forgetNodeRows,
    },
  };
}

/** The procedures of this panel, with the files they bring along; made on first use. */
export const procedureCatalog = (): Promise<ProcedureRegistry> =>
  oncePerProcess("procedure catalog", async () => procedureRegistry(await assets()));
