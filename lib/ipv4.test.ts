import fc from "fast-check";
import { expect, test } from "vitest";
import { broadcastOf, formatIpv4, isHostAddress, netmaskOf, networkOf, parseIpv4, prefixLengthOf } from "@/lib/ipv4";

test("every address survives writing and reading", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (n) => parseIpv4(formatIpv4(n)) === n));
});

test("what is no address is refused", () => {
  for (const text of ["", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.x", " 1.2.3.4", "1.2.3.-4"]) {
    expect(parseIpv4(text), text).toBeNull();
  }
});

test("netmasks map to prefix lengths and back, holes are refused", () => {
  for (let length = 0; length <= 32; length += 1) expect(prefixLengthOf(formatIpv4(netmaskOf(length)))).toBe(length);
  expect(prefixLengthOf("255.0.255.0")).toBeNull();
  expect(prefixLengthOf("255.255.255.1")).toBeNull();
});

test("network and broadcast addresses belong to no host", () => {
  const address = parseIpv4("172.20.198.24") ?? 0;
  expect(formatIpv4(networkOf(address, 24))).toBe("172.20.198.0");
  expect(formatIpv4(broadcastOf(address, 20))).toBe("172.20.207.255");
  expect(isHostAddress(networkOf(address, 24), 24)).toBe(false);
  expect(isHostAddress(address, 24)).toBe(true);
  expect(isHostAddress(networkOf(address, 31), 31)).toBe(true);
});
