import { expect, test } from "vitest";
import { isMixed, machinesMissing, type OfferedChange } from "@/contract/node-change";
import { sentenceText } from "@/contract/sentence";

const offered = (kind: OfferedChange["kind"], leaving: string[], machines: string[]): OfferedChange => ({
  kind,
  leaving,
  machines: machines.map((name) => ({ name })),
});
const missing = (change: OfferedChange): string | null => {
  const sentence = machinesMissing(change);
  return sentence === null ? null : sentenceText(sentence);
};

test("a node is not replaced by nothing: the change waits for its machine", () => {
  expect(missing(offered("replace-node", ["ceph-3"], []))).toContain("ceph-3");
  expect(missing(offered("replace-node", ["ceph-3"], ["ceph-3"]))).toBeNull();
  expect(missing(offered("add-node", [], []))).not.toBeNull();
  expect(missing(offered("add-node", [], ["ceph-4"]))).toBeNull();
  expect(missing(offered("remove-node", ["ceph-4", "ceph-5"], []))).toBeNull();
});

test.each([
  offered("replace-node", [], ["ceph-3"]),
  offered("replace-node", ["ceph-3"], ["ceph-4"]),
  offered("replace-node", ["ceph-3"], ["ceph-3", "ceph-4"]),
  offered("add-node", ["ceph-3"], ["ceph-4"]),
  offered("remove-node", ["ceph-4", "ceph-5"], ["ceph-6"]),
  offered("remove-node", [], []),
])("$kind of $leaving with $machines is two changes in one, or none", (change) => expect(isMixed(change)).toBe(true));

test.each([
  offered("replace-node", ["ceph-3"], []),
  offered("replace-node", ["ceph-3"], ["ceph-3"]),
  offered("add-node", [], ["ceph-4", "ceph-5"]),
  offered("remove-node", ["ceph-4", "ceph-5"], []),
])("$kind of $leaving with $machines is one change", (change) => expect(isMixed(change)).toBe(false));
