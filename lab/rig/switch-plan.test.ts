import { describe, expect, test } from "vitest";
import { planNodes } from "@/lab/plan";
import { planLinks, type HubDevice } from "@/lab/rig/switch-plan";
import { planSilence } from "@/lab/rig/switch-silence";
import { cableIn, DELIVERED, moveCable, portOf, portPair, withPair, type SwitchState } from "@/lab/rig/switch-state";
import { merged, planVlans } from "@/lab/rig/switch-vlans";

const nodes = planNodes(1);

function device(name: string, more: Partial<HubDevice> = {}): HubDevice {
  return { name, up: true, carrier: true, mtu: 9000, master: null, channel: null, ...more };
}

/** Plays the lines back, as far as the plan looks at devices. */
function obey(observed: readonly HubDevice[], lines: readonly string[]): HubDevice[] {
  let devices = observed.map((each) => ({ ...each }));
  for (const line of lines) {
    const words = line.split(" ");
    const name = words[2] ?? "";
    const after = (key: string) => (words.includes(key) ? (words[words.indexOf(key) + 1] ?? null) : null);
    if (words[1] === "delete") {
      devices = devices.filter((each) => each.name !== name);
      for (const each of devices) if (each.master === name) each.master = null;
    } else if (words[1] === "add") {
      const rate = after("lacp_rate");
      devices.push(device(name, { channel: [after("mode"), rate].filter(Boolean).join(" ") }));
    } else {
      const found = devices.find((each) => each.name === name);
      if (!found) throw new Error(`no ${name}: ${line}`);
      if (words.includes("nomaster")) found.master = null;
      if (after("master")) found.master = after("master");
      if (after("mtu")) found.mtu = Number(after("mtu"));
      if (words.includes("up")) found.up = true;
      if (words.includes("down")) found.up = false;
    }
  }
  return devices;
}

const cables = ["p5p1-1", "p5p2-1", "eth0-1", "eth1-1", "em1-1", "em2-1"].map((name) =>
  device(name, { up: false, mtu: 1500 }),
);
const delivered = obey(cables, planLinks(cables, DELIVERED, nodes));

function settled(state: SwitchState): HubDevice[] {
  return obey(delivered, planLinks(delivered, state, nodes));
}

const named = (devices: readonly HubDevice[], name: string) => devices.find((each) => each.name === name);

describe("links", () => {
  test("as delivered every pair is a slow LACP channel with jumbo frames, and asking again changes nothing", () => {
    expect(named(delivered, "lag-sto-1")?.channel).toBe("802.3ad slow");
    expect(named(delivered, "p5p2-1")).toMatchObject({ master: "lag-sto-1", up: true, mtu: 9000 });
    expect(planLinks(delivered, DELIVERED, nodes)).toEqual([]);
  });

  test.each([
    ["plain", "br-sto", undefined],
    ["static", "lag-sto-1", "balance-xor"],
    ["lacp-fast", "lag-sto-1", "802.3ad fast"],
  ] as const)("%s ports: everything of the pair moves, nothing of another network is touched", (mode, master, kind) => {
    const state = withPair(DELIVERED, { ...portPair(DELIVERED, "ceph-1", "storage"), mode });
    const lines = planLinks(delivered, state, nodes);
    expect(lines.filter((line) => / (eth|em|lag-mgt|lag-vm)/.test(line))).toEqual([]);
    const devices = obey(delivered, lines);
    expect(named(devices, "p5p1-1")).toMatchObject({ master, up: true, mtu: 9000 });
    expect(named(devices, "lag-sto-1")?.channel).toBe(kind);
    expect(planLinks(devices, state, nodes)).toEqual([]);
  });

  test("an unplugged cable and a small hop concern one port; a flapping one is left as it is", () => {
    const state = { ...DELIVERED, unplugged: ["p5p1-1"], smallMtu: ["p5p2-1"] };
    expect(planLinks(delivered, state, nodes)).toEqual(["link set p5p1-1 down", "link set p5p2-1 mtu 1500"]);
    expect(named(settled(state), "p5p1-1")?.up).toBe(false);
    const flapping = { ...DELIVERED, flaps: [{ cable: "em1-1", upMs: 1, downMs: 1 }] };
    const down = delivered.map((each) => (each.name === "em1-1" ? { ...each, up: false } : each));
    expect(planLinks(down, flapping, nodes)).toEqual([]);
  });
});

test("a moved cable takes its fault along, and going home restores every port", () => {
  const moved = moveCable(DELIVERED, "p5p1-1", "eth0-1");
  expect([portOf(moved, "p5p1-1"), portOf(moved, "eth0-1"), cableIn(moved, "p5p1-1")]).toEqual([
    "eth0-1",
    "p5p1-1",
    "eth0-1",
  ]);
  expect(moveCable(moved, "p5p1-1", "eth0-1")).toEqual(moved);
  expect(planLinks(delivered, { ...moved, unplugged: ["p5p1-1"] }, nodes)).toEqual(["link set eth0-1 down"]);
  expect(moveCable(moved, "p5p1-1", "p5p1-1")).toEqual(DELIVERED);
});

describe("VLANs", () => {
  const devices = new Map([["lag-sto-1", { native: 1, tagged: [] }]]);

  test("a network in delivery state does not look at tags", () => {
    expect(planVlans({ filtering: [], devices }, DELIVERED, nodes)).toEqual({ links: [], vlans: [] });
    expect(planVlans({ filtering: ["br-vm"], devices }, DELIVERED, nodes).links).toEqual([
      "link set br-vm type bridge vlan_filtering 0",
    ]);
  });

  test("a wrong native VLAN: the bridge begins to filter, the port changes, nothing once it is so", () => {
    const state = withPair(DELIVERED, {
      ...portPair(DELIVERED, "ceph-1", "storage"),
      nativeVlan: 66,
      allowedVlans: [[100, 110]],
    });
    expect(planVlans({ filtering: [], devices }, state, nodes)).toEqual({
      links: ["link set br-sto type bridge vlan_filtering 1"],
      vlans: [
        "vlan del dev lag-sto-1 vid 1-4094",
        "vlan add dev lag-sto-1 vid 66 pvid untagged",
        "vlan add dev lag-sto-1 vid 100-110",
      ],
    });
    const so = new Map([["lag-sto-1", { native: 66, tagged: merged([[100, 110]]) }]]);
    expect(planVlans({ filtering: ["br-sto"], devices: so }, state, nodes)).toEqual({ links: [], vlans: [] });
  });

  test("ranges are joined where they touch", () => {
    expect(
      merged([
        [5, 9],
        [1, 3],
        [4, 4],
        [20, 19],
      ]),
    ).toEqual([[1, 9]]);
  });
});

test("silence is laid on the switch's side of the port where the cable sits now", () => {
  const state = {
    ...moveCable(DELIVERED, "p5p1-1", "p5p2-1"),
    silent: [{ cable: "p5p1-1", direction: "out" as const }],
  };
  expect(planSilence([], ["p5p2-1"], state)).toEqual([
    "qdisc add dev p5p2-1 clsact",
    "filter add dev p5p2-1 ingress matchall action drop",
  ]);
  expect(planSilence([{ port: "p5p2-1", direction: "out" }], ["p5p2-1"], state)).toEqual([]);
  expect(planSilence([{ port: "p5p2-1", direction: "out" }], ["p5p2-1"], DELIVERED)).toEqual([
    "qdisc delete dev p5p2-1 clsact",
  ]);
  expect(planSilence([], [], state)).toEqual([]);
});
