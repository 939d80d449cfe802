import { carrierOf, type NetworkModel, vlanOf } from "@/contract/network-model";
import { type BondOptions, vlansOn } from "@/suite/net/model";

/** What a renderer needs to know of the node besides the model. */
export interface NodeLinks {
  /** MAC addresses by NIC: a bond or bridge takes over the first one, so neighbours need not learn a new one. */
  mac: ReadonlyMap<string, string>;
  /** Lines about name service that the NIC's earlier configuration had and its successor must keep, by NIC. */
  inherited: ReadonlyMap<string, readonly string[]>;
}

/** Path → content of every file the suite owns in this stack. */
export type Rendered = ReadonlyMap<string, string>;

/** The manual's bonding options (A4), as the kernel and initscripts spell them. */
export const bondingOptions = ({ mode, lacpRate }: BondOptions): string =>
  mode === "lacp"
    ? `miimon=100 mode=4 xmit_hash_policy=layer2+3${lacpRate === undefined ? "" : " lacp_rate=fast"}`
    : "miimon=100 mode=1";

export function nicsBelow(model: NetworkModel, base: string): readonly string[] {
  const below = vlanOf(base)?.parent ?? base;
  return model.bonds.find((bond) => bond.name === below)?.members ?? [below];
}

export const macOf = (model: NetworkModel, base: string, links: NodeLinks): string | null =>
  links.mac.get(nicsBelow(model, base)[0] ?? "") ?? null;

export function mtuOf(model: NetworkModel, device: string): number | null {
  const own = model.settings.find((setting) => setting.base === device || carrierOf(setting) === device)?.mtu ?? null;
  // What carries VLANs must let the largest of them through.
  const above = vlansOn(model, device).flatMap((vlan) => mtuOf(model, vlan) ?? []);
  return own ?? (above.length === 0 ? null : Math.max(...above));
}

/** Everything the successor of these NICs inherits, each line once. */
export const inheritedBy = (model: NetworkModel, base: string, links: NodeLinks): string[] => [
  ...new Set(nicsBelow(model, base).flatMap((nic) => [...(links.inherited.get(nic) ?? [])])),
];
