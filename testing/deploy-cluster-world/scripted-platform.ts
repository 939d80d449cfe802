import { perNodeValue } from "@/contract/ha-config";
import type { Platform } from "@/server/ports/platform";
import type { DeployWorld } from "@/testing/deploy-cluster-world/deploy-world";
import { vmNode } from "@/testing/deploy-cluster-world/suite-program";

/** The platform on the management VM of a world: there while the VM runs, at the address of the node it runs on. */
export function scriptedPlatform(current: () => DeployWorld): Platform {
  const isAt = (ip: string): boolean => {
    const node = vmNode(current());
    const management = current().input.config.Network.find((network) => network.IsMgmt);
    return node !== null && management !== undefined && perNodeValue(management.Ipaddr, node) === ip;
  };
  return {
    uiStatus: async (ip) => (isAt(ip) ? 200 : null),
    globalSetting: async ({ ip }, category, name) => {
      if (!isAt(ip)) throw new Error(`nobody answers at ${ip}`);
      return current().platformSettings.get(`${category}/${name}`) ?? "1G";
    },
    setGlobalSetting: async ({ ip }, category, name, value) => {
      if (!isAt(ip)) throw new Error(`nobody answers at ${ip}`);
      current().platformSettings.set(`${category}/${name}`, value);
    },
    hosts: async () => [],
    setHostState: async () => undefined,
    reconnectHost: async () => undefined,
    vms: async () => [],
    startVm: async () => undefined,
  };
}
