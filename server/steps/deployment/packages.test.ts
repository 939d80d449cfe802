import { expect, test } from "vitest";
import { installCommand } from "@/server/steps/deployment/packages";

test("one install command names each package once, with QEMU's RBD driver", () => {
  const command = installCommand("apt", ["qemu-img", "qemu-system-x86_64", "rbd", "ceph"]);
  expect(command?.slice(6)).toEqual(["ceph-common", "qemu-block-extra", "qemu-system-x86", "qemu-utils"]);
});

test("rpm distributions are asked by their own manager, a node without one gets no command", () => {
  expect(installCommand("dnf", ["chronyd"])).toEqual(["dnf", "-y", "install", "chrony"]);
  expect(installCommand("none", ["chronyd"])).toBeNull();
});
