import { expect, test } from "vitest";
import { qemuImgFraction, remainingSeconds } from "@/server/procedures/deploy-cluster/image-commands";

test("the last progress of a burst counts", () => {
  expect(qemuImgFraction("    (1.00/100%)\r    (12.50/100%)\r")).toBe(0.125);
  expect(qemuImgFraction("    (100.00/100%)\n")).toBe(1);
  expect(qemuImgFraction("qemu-img: error while writing")).toBeNull();
});

test("no time is promised before there is something to measure by", () => {
  expect(remainingSeconds(0.01, 60)).toBeNull();
  expect(remainingSeconds(0.5, 0.5)).toBeNull();
  expect(remainingSeconds(0.25, 30)).toBe(90);
});
