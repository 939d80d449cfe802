import ssh2 from "ssh2";
import { expect, test } from "vitest";
import { readableKeyPair } from "@/lib/readable-key-pair";
import { generatePanelKey, publicKeyOf } from "@/server/adapters/ssh/panel-key";

/** ssh2 alone spoils one pair in 256: that 2,000 come out well by chance has a probability below one in a thousand. */
test("every generated key can be read, and its public half is its own", () => {
  for (let count = 0; count < 2_000; count++) {
    const { privateKey, publicKey } = generatePanelKey("trivet");
    expect(publicKeyOf(privateKey)).toBe(publicKey);
  }
});

test("a generator that never gives a readable key is named, not tried for ever", () => {
  const tools = { generateKeyPairSync: () => ({ private: "", public: "" }), parseKey: ssh2.utils.parseKey };
  expect(() => readableKeyPair(tools)).toThrow("none of 16 generated ssh keys");
});
