import type { NetworkFinding, NetworkFindingCode } from "@/contract/network-check";
import { findingText } from "@/contract/network-finding-text";
import type { NetworkId } from "@/contract/network-plan";

export type MakeFinding = (
  code: NetworkFindingCode,
  severity: NetworkFinding["severity"],
  nodes: readonly string[],
  device: string | null,
  params: NetworkFinding["params"],
) => NetworkFinding;

export const findingMaker =
  (network: NetworkId | null): MakeFinding =>
  (code, severity, nodes, device, given) => {
    const [node, peer] = nodes;
    const params = {
      ...(network === null ? {} : { network }),
      ...(node === undefined ? {} : { node }),
      ...(peer === undefined ? {} : { peer }),
      ...(device === null ? {} : { device }),
      ...given,
    };
    return { code, severity, network, nodes: [...nodes], device, params, text: findingText(code, params) };
  };
