import { expect, test } from "vitest";
import { parseLastEnd } from "@/suite/libvirt/qemu-process";
import { parseDomainState, parseMetadata } from "@/suite/libvirt/virsh";

test.each([
  ["running (booted)", "running", "other"],
  ["running (migrated)", "running", "migrated"],
  ["paused (I/O error)", "paused", "io-error"],
  ["paused (post-migrate)", "paused", "migrated"],
  ["shut off (destroyed)", "absent", "destroyed"],
  ["in shutdown", "running", "other"],
  ["crashed (panicked)", "paused", "crashed"],
])("%s", (output, state, reason) => {
  expect(parseDomainState(`${output}\n\n`)).toEqual({ state, reason });
});

test("a word libvirt never said before is not taken for stopped", () => {
  expect(parseDomainState("no state")).toBeNull();
  expect(parseDomainState("")).toBeNull();
});

test("epoch and start come back from the metadata", () => {
  expect(parseMetadata(`<z:zsha xmlns:z="urn:zsha" epoch="12" start="12@ceph-1" config="40"/>`)).toEqual({
    epoch: 12,
    startId: "12@ceph-1",
    configVersion: 40,
  });
  expect(parseMetadata("error: metadata not found")).toEqual({ epoch: null, startId: null, configVersion: null });
});

test("how the last QEMU ended is in its log", () => {
  const start = "2026-01-01 10:00:00.000+0000: starting up libvirt version: 9.0.0\n";
  expect(parseLastEnd(`${start}2026-01-01 11:00:00.000+0000: shutting down, reason=shutdown\n`)).toBe("shutdown");
  expect(parseLastEnd(`2026-01-01 09:00:00.000+0000: shutting down, reason=shutdown\n${start}`)).toBe("failed");
  expect(parseLastEnd("")).toBe("other");
});
