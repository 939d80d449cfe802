import { describe, expect, it } from "vitest";
import { paths, safeReturnPath } from "@/components/client/paths";

describe("paths", () => {
  it("names places", () => {
    expect(paths.clusters()).toBe("/clusters");
    expect(paths.newCluster("networks", "d1")).toBe("/clusters/new/networks?draft=d1");
    expect(paths.newCluster()).toBe("/clusters/new");
    expect(paths.clusterConfig("c1")).toBe("/clusters/c1/config");
    expect(paths.run("r1", { step: "ensure-bridge", cell: "ceph-1" })).toBe("/runs/r1?step=ensure-bridge&cell=ceph-1");
    expect(paths.login("/runs/1?x=2")).toBe("/login?returnTo=%2Fruns%2F1%3Fx%3D2");
  });

  it("encodes what comes from outside", () => {
    expect(paths.cluster("../settings?x")).toBe("/clusters/..%2Fsettings%3Fx");
  });
});

describe("safeReturnPath", () => {
  it("keeps a path of this panel", () => {
    expect(safeReturnPath("/runs/1?step=a")).toBe("/runs/1?step=a");
  });

  it.each(["//evil.example", "https://evil.example", "/\\evil.example", "runs", "", null, undefined, "/\tx"])(
    "refuses %s",
    (wished) => {
      expect(safeReturnPath(wished)).toBe("/clusters");
    },
  );
});
