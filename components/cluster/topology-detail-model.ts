import type { NodeStatus } from "@/contract/cluster-status";
import type { NicFacts, NodeFacts } from "@/contract/node-facts";
import type { LiveLink } from "@/contract/node-links";

/** One network device of a node: what is live of it, and what only the slower reading tells. */
export interface DeviceRow {
  readonly name: string;
  readonly kind: NicFacts["kind"];
  /** Null: nobody knows now. */
  readonly up: boolean | null;
  readonly speedMbps: number | null;
  readonly mtu: number;
  readonly mac: string;
  readonly master: string | null;
  readonly addresses: readonly string[];
  /** Depth below the device it belongs to: a NIC of a bond of a bridge is 2. */
  readonly depth: number;
}

const kinds: Record<LiveLink["kind"], NicFacts["kind"]> = {
  nic: "physical",
  virtual: "virtual",
  bond: "bond",
  bridge: "bridge",
  vlan: "vlan",
};

/** Bridges, below each its bond, below that its NICs; then what stands alone. Guests' own ports are left out: they are no wiring. */
export function deviceRows(node: NodeStatus, facts: NodeFacts | null): DeviceRow[] {
  const live = node.links.state === "known" ? node.links.value.links : [];
  const known = new Map<string, Omit<DeviceRow, "depth">>();
  const isReachable = node.link.state === "known" && node.link.value.reachable;
  for (const { name, kind, carrier, speedMbps, mtu, mac, master, addresses } of facts?.nics ?? [])
    known.set(name, {
      name,
      kind,
      // Who cannot be asked shows no light.
      up: isReachable ? carrier : null,
      speedMbps,
      mtu,
      mac,
      master,
      addresses: addresses.map(({ ip, prefixLength }) => `${ip}/${prefixLength}`),
    });
  for (const { name, kind, carrier, adminUp, speedMbps, mtu, mac, master } of live)
    known.set(name, {
      name,
      kind: kinds[kind],
      up: adminUp ? carrier : false,
      speedMbps,
      mtu,
      mac,
      master,
      addresses: known.get(name)?.addresses ?? [],
    });
  const rows = [...known.values()].filter(({ name }) => name !== "lo" && !/^(vnet|tap)/.test(name));
  const names = new Set(rows.map(({ name }) => name));
  const below = (master: string | null, depth: number): DeviceRow[] =>
    rows
      .filter((row) => (row.master !== null && names.has(row.master) ? row.master : null) === master)
      .toSorted((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }))
      .flatMap((row) => [{ ...row, depth }, ...below(row.name, depth + 1)]);
  return below(null, 0);
}
