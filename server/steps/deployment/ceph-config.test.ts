import { expect, test } from "vitest";
import {
  cephClientConfText,
  cephConfText,
  keyOf,
  keyringText,
  minSizeFor,
  namesMonitorOf,
} from "@/server/steps/deployment/ceph-config";

const own = cephConfText({
  fsid: "c8c48f52-63cc-42ee-987c-8972194298f7",
  monitors: [
    { name: "ceph-1", ip: "10.77.1.11" },
    { name: "ceph-2", ip: "10.77.1.12" },
  ],
  publicNetwork: "10.77.1.0/24",
  replicas: 3,
  failureDomain: "host",
  osdMemoryTargetMb: 900,
});

test.each([
  ["written at a bootstrap", own],
  ["of a client", cephClientConfText(["10.77.1.12:6789"])],
  ["by ceph-deploy", "[global]\nmon_host = 10.77.1.12,10.77.1.13\n"],
])("a ceph.conf %s belongs to the Ceph whose monitor it names", (_what, text) => {
  expect(namesMonitorOf(text, ["10.77.1.12:6789"])).toBe(true);
  expect(namesMonitorOf(text, ["10.77.1.2:6789", "10.99.1.12:6789"])).toBe(false);
});

test.each([
  [2, 1],
  [3, 2],
  [4, 2],
] as const)("of %i copies %i must be there to serve", (replicas, least) => {
  expect(minSizeFor(replicas)).toBe(least);
});

test("a ceph.conf without monitors belongs to no Ceph", () => {
  expect(namesMonitorOf("[global]\nfsid = x\n", ["10.77.1.12:6789"])).toBe(false);
});

test("the key of one user is not taken for another's", () => {
  const both = `${keyringText("zsha", "AQA=")}${keyringText("admin", "AQB==")}\tcaps mon = "allow *"\n`;
  expect(keyOf(both, "admin")).toBe("AQB==");
  expect(keyOf(both, "zsha")).toBe("AQA=");
  expect(keyOf(both, "nobody")).toBeNull();
});
