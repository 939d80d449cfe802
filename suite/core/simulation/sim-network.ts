/** What runs between nodes: Consul's raft and gossip, Ceph's messenger, libvirt over ssh. All on the storage network. */
export const services = ["consul", "ceph", "ssh"] as const;
export type Service = (typeof services)[number];
export type Direction = "both" | "in" | "out";

/** The end that Ceph outside the nodes, or a file server, has on the network. */
export const storageEnd = "storage";

/** Which packets arrive. Directed: a one-way drop is a fault of its own. */
export class SimNetwork {
  /** Share of packets lost, per service. */
  readonly loss = new Map<Service, number>();
  private readonly dropped = new Set<string>();

  constructor(
    private readonly ends: readonly string[],
    private readonly onChange: () => void,
  ) {}

  both(a: string, b: string, service: Service): boolean {
    if (this.dropped.size === 0 || a === b) return true;
    return !this.dropped.has(`${a}>${b}/${service}`) && !this.dropped.has(`${b}>${a}/${service}`);
  }

  between(a: string, b: string, which: readonly Service[], direction: Direction): void {
    for (const service of which) {
      if (direction !== "in") this.dropped.add(`${a}>${b}/${service}`);
      if (direction !== "out") this.dropped.add(`${b}>${a}/${service}`);
    }
    this.onChange();
  }

  cut(name: string, which: readonly Service[], direction: Direction = "both"): void {
    for (const other of this.ends) if (other !== name) this.between(name, other, which, direction);
  }

  heal(): void {
    this.dropped.clear();
    this.loss.clear();
    this.onChange();
  }
}
