import { expect, test } from "vitest";
import { configChanges } from "@/contract/config-change";
import { sampleConfig } from "@/contract/ha-config-sample";

test("names each field that differs, as in the file", () => {
  const before = sampleConfig("CephConf");
  expect(configChanges(before, structuredClone(before))).toEqual([]);
  const [network] = before.Network;
  if (network === undefined) throw new Error("a sample without a network");
  const after = {
    ...before,
    CPU: 12,
    DNS: [...before.DNS, "9.9.9.9"],
    Network: [{ ...network, Gateway: "" }, ...before.Network.slice(1)],
  };
  expect(configChanges(before, after)).toEqual([
    { path: "CPU", from: String(before.CPU), to: "12" },
    { path: "Network.0.Gateway", from: network.Gateway, to: "" },
    { path: `DNS.${before.DNS.length}`, from: null, to: "9.9.9.9" },
  ]);
});
