import fc from "fast-check";
import { expect, test } from "vitest";
import { addressStretches, fillAddresses } from "@/contract/address-plan";
import type { NetworkPlan } from "@/contract/network-plan";
import { formatIpv4 } from "@/lib/ipv4";

const plan = (ips: (string | null)[], more: Partial<NetworkPlan> = {}): NetworkPlan => ({
  id: "storage",
  link: "single",
  bond: null,
  bridge: true,
  mtu: 9000,
  prefixLength: 24,
  gateway: null,
  onNodes: ips.map((ip, at) => ({ node: `ceph-${at + 1}`, nics: [`p5p1`], ip })),
  ...more,
});
const ipsOf = (result: ReturnType<typeof fillAddresses>) => result?.plan.onNodes.map(({ ip }) => ip);

test("the manual's example: .3 gives .4 and .5", () => {
  const filled = fillAddresses(plan(["192.168.93.3", null, null]), { taken: [], keep: false });
  expect(ipsOf(filled)).toEqual(["192.168.93.3", "192.168.93.4", "192.168.93.5"]);
  expect(filled?.without).toEqual([]);
});

test("gateway and taken addresses are passed over and said", () => {
  const filled = fillAddresses(plan(["10.0.0.1", null, null], { gateway: "10.0.0.2" }), {
    taken: ["10.0.0.4"],
    keep: false,
  });
  expect(ipsOf(filled)).toEqual(["10.0.0.1", "10.0.0.3", "10.0.0.5"]);
  expect(filled?.skipped).toEqual([
    { ip: "10.0.0.2", because: "gateway" },
    { ip: "10.0.0.4", because: "taken" },
  ]);
});

test("typed addresses stay when asked to, and are not given twice", () => {
  const filled = fillAddresses(plan(["10.0.0.1", "10.0.0.2", null]), { taken: [], keep: true });
  expect(ipsOf(filled)).toEqual(["10.0.0.1", "10.0.0.2", "10.0.0.3"]);
});

test("a full subnet leaves nodes without instead of handing out the broadcast address", () => {
  const filled = fillAddresses(plan(["10.0.0.1", null, null], { prefixLength: 30 }), { taken: [], keep: false });
  expect(ipsOf(filled)).toEqual(["10.0.0.1", "10.0.0.2", null]);
  expect(filled?.without).toEqual(["ceph-3"]);
});

test("nothing to start from gives nothing", () => {
  expect(fillAddresses(plan([null, null]), { taken: [], keep: false })).toBeNull();
  expect(fillAddresses(plan(["10.0.0.1"], { prefixLength: null }), { taken: [], keep: false })).toBeNull();
});

test("whatever the subnet, no two nodes get one address and none gets the gateway", () => {
  fc.assert(
    fc.property(fc.integer({ min: 24, max: 30 }), fc.nat(200), fc.nat(200), (prefixLength, start, gateway) => {
      const first = formatIpv4(0x0a000000 + start);
      const filled = fillAddresses(
        plan([first, null, null, null, null], { prefixLength, gateway: formatIpv4(0x0a000000 + gateway) }),
        { taken: [], keep: false },
      );
      const rest = (ipsOf(filled) ?? []).slice(1).filter((ip) => ip !== null);
      expect(new Set([first, ...rest]).size).toBe(rest.length + 1);
      expect(rest).not.toContain(formatIpv4(0x0a000000 + gateway));
    }),
  );
});

test("addresses stand in their order, with gaps, the gateway, others and conflicts", () => {
  const nodes = plan(["10.0.0.3", "10.0.0.4", "10.0.0.9", null], { gateway: "10.0.0.1" });
  const said = addressStretches(nodes, ["10.0.0.4", "10.9.9.9"]).map(({ from, count, claims }) => [
    from,
    count,
    claims.map((claim) => (claim.by === "node" ? claim.node : claim.by)).join("+"),
  ]);
  expect(said).toEqual([
    ["10.0.0.1", 1, "gateway"],
    ["10.0.0.2", 1, ""],
    ["10.0.0.3", 1, "ceph-1"],
    ["10.0.0.4", 1, "ceph-2+other"],
    ["10.0.0.5", 4, ""],
    ["10.0.0.9", 1, "ceph-3"],
  ]);
  expect(addressStretches(plan([null, "not yet"]), [])).toEqual([]);
});
