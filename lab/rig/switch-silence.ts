// Cables on which frames vanish while the carrier stays: filters on both sides of the switch port, heartbeats of LACP included. Pure.
import { portOf, type SwitchState } from "@/lab/rig/switch-state";

/** Directions are the node's: `out` is what it sends. */
export interface SilentPort {
  port: string;
  direction: "in" | "out";
}

/** Lines for `tc -batch`. */
export function planSilence(observed: readonly SilentPort[], present: readonly string[], state: SwitchState): string[] {
  const wanted = state.silent
    .flatMap(({ cable, direction }): SilentPort[] => {
      const port = portOf(state, cable);
      const both = direction === "both" ? (["in", "out"] as const) : [direction];
      return both.map((way) => ({ port, direction: way }));
    })
    .filter(({ port }) => present.includes(port));
  const ports = new Set([...observed, ...wanted].map(({ port }) => port));
  return [...ports].flatMap((port) => {
    const now = directions(observed, port);
    const then = directions(wanted, port);
    if (now.join() === then.join()) return [];
    const filters = then.map(
      (way) => `filter add dev ${port} ${way === "out" ? "ingress" : "egress"} matchall action drop`,
    );
    return [
      ...(now.length > 0 ? [`qdisc delete dev ${port} clsact`] : []),
      ...(then.length > 0 ? [`qdisc add dev ${port} clsact`] : []),
      ...filters,
    ];
  });
}

function directions(list: readonly SilentPort[], port: string): ("in" | "out")[] {
  return [...new Set(list.filter((silent) => silent.port === port).map((silent) => silent.direction))].toSorted();
}
