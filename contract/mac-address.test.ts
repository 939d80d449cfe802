import fc from "fast-check";
import { expect, test } from "vitest";
import { isLocallyAdministeredMac, isMulticastMac, localMac, parseMac, unusedLocalMac } from "@/contract/mac-address";

test("whatever the randomness, the address is unicast, local and well-formed", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 6, maxLength: 6 }), (bytes) => {
      const mac = localMac(bytes);
      expect(parseMac(mac)).toBe(mac);
      expect(isMulticastMac(mac)).toBe(false);
      expect(isLocallyAdministeredMac(mac)).toBe(true);
    }),
  );
});

test("a drawn address that is taken is drawn again, however the taken one is written", () => {
  const draws = [Uint8Array.of(2, 0, 0, 0, 0, 1), Uint8Array.of(2, 0, 0, 0, 0, 2)];
  expect(unusedLocalMac(["02-00-00-00-00-01"], () => draws.shift() ?? new Uint8Array(6))).toBe("02:00:00:00:00:02");
});

test("what is not a MAC address is null", () => {
  for (const text of ["", "02:00:00:00:00", "02:00:00:00:00:0g", "020000000001", "02:00:00:00:00:00:01"])
    expect(parseMac(text)).toBeNull();
  expect(parseMac("F6:75:D8:5D:73:73")).toBe("f6:75:d8:5d:73:73");
  expect(() => localMac(new Uint8Array(5))).toThrow(RangeError);
});
